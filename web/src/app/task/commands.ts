/** The commands of a label: what can be asked for while it is edited. */
import type { KeyEvent } from "../../tools/tool";
import { type Clause, type Command, type Context, type Mode, command } from "../command/command";
import type { CommandId } from "../strings/commands";
import { KEYED, choiceAt, chooseAt } from "./answers";
import { answerInHand, attributeInHand, takeNextAttribute } from "./attribute";
import { aimNext, takeAim } from "./edges";
import type { Editor } from "./editor.svelte";
import { findSame } from "./same";

export const EDITING: readonly Mode[] = ["label", "fix"];

/** For commands that need a label, and are to be had only where there is one. */
export const withEditor =
  (run: (editor: Editor) => void) =>
  ({ editor }: Context): void => {
    if (editor !== null) run(editor);
  };

/** A row of the table for a command that edits, wherever a label is edited. */
export const edits = (
  id: CommandId,
  keys: readonly string[],
  group: Command["group"],
  when: readonly Clause[],
  run: (editor: Editor) => void,
): Command => command(id, { keys, group, modes: EDITING, when, run: withEditor(run) });

const CHOICES = Array.from({ length: KEYED }, (_, place) =>
  command(`choose.${place + 1}` as CommandId, {
    keys: [String((place + 1) % 10)],
    group: "answer",
    modes: EDITING,
    detail: ({ editor }) => {
      if (editor === null) return null;
      return choiceAt({ active: attributeInHand(editor) ?? editor.active }, place);
    },
    run: withEditor((editor) => {
      if (attributeInHand(editor) === null) chooseAt(editor, place);
      else answerInHand(editor, place);
    }),
  }),
);

/** The field that a shape lies on is the one that hands its events to tools. */
function nudge(editor: Editor, dx: number, dy: number): void {
  const field = editor.selectedShape?.field ?? "";
  editor.useTool("select");
  editor.step({ type: "nudge", dx, dy, shift: false, alt: false }, field);
}

const DIRECTIONS = [
  { name: "left", key: "ArrowLeft", dx: -1, dy: 0 },
  { name: "right", key: "ArrowRight", dx: 1, dy: 0 },
  { name: "up", key: "ArrowUp", dx: 0, dy: -1 },
  { name: "down", key: "ArrowDown", dx: 0, dy: 1 },
] as const;
const FAR_PX = 10;

const NUDGES = DIRECTIONS.flatMap(({ name, key, dx, dy }) => [
  edits(`nudge.${name}`, [key], "object", ["shape"], (editor) => nudge(editor, dx, dy)),
  edits(`nudge.far_${name}`, [`Shift+${key}`], "object", ["shape"], (editor) =>
    nudge(editor, dx * FAR_PX, dy * FAR_PX),
  ),
]);

/** A tool that is drawing takes the key itself; else it is about what is selected. */
function toTool(editor: Editor, key: KeyEvent["key"]): void {
  const objects = editor.active?.objects ?? null;
  if (objects === null) return;
  if (editor.tool.state === "idle" && key !== "Escape") editor.useTool("select");
  if (editor.tool.state === "idle" && key === "Escape") editor.select(null);
  // Leaving a tool that works on what is there leads back to choosing.
  if (editor.tool.state === "idle" && !objects.tools.includes(editor.tool.name)) editor.useTool("select");
  editor.cursor = null;
  editor.step({ type: "key", key, shift: false, alt: false }, objects.field ?? "");
}

function finishDrawing(editor: Editor): void {
  const field = editor.active?.objects?.field ?? "";
  editor.step({ type: "key", key: "Enter", shift: false, alt: false }, field);
}

function drawWith(editor: Editor): void {
  editor.useTool(editor.active?.objects?.tools[0] ?? "select");
}

/** By how much a key makes the brush larger. */
const BRUSH_STEP = 1.25;

function sizeBrush(editor: Editor, factor: number): void {
  editor.step({ type: "size", factor, shift: false, alt: false }, editor.active?.objects?.field ?? "");
}

const zoom =
  (factor: number | null) =>
  (editor: Editor): void =>
    editor.surfaces.get(editor.active?.objects?.field ?? "")?.zoom(factor);

