/** `edge`: an edge from one object to another, by pointing at both. */
import { NOTHING, type Target, type Tool, type ToolContext, draw, stay } from "./tool";

export type EdgeState = { readonly name: "idle" } | { readonly name: "started"; readonly from: Target };

const IDLE: EdgeState = { name: "idle" };

export const edge: Tool<EdgeState> = {
  name: "edge",
  start: IDLE,
  takesObjects: true,
  step(state, event, context) {
    if (event.type === "key") return stay(event.key === "Escape" ? IDLE : state);
    if (event.type !== "object" || !isJoinable(event.target, context)) return stay(state);
    if (state.name === "idle") return stay({ name: "started", from: event.target });
    if (state.from.id === event.target.id) return stay(IDLE);
    return stay(IDLE, ...draw(context, { from: state.from.id, to: event.target.id }));
  },
  preview: (state) => (state.name === "idle" ? NOTHING : { ...NOTHING, holds: state.from }),
};

function isJoinable(target: Target, context: ToolContext): boolean {
  return context.asked.get(context.question)?.objects?.joins.includes(target.question) ?? false;
}
