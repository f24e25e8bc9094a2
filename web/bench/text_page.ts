/** The page that is measured: the app's own label page over a text of a million characters with 2,000 marks. */
import { mount } from "svelte";
import "../src/app/app.css";
import { Editor } from "../src/app/task/editor.svelte";
import type { ItemField } from "../src/app/task/fields";
import { findSame, markSame } from "../src/app/task/same";
import { Draft } from "../src/document/draft";
import type { JournalStore } from "../src/document/journal";
import { TextOffsets } from "../src/geometry/text_range";
import { readSchema } from "../src/labels/schema";
import Desk from "./Desk.svelte";

const CHARACTERS = 1_000_000;
const MARKS = 2_000;
const WORDS = ["Ann", "met", "the", "river", "Rhône", "at", "noon", "and", "Ben", "ran", "home", "😀"];

/** Lines of about 600 characters; the same at each run. */
function makeText(): string {
  let state = 7;
  const parts: string[] = [];
  let length = 0;
  for (let index = 0; length < CHARACTERS + 100; index += 1) {
    state = (state * 48_271) % 2_147_483_647;
    const word = WORDS[state % WORDS.length] ?? "";
    const part = word + (index % 120 === 119 ? ".\n" : " ");
    parts.push(part);
    length += part.length;
  }
  return Array.from(parts.join("")).slice(0, CHARACTERS).join("");
}

const schema = readSchema({
  fields: { text: "text" },
  questions: [{ name: "names", kind: "span", field: "text", classes: ["person", "place"] }],
});

const store: JournalStore = {
  load: () => Promise.resolve(null),
  tasks: () => Promise.resolve([]),
  write: () => Promise.resolve(),
  remove: () => Promise.resolve(),
};

const text = makeText();
/** Where a word stands for the n-th time, in code points. */
function* placesOf(word: string): Generator<number> {
  const units = new TextOffsets(text);
  for (let unit = text.indexOf(`${word} `); unit >= 0; unit = text.indexOf(`${word} `, unit + 1))
    yield units.codePoint(unit);
}
/** Every ninth or so of the names is marked. */
const names = [...placesOf("Ann")]
  .filter((_, index) => index % 9 === 0)
  .slice(0, MARKS)
  .map((start, index) => ({
    id: `m${index}`,
    class: index % 2 === 0 ? "person" : "place",
    start,
    end: start + 3,
  }));
let made = 0;
const newId = (): string => `n${(made += 1)}`;

interface Opened {
  readonly editor: Editor;
}
let opened: Opened | null = null;

/** Everything from the task's JSON to the page; answers how long the thread was at it. */
function open(): number {
  const begun = performance.now();
  const head = { task: "t", lease: "l", fence: 1, start: { names } };
  const journal = {
    head: { ...head, revision: 0, acknowledged: 0, submission: null, leased: null },
    entries: [],
  };
  const facts = new Map([["text", { type: "text", text }]]);
  const editor = new Editor(new Draft(journal, store, newId), schema, facts, newId);
  const field: ItemField = {
    name: "text",
    type: "text",
    value: null,
    text,
    image: null,
    fetchAgain: () => Promise.reject(new Error("a text is not fetched")),
  };
  mount(Desk, { target: document.body, props: { editor, fields: [field] } });
  opened = { editor };
  return performance.now() - begun;
}

/** The longest pieces of work since the last question, as the browser tells of those over 50 ms. */
const long: number[] = [];
new PerformanceObserver((list) => {
  for (const { duration } of list.getEntries()) long.push(duration);
}).observe({ type: "longtask" });

const work = (): Opened => {
  if (opened === null) throw new Error("nothing is open");
  return opened;
};

Object.assign(window, {
  bench: {
    isReady: () => true,
    open,
    longest: () => Math.max(0, ...long.splice(0)),
    /** Looks for the words of a mark in the middle. */
    same: () => {
      const { editor } = work();
      editor.select({ question: "names", id: `m${MARKS / 2}` });
      findSame(editor);
      return editor.same?.ranges.length ?? 0;
    },
    markSame: () => {
      const { editor } = work();
      markSame(editor, editor.same?.ranges ?? []);
    },
    word: () => {
      work().editor.moveCursor(1, false);
    },
    fault: () => work().editor.fault === null,
    marks: () => (work().editor.label["names"] as readonly unknown[]).length,
  },
});
