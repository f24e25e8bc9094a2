/** Shapes beyond boxes and outlines, drawn with the pointer on a picture and stored in its pixels. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { LabelObject } from "../../src/document/label";
import { imagePoint } from "../../src/geometry/coordinate";
import { maskBounds, maskHolds } from "../../src/geometry/mask";
import { maskOf } from "../../src/labels/mask";
import { type RunningAssay, openPage, picture, post, read, startAssay, startBrowser } from "./assay";

let assay: RunningAssay;
let browser: Browser;
let page: Page;
let faults: string[];

beforeAll(async () => {
  [assay, browser] = await Promise.all([startAssay(), startBrowser()]);
  ({ page, faults } = await openPage(browser));
  await page.goto(assay.link);
  await page.getByRole("heading", { name: "Projects", exact: true }).waitFor();
});

afterAll(async () => {
  await browser.close();
  await assay.stop();
});

interface Resolutions {
  readonly items: readonly { readonly label: Record<string, readonly Record<string, unknown>[]> }[];
}

const ONTOLOGY = {
  fields: { image: "image" },
  questions: [
    { name: "ships", kind: "rotated_box", field: "image", classes: ["ship"] },
    { name: "wheels", kind: "ellipse", field: "image", classes: ["wheel"] },
    { name: "lanes", kind: "polyline", field: "image", classes: ["lane"] },
    {
      name: "pose",
      kind: "keypoints",
      field: "image",
      classes: ["cat"],
      keypoints: ["head", "back", "tail"],
      skeleton: [
        ["head", "back"],
        ["back", "tail"],
      ],
    },
  ],
};

/** A grey picture of 400 × 200, made by the browser. */
async function greyPicture(): Promise<Buffer> {
  const drawn = await page.evaluate(() => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 400, height: 200 });
    const context = canvas.getContext("2d");
    if (context) context.fillStyle = "#889";
    context?.fillRect(0, 0, 400, 200);
    return canvas.toDataURL("image/png").split(",")[1] ?? "";
  });
  return Buffer.from(drawn, "base64");
}

/** Where a place of the picture, in its pixels, is on the page now. */
async function placer(): Promise<(place: readonly [number, number]) => readonly [number, number]> {
  const surface = page.getByRole("img", { name: "Picture to draw on" });
  await surface.scrollIntoViewIfNeeded();
  const area = await surface.boundingBox();
  if (area === null) throw new Error("the picture has no place");
  const scale = Math.min((area.width - 24) / 400, (area.height - 24) / 200);
  return ([x, y]) => [
    area.x + area.width / 2 + (x - 200) * scale,
    area.y + area.height / 2 + (y - 100) * scale,
  ];
}

async function click(...places: readonly (readonly [number, number])[]): Promise<void> {
  const at = await placer();
  for (const place of places) {
    await page.mouse.move(...at(place));
    await page.mouse.down();
    await page.mouse.up();
  }
}

/** Draws a line through the places without letting go, unless told to stay pressed. */
async function stroke(places: readonly (readonly [number, number])[], letGo = true): Promise<void> {
  const at = await placer();
  for (const [index, place] of places.entries()) {
    await page.mouse.move(...at(place), { steps: 4 });
    if (index === 0) await page.mouse.down();
  }
  if (letGo) await page.mouse.up();
}

/** A project with the questions and one grey picture, at its first task. */
async function openTask(name: string, ontology: unknown): Promise<string> {
  const { answer } = await post(page, "/v1/projects", {
    name,
    ontology,
    quality: { min_labels: 1, max_labels: 1 },
  });
  const project = String(answer["id"]);
  await page.goto(`${assay.url}/projects/${project}`);
  await page.getByRole("button", { name: "Import", exact: true }).click();
  const file = { name: "harbour.png", mimeType: "image/png", buffer: await greyPicture() };
  await page.getByLabel("Choose files").setInputFiles([file]);
  await page.getByText(/1 new/).waitFor();
  await page.getByRole("link", { name: "Label", exact: true }).click();
  await page.getByRole("img", { name: "Picture to draw on" }).waitFor();
  await expect.poll(() => page.evaluate(() => document.querySelectorAll("canvas").length)).toBe(3);
  return project;
}

/** Submits, and answers what the task was resolved to. */
async function submitted(project: string): Promise<Resolutions["items"][number]["label"]> {
  await page.getByText("saved", { exact: true }).waitFor();
  await page.keyboard.press("Enter");
  await page.getByText("All done for now").waitFor();
  const path = `/v1/projects/${project}/resolutions?state=resolved`;
  const resolved = async () => (await read<Resolutions>(page, path)).items;
  await expect.poll(async () => (await resolved()).length, { timeout: 20_000 }).toBe(1);
  return (await resolved())[0]?.label ?? {};
}

