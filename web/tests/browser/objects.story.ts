/** Objects on a picture handled by keys: snapped, hidden, locked, stacked, doubled, and a picture made brighter. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
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

const [WIDTH, HEIGHT] = [400, 200];

interface Resolutions {
  readonly items: readonly { readonly label: Record<string, readonly Record<string, unknown>[]> }[];
}

async function greyPicture(shade: string): Promise<Buffer> {
  const drawn = await page.evaluate(
    ([width, height, colour]) => {
      const canvas = Object.assign(document.createElement("canvas"), { width, height });
      const context = canvas.getContext("2d");
      if (context) context.fillStyle = colour;
      context?.fillRect(0, 0, width, height);
      return canvas.toDataURL("image/png").split(",")[1] ?? "";
    },
    [WIDTH, HEIGHT, shade] as const,
  );
  return Buffer.from(drawn, "base64");
}

async function openProject(name: string, ontology: unknown, pictures: readonly string[]): Promise<string> {
  const quality = { min_labels: 1, max_labels: 1 };
  const { answer } = await post(page, "/v1/projects", { name, ontology, quality });
  const project = String(answer["id"]);
  await page.goto(`${assay.url}/projects/${project}`);
  await page.getByRole("button", { name: "Import", exact: true }).click();
  const files = await Promise.all(
    pictures.map(async (shade, index) => ({
      name: `picture-${index}.png`,
      mimeType: "image/png",
      buffer: await greyPicture(shade),
    })),
  );
  await page.getByLabel("Choose files").setInputFiles(files);
  await page.getByText(new RegExp(`${pictures.length} new`)).waitFor();
  await page.getByRole("link", { name: "Label", exact: true }).click();
  await page.getByRole("img", { name: "Picture to draw on" }).waitFor();
  await expect.poll(() => page.evaluate(() => document.querySelectorAll("canvas").length)).toBe(3);
  return project;
}

/** Where a place of the picture, in its pixels, is on the screen. */
async function at(x: number, y: number): Promise<[number, number]> {
  const area = await page.getByRole("img", { name: "Picture to draw on" }).boundingBox();
  if (area === null) throw new Error("the picture has no place");
  const scale = Math.min((area.width - 24) / WIDTH, (area.height - 24) / HEIGHT);
  return [
    area.x + area.width / 2 + (x - WIDTH / 2) * scale,
    area.y + area.height / 2 + (y - HEIGHT / 2) * scale,
  ];
}

async function click(...places: readonly (readonly [number, number])[]): Promise<void> {
  for (const [x, y] of places) {
    await page.mouse.move(...(await at(x, y)));
    await page.mouse.down();
    await page.mouse.up();
  }
}

async function drag(from: readonly [number, number], to: readonly [number, number]): Promise<void> {
  await page.mouse.move(...(await at(...from)));
  await page.mouse.down();
  await page.mouse.move(...(await at(...to)), { steps: 4 });
  await page.mouse.up();
}

const press = async (...keys: readonly string[]): Promise<void> => {
  for (const key of keys) await page.keyboard.press(key);
};

const listed = (name: RegExp) => page.getByRole("button", { name });

/** A pointer's place is whole pixels of the screen, so what it draws may be one off in the picture's. */
function around(...size: readonly [width: number, height: number, x: number, y: number]): RegExp {
  const [width, height, x, y] = size.map((one) => `(${one - 1}|${one}|${one + 1})`);
  return new RegExp(`^${width} × ${height} · ${x}, ${y}`);
}

async function submitted(project: string): Promise<Resolutions["items"][number]["label"]> {
  const path = `/v1/projects/${project}/resolutions?state=resolved`;
  const items = async () => (await read<Resolutions>(page, path)).items;
  await expect.poll(async () => (await items()).length, { timeout: 20_000 }).toBe(1);
  return (await items())[0]?.label ?? {};
}

const rounded = (value: unknown): unknown =>
  Array.isArray(value) ? value.map(rounded) : Math.round(Number(value));

