/** `join`: the outline that is pointed at becomes one with the selected one, which keeps its class. */
import { joinPolygons } from "../geometry/join";
import { polygonFault } from "../geometry/polygon_fault";
import { isOutline, polygonsOf, withPolygons } from "../labels/polygon";
import { hitObject } from "./hit";
import { type Effect, NOTHING, type Target, type Tool, type ToolContext, objectAt, stay } from "./tool";

export interface JoinState {
  readonly name: "idle";
}

const IDLE: JoinState = { name: "idle" };
const REFUSED: Effect = { type: "refuse", why: "join" };

export const join: Tool<JoinState> = {
  name: "join",
  start: IDLE,
  takesObjects: true,
  step(state, event, context) {
    if (event.type === "object") return stay(state, ...joined(event.target, context));
    if (event.type !== "down") return stay(state);
    const target = hitObject(context, event.image);
    return target === null ? stay(state) : stay(state, ...joined(target, context));
  },
  preview: () => NOTHING,
};

function joined(other: Target, context: ToolContext): Effect[] {
  const { selected } = context;
  if (selected === null) return [{ type: "select", target: other }];
  if (selected.question === other.question && selected.id === other.id) return [];
  const [into, from] = [objectAt(context, selected), objectAt(context, other)];
  if (into === undefined || from === undefined || selected.question !== other.question) return [REFUSED];
  if (!isOutline(into) || !isOutline(from)) return [REFUSED];
  const parts = joinPolygons(polygonsOf(into), polygonsOf(from));
  const whole = polygonFault(parts) === null ? withPolygons(into, parts) : null;
  if (whole === null) return [REFUSED];
  const { question } = selected;
  const steps = [
    { question, object: into.id, value: whole },
    { question, object: from.id, value: null },
  ];
  return [{ type: "edit", steps, gesture: null }];
}
