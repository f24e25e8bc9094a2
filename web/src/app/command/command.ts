/** What a command is: one thing that a person can ask for, by key, by name or by button. */
import { keyedAttributes } from "../task/attribute";
import { isOutline } from "../../labels/polygon";
import type { Editor } from "../task/editor.svelte";
import { type CommandId, commandGroups, commandTitles } from "../strings/commands";

/** Where a person is: labelling, looking at a review, fixing it, or on a page without a label. */
export type Mode = "label" | "look" | "fix" | "page";

/** What the label page does that concerns more than the label. */
export interface LabelPage {
  readonly offered: boolean;
  /** The item before has objects on its picture. */
  readonly copies: boolean;
  submit(): void;
  skip(): void;
  useOffered(): void;
  copyBefore(): void;
  guide(): void;
}

export interface ReviewPage {
  show(index: number): void;
  compare(): void;
  accept(): void;
  fix(): void;
  reject(): void;
  comment(): void;
  selectNext(by: 1 | -1): void;
  submitFix(): void;
  stopFixing(): void;
  list(): void;
  guide(): void;
}

export interface Shell {
  open(dialog: "palette" | "keys"): void;
  go(path: string): void;
}

/** What commands act on. */
export interface Context {
  readonly mode: Mode;
  readonly shell: Shell;
  /** The label that can be edited at the moment; null where there is none. */
  readonly editor: Editor | null;
  readonly label: LabelPage | null;
  readonly review: ReviewPage | null;
}

/** What holds at the moment, by name: commands with one key that can never both be meant share it. */
export const CONDITIONS = {
  /** A tool is at work on something that Enter finishes. */
  drawing: ({ editor }) => editor?.tool.state === "drawing",
  /** The question that is asked is answered with objects. */
  objects: ({ editor }) => editor?.active?.objects != null,
  /** It is drawn on a picture. */
  picture: ({ editor }) => editor?.active?.objects?.image != null,
  /** It marks a text. */
  words: ({ editor }) => editor?.active?.objects?.text != null,
  /** It joins objects by edges. */
  joining: ({ editor }) => (editor?.active?.objects?.joins.length ?? 0) > 0,
  /** It orders things. */
  ordering: ({ editor }) => editor?.active?.panel.control === "order",
  /** What is selected has attributes that digits can answer. */
  attributes: ({ editor }) => editor != null && keyedAttributes(editor).size > 0,
  selected: ({ editor }) => editor != null && editor.selected !== null,
  /** What is selected is a shape on a picture. */
  shape: ({ editor }) => editor?.selectedShape != null,
  /** It is an outline that may be changed. */
  outline: ({ editor }) =>
    editor?.canChange === true && editor.selectedObject !== null && isOutline(editor.selectedObject),
  copies: ({ label }) => label?.copies === true,
  /** It is made of points that have names. */
  parts: ({ editor }) => (editor?.selectedShape?.parts.length ?? 0) > 0,
  /** Something is out of sight, or locked. */
  hides: ({ editor }) => editor != null && (editor.shown.hidesAny || editor.shown.solo),
  locks: ({ editor }) => editor?.shown.locksAny === true,
  /** Another question is drawn on the same picture, after or before this one. */
  tabs_on: ({ editor }) => editor != null && editor.besideOnPicture(1) !== null,
  tabs_back: ({ editor }) => editor != null && editor.besideOnPicture(-1) !== null,
  offered: ({ label }) => label?.offered === true,
} satisfies Readonly<Record<string, (context: Context) => boolean>>;

export type Condition = keyof typeof CONDITIONS;
export type Clause = Condition | `!${Condition}`;

export type Group = keyof typeof commandGroups;

export interface Command {
  readonly id: CommandId;
  readonly title: string;
  readonly group: Group;
  /** The keys that it has until a person chooses others. */
  readonly keys: readonly string[];
  readonly modes: readonly Mode[];
  /** All of them hold, or the command is not to be had. */
  readonly when: readonly Clause[];
  /** A key that is held down asks once. */
  readonly once: boolean;
  /** Its key works while a text is typed. */
  readonly whileTyping: boolean;
  /** What it would do just now, in the words of the task; null where it would do nothing. */
  detail(context: Context): string | null;
  run(context: Context): void;
}

type Optional = "when" | "once" | "whileTyping" | "detail";
type Given = Omit<Command, "id" | "title" | Optional> & Partial<Pick<Command, Optional>>;

export function command(id: CommandId, given: Given): Command {
  const title = commandTitles[id];
  return { id, title, when: [], once: false, whileTyping: false, detail: () => "", ...given };
}

export function holds(clause: Clause, context: Context): boolean {
  const wanted = !clause.startsWith("!");
  const name = (wanted ? clause : clause.slice(1)) as Condition;
  return CONDITIONS[name](context) === wanted;
}

/** Whether the command can be asked for now. */
export function isAvailable(one: Command, context: Context): boolean {
  return (
    one.modes.includes(context.mode) &&
    one.when.every((clause) => holds(clause, context)) &&
    one.detail(context) !== null
  );
}

/** Whether there may be a moment at which both can be asked for. */
export function canMeet(one: Command, other: Command): boolean {
  return (
    one.modes.some((mode) => other.modes.includes(mode)) &&
    !one.when.some((clause) => other.when.includes(opposite(clause)))
  );
}

const opposite = (clause: Clause): Clause =>
  clause.startsWith("!") ? (clause.slice(1) as Condition) : `!${clause as Condition}`;