test("outlines snap to their neighbours, and objects are hidden, locked, stacked and doubled", async () => {
  const ontology = {
    fields: { image: "image" },
    questions: [
      { name: "areas", kind: "polygon", field: "image", classes: ["lake", "shore"] },
      { name: "boats", kind: "box", field: "image", classes: ["boat"] },
    ],
  };
  const project = await openProject("Lakes", ontology, ["#889"]);
  await click([50, 50], [150, 50], [150, 150], [50, 150]);
  await press("Enter");
  await listed(around(100, 100, 50, 50)).waitFor();
  // Two corners are set beside the first outline's own, and mean them.
  await press("2");
  await click([152, 52], [250, 50], [250, 150], [148, 149]);
  await press("Enter");
  await listed(around(100, 100, 150, 50)).waitFor();

  await press("h");
  await listed(/^Hide: .* (149|150|151), /)
    .and(page.locator("[aria-pressed=true]"))
    .waitFor();
  await press("h", "v", "l");
  await listed(/^Lock: .* (149|150|151), /)
    .and(page.locator("[aria-pressed=true]"))
    .waitFor();
  await press("ArrowRight", "Delete");
  await listed(around(100, 100, 150, 50)).waitFor();
  await press("l", "PageDown", "Control+d");
  await listed(around(100, 100, 160, 60)).waitFor();
  // One over the next, and back under it.
  const places = (): Promise<string[]> =>
    page
      .getByRole("list", { name: "Objects" })
      .first()
      .getByRole("button", { name: /100 × 100/ })
      .allTextContents();
  const order = await places();
  await press("Shift+PageDown");
  await expect.poll(places).not.toEqual(order);
  await press("Shift+PageUp");
  await expect.poll(places).toEqual(order);
  await press("o");
  await picture("label-objects", page);
  await press("Delete", "Alt+h");

  const bright = page.getByRole("slider", { name: "Brightness" });
  await press("Alt+ArrowUp", "Alt+ArrowUp", "Alt+Shift+ArrowDown");
  expect(await bright.inputValue()).toBe("1.2");
  const filter = () =>
    page
      .locator("canvas")
      .first()
      .evaluate((canvas) => canvas.style.filter);
  await expect.poll(filter).toBe("brightness(1.2) contrast(0.9)");
  await press("Alt+0");
  await expect.poll(filter).toBe("brightness(1) contrast(1)");

  // Shapes fade, and what is beside them shows.
  const shapes = page.getByRole("slider", { name: "Shapes" });
  await press("Alt+PageDown", "Alt+PageDown");
  expect(await shapes.inputValue()).toBe("0.8");
  const opacity = (): Promise<string> =>
    page
      .locator("canvas")
      .nth(1)
      .evaluate((canvas) => canvas.style.opacity);
  await expect.poll(opacity).toBe("0.8");
  await shapes.fill("0.3");
  await picture("faint-shapes", page);
  await shapes.blur();
  await press("Alt+0");
  await expect.poll(opacity).toBe("1");

  // A corner that is dragged near the other outline means it.
  await press("v");
  await click([200, 52]);
  await drag([150, 150], [180, 130]);
  await listed(around(100, 100, 150, 50)).waitFor();
  await drag([180, 130], [152, 148]);

  // Tab leads to the other question of the picture, then on through the page.
  await press("Tab");
  await click([300, 20], [340, 60]);
  await listed(around(40, 40, 300, 20)).waitFor();
  await press("Tab");
  await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).not.toBe("BODY");
  await page.evaluate(() => (document.activeElement as HTMLElement).blur());
  await press("Shift+Tab");
  await page.getByText("saved", { exact: true }).waitFor();
  await press("Enter");
  await page.getByText("All done for now").waitFor();

  const label = await submitted(project);
  expect(label["areas"]?.map(({ class: name }) => name)).toEqual(["shore", "lake"]);
  const [shore, lake] = label["areas"] ?? [];
  const [first] = shore?.["polygon"] as number[][][];
  const [of] = lake?.["polygon"] as number[][][];
  // Not nearly: the very numbers.
  expect(of).toContainEqual(first?.[0]);
  expect(of).toContainEqual(first?.[3]);
  expect(rounded(label["boats"]?.[0]?.["box"])).toEqual([300, 20, 40, 40]);
  expect(faults).toEqual([]);
});

test("a point that was left out of a skeleton is added later", async () => {
  const pose = {
    name: "pose",
    kind: "keypoints",
    field: "image",
    classes: ["cat"],
    keypoints: ["head", "back", "tail"],
    skeleton: [
      ["head", "back"],
      ["back", "tail"],
    ],
  };
  const project = await openProject("Cats", { fields: { image: "image" }, questions: [pose] }, ["#778"]);
  await click([100, 50]);
  await press("Delete");
  await click([300, 50]);
  await listed(around(200, 0, 100, 50)).waitFor();
  await press("k");
  await page.getByText("Place: back").waitFor();
  await click([200, 80]);
  await listed(around(200, 30, 100, 50)).waitFor();
  await press("Enter");
  await page.getByText("All done for now").waitFor();
  expect(rounded((await submitted(project))["pose"]?.[0]?.["keypoints"])).toEqual([
    [100, 50, 2],
    [200, 80, 2],
    [300, 50, 2],
  ]);
  expect(faults).toEqual([]);
});

test("outlines are cut and joined, and copied onto the next picture", async () => {
  const areas = { name: "areas", kind: "polygon", field: "image", classes: ["field"] };
  const project = await openProject("Fields", { fields: { image: "image" }, questions: [areas] }, [
    "#798",
    "#897",
  ]);
  await click([100, 50], [200, 50], [200, 150], [100, 150]);
  await press("Enter");
  // The list grows, and the picture may move: the cut is made where it lies then.
  await listed(around(100, 100, 100, 50)).waitFor();
  await press("x");
  await click([150, 20], [150, 180]);
  await press("Enter");
  await listed(around(50, 100, 100, 50)).waitFor();
  await listed(around(50, 100, 150, 50)).waitFor();
  await click([10, 20], [10, 180]);
  await press("Enter");
  await page.getByText("The line must cross the selected outline").waitFor();
  await press("Escape");
  await listed(around(50, 100, 100, 50)).click();
  await press("j");
  await click([175, 100]);
  await listed(around(100, 100, 100, 50)).waitFor();
  await picture("label-joined", page);
  await page.getByText("saved", { exact: true }).waitFor();
  await press("Escape", "Enter");
  await page.getByRole("button", { name: /^Copy the objects of picture-/ }).waitFor();
  await expect.poll(() => page.evaluate(() => document.querySelectorAll("canvas").length)).toBe(3);
  await press("Shift+P");
  await listed(around(100, 100, 100, 50)).waitFor();
  await press("Control+z");
  await listed(around(100, 100, 100, 50)).waitFor({ state: "detached" });
  await press("Control+y", "Enter");
  await page.getByText("All done for now").waitFor();

  const path = `/v1/projects/${project}/resolutions?state=resolved`;
  const found = async () => (await read<Resolutions>(page, path)).items.map(({ label }) => label["areas"]);
  await expect.poll(async () => (await found()).length, { timeout: 20_000 }).toBe(2);
  const [one, other] = await found();
  expect(one).toHaveLength(1);
  expect(other?.map(({ polygon }) => polygon)).toEqual(one?.map(({ polygon }) => polygon));
  expect(other?.[0]?.["id"]).not.toBe(one?.[0]?.["id"]);
  expect(faults).toEqual([]);
});
