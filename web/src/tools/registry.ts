/** Every tool, by name: the one place that lists them. A kind names the tools that draw it. */
import { box } from "./box";
import { brush, eraser } from "./brush";
import { edge } from "./edge";
import { ellipse } from "./ellipse";
import { extremePoints } from "./extreme_points";
import { freehand } from "./freehand";
import { join } from "./join";
import { keypoints } from "./keypoints";
import { panZoom } from "./pan_zoom";
import { polygon } from "./polygon";
import { polyline } from "./polyline";
import { range } from "./range";
import { rotatedBox } from "./rotated_box";
import { select } from "./select";
import { slice } from "./slice";
import type { Outcome, Preview, Tool, ToolContext, ToolEvent } from "./tool";

/** A tool at work: its state is its own business. */
export interface ActiveTool {
  readonly name: string;
  /** The name of its state. */
  readonly state: string;
  readonly takesObjects: boolean;
  step(event: ToolEvent, context: ToolContext): Outcome<ActiveTool>;
  preview(context: ToolContext): Preview;
}

function activate<State extends { readonly name: string }>(tool: Tool<State>, state: State): ActiveTool {
  return {
    name: tool.name,
    state: state.name,
    takesObjects: tool.takesObjects ?? false,
    step(event, context) {
      const next = tool.step(state, event, context);
      return { state: next.state === state ? this : activate(tool, next.state), effects: next.effects };
    },
    preview: (context) => tool.preview(state, context),
  };
}

const begin = <State extends { readonly name: string }>(tool: Tool<State>): [string, ActiveTool] => [
  tool.name,
  activate(tool, tool.start),
];

/** Each tool as it starts. */
export const TOOLS: ReadonlyMap<string, ActiveTool> = new Map([
  begin(select),
  begin(box),
  begin(extremePoints),
  begin(polygon),
  begin(freehand),
  begin(polyline),
  begin(rotatedBox),
  begin(ellipse),
  begin(keypoints),
  begin(brush),
  begin(eraser),
  begin(range),
  begin(edge),
  begin(slice),
  begin(join),
  begin(panZoom),
]);
