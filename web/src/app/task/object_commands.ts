/** The commands of objects on pictures and of how pictures are shown: what lies where, what is seen, what is copied. */
import { objectsOf } from "../../document/label";
import { classOf } from "../../labels/objects";
import type { Target } from "../../tools/tool";
import { type Command, command } from "../command/command";
import { COPY_PX, type Copied, clipboard, copyInto } from "./clipboard";
import { EDITING, edits, withEditor } from "./commands";
import type { Editor } from "./editor.svelte";
import { higher, lower, toBack, toFront } from "./stack";
import { TONE_STEP, tone } from "./tone.svelte";

/** Does something with what is selected. */
const toSelected =
  (run: (editor: Editor, target: Target) => void) =>
  (editor: Editor): void => {
    if (editor.selected !== null) run(editor, editor.selected);
  };

function move(editor: Editor, stack: typeof toFront): void {
  const { selected, label } = editor;
  const steps = selected === null || !editor.canChange ? [] : stack(label, selected);
  if (steps.length > 0) editor.edit(steps);
}

/** Lays a copy down beside what it was copied from, and selects it. */
function layDown(editor: Editor, copied: Copied): void {
  const { question } = copied;
  const id = editor.newId();
  const object = copyInto(copied, editor.place, id, COPY_PX);
  if (object === null) {
    editor.refused = "paste";
    return;
  }
  editor.edit([{ question, object: id, value: object }]);
  editor.select({ question, id });
}

function copy(editor: Editor): void {
  const { selected, selectedObject } = editor;
  if (selected !== null && selectedObject !== null) clipboard.copy(selected, selectedObject);
}

function double(editor: Editor): void {
  const { selected, selectedObject } = editor;
  if (selected !== null && selectedObject !== null)
    layDown(editor, { question: selected.question, object: selectedObject });
}

/** All objects of the class that is selected, or would be drawn. */
function ofClass(editor: Editor): readonly Target[] {
  const { label, question, selectedObject } = editor;
  const name = selectedObject === null ? editor.classOf(question) : classOf(selectedObject);
  return objectsOf(label, question)
    .filter((object) => classOf(object) === name)
    .map(({ id }) => ({ question, id }));
}

/** Takes up the points that the selected skeleton was left without. */
function placeParts(editor: Editor): void {
  const rules = editor.selectedShape;
  const [tool] = rules?.tools ?? [];
  if (tool === undefined) return;
  editor.useTool(tool);
  editor.step({ type: "key", key: "Insert", shift: false, alt: false }, rules?.field ?? "");
}

function tab(editor: Editor, by: 1 | -1): void {
  const next = editor.besideOnPicture(by);
  if (next !== null) editor.ask(next);
}

export const OBJECT_COMMANDS: readonly Command[] = [
  edits("question.tab", ["Tab"], "answer", ["tabs_on"], (editor) => tab(editor, 1)),
  edits("question.tab_back", ["Shift+Tab"], "answer", ["tabs_back"], (editor) => tab(editor, -1)),
  edits("draw.slice", ["X"], "draw", ["outline"], (editor) => editor.useTool("slice")),
  edits("draw.join", ["J"], "draw", ["outline"], (editor) => editor.useTool("join")),
  edits("object.part", ["K"], "object", ["parts"], placeParts),
  edits("object.copy", ["Ctrl+C"], "object", ["shape"], copy),
  command("object.paste", {
    keys: ["Ctrl+V"],
    group: "object",
    modes: EDITING,
    detail: ({ editor }) => (editor === null ? null : clipboard.told(editor.schema.asked)),
    run: withEditor((editor) => {
      if (clipboard.held !== null) layDown(editor, clipboard.held);
    }),
  }),
  edits("object.duplicate", ["Ctrl+D"], "object", ["shape"], double),
  edits("object.front", ["PageUp"], "object", ["shape"], (editor) => move(editor, toFront)),
  edits("object.higher", ["Shift+PageUp"], "object", ["shape"], (editor) => move(editor, higher)),
  edits("object.lower", ["Shift+PageDown"], "object", ["shape"], (editor) => move(editor, lower)),
  edits("object.back", ["PageDown"], "object", ["shape"], (editor) => move(editor, toBack)),
  edits(
    "object.hide",
    ["H"],
    "object",
    ["shape"],
    toSelected(({ shown }, target) => shown.toggleHidden([target])),
  ),
  edits("object.hide_class", ["Shift+H"], "object", ["picture"], (editor) =>
    editor.shown.toggleHidden(ofClass(editor)),
  ),
  edits("object.solo", ["O"], "object", ["picture"], ({ shown }) => (shown.solo = !shown.solo)),
  edits("object.show_all", ["Alt+H"], "object", ["hides"], ({ shown }) => shown.showAll()),
  edits(
    "object.lock",
    ["L"],
    "object",
    ["shape"],
    toSelected(({ shown }, target) => shown.toggleLocked([target])),
  ),
  edits("object.unlock_all", ["Alt+L"], "object", ["locks"], ({ shown }) => shown.unlockAll()),
  edits("view.brighter", ["Alt+ArrowUp"], "view", ["picture"], () => tone.change("brightness", TONE_STEP)),
  edits("view.darker", ["Alt+ArrowDown"], "view", ["picture"], () => tone.change("brightness", -TONE_STEP)),
  edits("view.more_contrast", ["Alt+Shift+ArrowUp"], "view", ["picture"], () =>
    tone.change("contrast", TONE_STEP),
  ),
  edits("view.less_contrast", ["Alt+Shift+ArrowDown"], "view", ["picture"], () =>
    tone.change("contrast", -TONE_STEP),
  ),
  edits("view.stronger", ["Alt+PageUp"], "view", ["picture"], () => tone.change("opacity", TONE_STEP)),
  edits("view.fainter", ["Alt+PageDown"], "view", ["picture"], () => tone.change("opacity", -TONE_STEP)),
  edits("view.tone_reset", ["Alt+0"], "view", ["picture"], () => tone.reset()),
];