test("rotated boxes, ellipses, lines and keypoints are drawn by clicks", async () => {
  const project = await openTask("Harbour", ONTOLOGY);
  const ask = (name: string) => page.locator("button.option", { hasText: name }).click();
  const listed = (name: RegExp) => page.getByRole("button", { name }).waitFor();

  await click([40, 60], [120, 60], [80, 80]);
  await listed(/^80 × 40 · 40, 40/);
  await ask("wheel");
  await click([200, 60], [280, 60], [240, 90]);
  await listed(/^80 × 60 · 200, 30/);
  await ask("lane");
  await click([40, 180], [200, 120], [360, 180]);
  await page.keyboard.press("Enter");
  await listed(/^(319|320|321) × (59|60|61) · /);
  await ask("cat");
  await page.getByText("Place: head").waitFor();
  await click([320, 40], [350, 60]);
  await page.getByText("Place: tail").waitFor();
  await picture("label-shapes", page);
  await click([380, 40]);
  const label = await submitted(project);
  const rounded = (value: unknown): unknown =>
    Array.isArray(value) ? value.map(rounded) : Math.round(Number(value));
  expect(rounded(label["ships"]?.[0]?.["rotated_box"])).toEqual([80, 60, 80, 40, 0]);
  expect(rounded(label["wheels"]?.[0]?.["ellipse"])).toEqual([240, 60, 40, 30, 0]);
  expect(rounded(label["lanes"]?.[0]?.["polyline"])).toEqual([
    [40, 180],
    [200, 120],
    [360, 180],
  ]);
  expect(rounded(label["pose"]?.[0]?.["keypoints"])).toEqual([
    [320, 40, 2],
    [350, 60, 2],
    [380, 40, 2],
  ]);
  expect(faults).toEqual([]);
});

test("masks are painted and erased by strokes, each one to undo", async () => {
  const question = { name: "areas", kind: "mask", field: "image", classes: ["leaf", "rust"] };
  const project = await openTask("Leaves", { fields: { image: "image" }, questions: [question] });
  const listed = (told: string) => page.getByRole("button", { name: new RegExp(`^${told}`) }).waitFor();

  // A brush of 5 pixels' radius, made 15 by five steps.
  for (let step = 0; step < 5; step += 1) await page.keyboard.press("]");
  await stroke([
    [60, 100],
    [180, 100],
  ]);
  await listed("150 × 30 · 45, 85");
  await page.keyboard.down("Shift");
  await click([180, 160]);
  await page.keyboard.up("Shift");
  await listed("150 × 90 · 45, 85");
  await page.getByRole("button", { name: "Eraser T" }).click();
  await stroke(
    [
      [120, 40],
      [120, 140],
    ],
    false,
  );
  await picture("label-mask", page);
  await page.mouse.up();
  await listed("150 × 90 · 45, 85");
  const edited = await page.evaluate(() => document.querySelectorAll("canvas")[1]?.toDataURL());
  await page.keyboard.press("Control+z");
  await expect
    .poll(() => page.evaluate(() => document.querySelectorAll("canvas")[1]?.toDataURL()))
    .not.toBe(edited);
  await page.keyboard.press("Control+Shift+z");
  await expect
    .poll(() => page.evaluate(() => document.querySelectorAll("canvas")[1]?.toDataURL()))
    .toBe(edited);

  // A second object, of the second class, is another mask.
  await page.keyboard.press("b");
  await page.keyboard.press("2");
  await click([300, 60]);
  await listed("30 × 30 · 285, 45");
  const label = await submitted(project);
  const objects = (label["areas"] ?? []) as readonly LabelObject[];
  expect(objects.map((object) => object["class"])).toEqual(["leaf", "rust"]);
  const [leaf, rust] = objects.map(maskOf);
  if (leaf === undefined || rust === undefined) throw new Error("there are two masks");
  expect([leaf.width, leaf.height, maskBounds(rust)]).toEqual([400, 200, [285, 45, 30, 30]]);
  const places = [imagePoint(70, 100), imagePoint(120, 100), imagePoint(170, 100), imagePoint(180, 150)];
  expect(places.map((place) => maskHolds(leaf, place))).toEqual([true, false, true, true]);
  expect(faults).toEqual([]);
});

test("a project of poses begins with a body's joints, and of areas with a brush", async () => {
  const create = async (template: RegExp, name: string): Promise<unknown> => {
    await page.goto(`${assay.url}/projects/new`);
    await page.getByRole("button", { name: template }).click();
    await page.getByLabel("Name").fill(name);
    const points = page.getByLabel("Points, one a line");
    if ((await points.count()) > 0) {
      expect(await points.inputValue()).toMatch(/^nose\nleft eye\n/);
      await points.fill("left wrist\nleft elbow\ntail");
    }
    await page.getByRole("button", { name: "Create project" }).click();
    await page.getByRole("heading", { name }).waitFor();
    const project = /projects\/([0-9a-f-]{36})/.exec(page.url())?.[1] ?? "";
    return (await read<{ ontology: { questions: readonly unknown[] } }>(page, `/v1/projects/${project}`))
      .ontology.questions[0];
  };
  expect(await create(/^Keypoints/, "Poses")).toMatchObject({
    kind: "keypoints",
    classes: ["person"],
    keypoints: ["left wrist", "left elbow", "tail"],
    skeleton: [["left wrist", "left elbow"]],
  });
  expect(await create(/^Segmentation/, "Streets")).toMatchObject({
    kind: "mask",
    classes: ["road", "building", "sky"],
  });
  expect(faults).toEqual([]);
});