export const EDITOR_COMMANDS: readonly Command[] = [
  ...CHOICES,
  edits("question.next", ["ArrowDown"], "answer", ["!shape"], (editor) => editor.askNext(1)),
  edits("question.previous", ["ArrowUp"], "answer", ["!shape"], (editor) => editor.askNext(-1)),
  edits("object.none", ["E"], "answer", ["objects"], (editor) => editor.findNone()),
  edits("attribute.next", ["Q"], "answer", ["attributes"], takeNextAttribute),
  edits("order.clear", ["Backspace"], "answer", ["ordering"], (editor) =>
    editor.answer(editor.question, null),
  ),
  edits("edit.undo", ["Ctrl+Z"], "task", [], ({ draft }) => draft.undo()),
  edits("edit.redo", ["Ctrl+Shift+Z", "Ctrl+Y"], "task", [], ({ draft }) => draft.redo()),
  edits("cursor.next", ["ArrowRight"], "text", ["words", "!shape"], (editor) => editor.moveCursor(1, false)),
  edits("cursor.previous", ["ArrowLeft"], "text", ["words", "!shape"], (editor) =>
    editor.moveCursor(-1, false),
  ),
  edits("cursor.extend", ["Shift+ArrowRight"], "text", ["words", "!shape"], (editor) =>
    editor.moveCursor(1, true),
  ),
  edits("cursor.shrink", ["Shift+ArrowLeft"], "text", ["words", "!shape"], (editor) =>
    editor.moveCursor(-1, true),
  ),
  edits("text.same", ["W"], "text", ["words", "selected"], findSame),
  edits("edge.next", ["ArrowRight"], "text", ["joining", "!words", "!shape"], (editor) => aimNext(editor, 1)),
  edits("edge.previous", ["ArrowLeft"], "text", ["joining", "!words", "!shape"], (editor) =>
    aimNext(editor, -1),
  ),
  edits("edge.take", ["Space"], "text", ["joining", "!words"], takeAim),
  edits("draw.begin", ["B"], "draw", ["objects"], drawWith),
  edits("draw.tool", ["T"], "draw", ["objects"], (editor) => editor.nextTool()),
  edits("draw.brush_smaller", ["["], "draw", ["objects"], (editor) => sizeBrush(editor, 1 / BRUSH_STEP)),
  edits("draw.brush_larger", ["]"], "draw", ["objects"], (editor) => sizeBrush(editor, BRUSH_STEP)),
  edits("draw.select", ["V"], "draw", ["objects"], (editor) => editor.useTool("select")),
  edits("draw.finish", ["Enter"], "draw", ["drawing"], finishDrawing),
  edits("draw.back", ["Backspace"], "draw", ["objects", "!ordering"], (editor) =>
    toTool(editor, "Backspace"),
  ),
  edits("edit.escape", ["Escape"], "draw", ["objects"], (editor) => toTool(editor, "Escape")),
  edits("object.delete", ["Delete"], "object", ["objects"], (editor) => toTool(editor, "Delete")),
  edits("object.next", ["N"], "object", ["objects"], (editor) => editor.selectNext(1)),
  edits("object.previous", ["Shift+N"], "object", ["objects"], (editor) => editor.selectNext(-1)),
  ...NUDGES,
  edits("view.zoom_in", ["+", "="], "view", ["picture"], zoom(1.25)),
  edits("view.zoom_out", ["-"], "view", ["picture"], zoom(0.8)),
  edits("view.fit", ["F"], "view", ["picture"], zoom(null)),
];

/** The commands of the label page itself. */
export const TASK_COMMANDS: readonly Command[] = [
  command("task.submit", {
    keys: ["Enter", "Ctrl+Enter"],
    group: "task",
    modes: ["label"],
    when: ["!drawing"],
    once: true,
    whileTyping: true,
    run: ({ label }) => label?.submit(),
  }),
  command("task.skip", {
    keys: ["S"],
    group: "task",
    modes: ["label"],
    once: true,
    run: ({ label }) => label?.skip(),
  }),
  command("task.copy", {
    keys: ["Shift+P"],
    group: "task",
    modes: ["label"],
    when: ["copies"],
    once: true,
    run: ({ label }) => label?.copyBefore(),
  }),
  command("task.guide", {
    keys: ["G"],
    group: "task",
    modes: ["label"],
    once: true,
    run: ({ label }) => label?.guide(),
  }),
  command("task.offered", {
    keys: ["P"],
    group: "task",
    modes: ["label"],
    when: ["offered"],
    run: ({ label }) => label?.useOffered(),
  }),
];
