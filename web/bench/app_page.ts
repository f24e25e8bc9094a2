/** The page that is measured: the app's own label page over 5,000 polygons, kept in memory. */
import { mount } from "svelte";
import { Editor } from "../src/app/task/editor.svelte";
import type { ItemField } from "../src/app/task/fields";
import "../src/app/app.css";
import { Draft } from "../src/document/draft";
import type { JournalStore } from "../src/document/journal";
import { imagePoint } from "../src/geometry/coordinate";
import { readSchema } from "../src/labels/schema";
import { hitObject } from "../src/tools/hit";
import Desk from "./Desk.svelte";
import { PICTURE, POLYGONS } from "./polygons";

const schema = readSchema({
  fields: { image: "image" },
  questions: [{ name: "things", kind: "polygon", field: "image", classes: ["thing"] }],
});

/** Storing is measured by others; here nothing must wait for a disk. */
const store: JournalStore = {
  load: () => Promise.resolve(null),
  tasks: () => Promise.resolve([]),
  write: () => Promise.resolve(),
  remove: () => Promise.resolve(),
};

const head = { task: "t", lease: "l", fence: 1, start: { things: POLYGONS } };
const journal = {
  head: { ...head, revision: 0, acknowledged: 0, submission: null, leased: null },
  entries: [],
};
let made = 0;
const newId = (): string => `n${(made += 1)}`;
const facts = new Map([["image", { type: "image", ...PICTURE }]]);
const editor = new Editor(new Draft(journal, store, newId), schema, facts, newId);

async function grey(): Promise<ImageBitmap> {
  const canvas = Object.assign(document.createElement("canvas"), PICTURE);
  const context = canvas.getContext("2d");
  if (context === null) throw new Error("this browser gives no canvas");
  context.fillStyle = "#667";
  context.fillRect(0, 0, PICTURE.width, PICTURE.height);
  return createImageBitmap(canvas);
}

const image = grey().then((bitmap) => ({ state: "ready" as const, bitmap }));
const field: ItemField = {
  name: "image",
  type: "image",
  value: null,
  text: null,
  image,
  fetchAgain: () => image,
};
mount(Desk, { target: document.body, props: { editor, fields: [field] } });

/** Milliseconds of one hit test, for each of `batches` batches of `each`. */
function hitTimes(batches: number, each: number): number[] {
  const context = editor.contextOf("image");
  return Array.from({ length: batches }, (_, batch) => {
    const begun = performance.now();
    for (let index = 0; index < each; index += 1) {
      const at = batch * each + index;
      hitObject(context, imagePoint((at * 37) % PICTURE.width, (at * 53) % PICTURE.height));
    }
    return (performance.now() - begun) / each;
  });
}

/** Chooses an outline, and answers where its first corner is on the surface. */
function choose(index: number): readonly [number, number] {
  const id = `p${index}`;
  editor.select({ question: "things", id });
  const { scale, x, y } = editor.contextOf("image").view;
  const ring = (POLYGONS[index]?.["polygon"] as number[][][])[0];
  const [cornerX = 0, cornerY = 0] = ring?.[0] ?? [];
  return [cornerX * scale + x, cornerY * scale + y];
}

Object.assign(window, {
  bench: { hitTimes, choose, isReady: () => editor.contextOf("image").image !== null },
});
