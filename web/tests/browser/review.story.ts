/** What a reviewer does beyond a verdict: outlines over each other, and comments that the labeler reads. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningAssay, openPage, picture, post, put, read, startAssay, startBrowser } from "./assay";

let assay: RunningAssay;
let browser: Browser;
let page: Page;
let labeler: Page;
let faults: string[];

const PERSON = {
  name: "Ann <b>",
  kind: "person",
  email: "ann@example.org",
  password: "correct horse battery",
};

beforeAll(async () => {
  [assay, browser] = await Promise.all([startAssay(), startBrowser()]);
  ({ page, faults } = await openPage(browser));
  await page.goto(assay.link);
  await page.getByRole("heading", { name: "Projects", exact: true }).waitFor();
  expect((await post(page, "/v1/labelers", PERSON)).status).toBe(201);
  const opened = await openPage(browser);
  labeler = opened.page;
  faults = new Proxy(faults, { get: (own, key) => Reflect.get([...own, ...opened.faults], key) as unknown });
  await labeler.goto(assay.url);
  await post(labeler, "/v1/login", { email: PERSON.email, password: PERSON.password });
});

afterAll(async () => {
  await browser.close();
  await assay.stop();
});

const TONE = {
  fields: { text: "text" },
  questions: [{ name: "tone", kind: "choice", field: "text", classes: ["good", "bad"], required: true }],
};

/** A project with one item that the labeler has answered. Answers its id. */
async function answered(name: string, ontology: unknown, fields: unknown, label: unknown): Promise<string> {
  const { answer } = await post(page, "/v1/projects", { name, ontology });
  const project = String(answer["id"]);
  const sent = await post(page, `/v1/projects/${project}/items`, [{ external_id: "one", fields }]);
  expect(sent.answer).toMatchObject({ accepted: 1 });
  const claim = async (): Promise<Record<string, unknown> | undefined> =>
    (
      (await post(labeler, `/v1/projects/${project}/leases`, {})).answer["leases"] as Record<
        string,
        unknown
      >[]
    )[0];
  await expect.poll(async () => (lease = await claim()), { timeout: 30_000 }).toBeDefined();
  const body = { fence: lease?.["fence"], label };
  expect((await post(labeler, `/v1/leases/${String(lease?.["lease"])}/submit`, body)).status).toBe(200);
  const path = `/v1/projects/${project}/resolutions?state=resolved`;
  await expect
    .poll(async () => (await read<{ items: unknown[] }>(page, path)).items.length, { timeout: 30_000 })
    .toBe(1);
  return project;
}
let lease: Record<string, unknown> | undefined;

test("a comment on an object reaches the labeler, who sees it beside their answer", async () => {
  const ontology = {
    fields: { text: "text" },
    questions: [{ name: "names", kind: "span", field: "text", classes: ["person"] }],
  };
  const label = { names: [{ id: "a", class: "person", start: 0, end: 3 }] };
  const project = await answered("Names", ontology, { text: "Ann met Ben." }, label);
  await page.goto(`${assay.url}/projects/${project}/review`);
  await page.getByRole("button", { name: /Answer 1/ }).waitFor();
  for (const key of ["1", "n", "m"]) await page.keyboard.press(key);
  await page.getByLabel("What is to be said?").fill("Mark <b>Ben</b> too.");
  await page.getByLabel("what is selected: Ann · person").waitFor();
  await picture("comment", page);
  await page.getByRole("button", { name: "Send" }).click();
  await page.getByText("Sent.").waitFor();
  await page.getByText("Mark <b>Ben</b> too.").waitFor();
  await labeler.goto(`${assay.url}/projects/${project}/label`);
  await labeler.getByRole("link", { name: "Comments" }).click();
  await labeler.getByText("Mark <b>Ben</b> too.").waitFor();
  await labeler.getByText("About Ann · person").waitFor();
  await labeler.getByText("Ann met Ben.").waitFor();
  await picture("comments", labeler);
  // Who said it takes it back, and nobody is shown it any more.
  expect(await labeler.getByRole("button", { name: "Take back" }).count()).toBe(0);
  await page.goto(`${assay.url}/projects/${project}/comments`);
  await page.getByText("Mark <b>Ben</b> too.").waitFor();
  await picture("own-comment", page);
  await page.getByRole("button", { name: "Take back" }).click();
  await page.getByText("Taken back: nobody is shown it any more.").waitFor();
  await page.getByText("Mark <b>Ben</b> too.").waitFor({ state: "detached" });
  await labeler.reload();
  await labeler.getByText("Nobody has said anything yet.").waitFor();
  expect([...faults]).toEqual([]);
});

test("a review of what changed together with the questions goes on by the questions of now", async () => {
  const [asked] = TONE.questions;
  const project = await answered("Stale", TONE, { text: "So so." }, { tone: "good" });
  await page.goto(`${assay.url}/projects/${project}/review`);
  await page.getByRole("button", { name: /Answer 1/ }).waitFor();
  const newer = { ...TONE, questions: [{ ...asked, classes: ["good", "bad", "mixed"] }] };
  await put(page, `/v1/projects/${project}/ontology`, newer);
  const path = `/v1/projects/${project}/resolutions`;
  const version = async (): Promise<number> =>
    (await read<{ items: { version: number }[] }>(page, path)).items[0]?.version ?? 0;
  const before = await version();
  await post(page, `/v1/projects/${project}/annotations`, [
    { external_id: "one", labeler: "ben", label: { tone: "mixed" } },
  ]);
  await expect.poll(version, { timeout: 30_000 }).toBeGreaterThan(before);
  await page.keyboard.press("a");
  await page.getByText("Here is what is to be looked at by the questions of now").waitFor();
  await page.getByRole("button", { name: /Answer 2/ }).waitFor();
  await page.keyboard.press("f");
  await page.getByRole("button", { name: "mixed" }).first().waitFor();
  await picture("stale-questions", page);
  await page.keyboard.press("3");
  await page.getByRole("button", { name: /Submit the fix/ }).click();
  await page.getByText("Nothing to review").waitFor();
  expect([...faults]).toEqual([]);
});

test("outlines of all answers lie over each other, and a point of the picture is commented on", async () => {
  const png = await page.evaluate(async () => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 200, height: 100 });
    canvas.getContext("2d")?.fillRect(0, 0, 200, 100);
    const bytes = await new Promise<Blob | null>((resolve) => {
      canvas.toBlob(resolve);
    });
    const put = async (
      path: string,
      method: string,
      body: BodyInit,
      type: string,
    ): Promise<Record<string, string>> =>
      (await (await fetch(path, { method, body, headers: { "content-type": type } })).json()) as Record<
        string,
        string
      >;
    const json = "application/json";
    const size = JSON.stringify({ size_bytes: bytes?.size ?? 0 });
    const { upload } = await put("/v1/uploads", "POST", size, json);
    await put(`/v1/uploads/${String(upload)}/parts/1`, "PUT", bytes ?? "", "application/octet-stream");
    const done = await fetch(`/v1/uploads/${String(upload)}/complete`, { method: "POST" });
    return ((await done.json()) as Record<string, string>)["asset"];
  });
  const ontology = {
    fields: { photo: "image" },
    questions: [{ name: "things", kind: "box", field: "photo", classes: ["car"] }],
  };
  const label = { things: [{ id: "b", class: "car", box: [20, 20, 50, 40] }] };
  const project = await answered("Cars", ontology, { photo: { url: `asset:sha256:${png ?? ""}` } }, label);
  const other = { things: [{ id: "c", class: "car", box: [100, 20, 50, 40] }] };
  await post(page, `/v1/projects/${project}/annotations`, [
    { external_id: "one", labeler: "ben", label: other },
  ]);
  interface Merged {
    readonly items: readonly { readonly annotations: number }[];
  }
  const merged = `/v1/projects/${project}/resolutions?state=resolved`;
  await expect
    .poll(async () => (await read<Merged>(page, merged)).items[0]?.annotations, { timeout: 30_000 })
    .toBe(2);
  await page.goto(`${assay.url}/projects/${project}/review`);
  await page.getByRole("button", { name: /Answer 2/ }).waitFor();
  const surface = page.getByRole("img", { name: "Picture to draw on" });
  await surface.hover();
  await page.keyboard.press("m");
  await page.getByLabel(/^the point 100, 50$/).waitFor();
  await page.getByLabel("What is to be said?").fill("There is nothing here.");
  await page.getByRole("button", { name: "Send" }).click();
  await page.getByText("Sent.").waitFor();
  await page.keyboard.press("c");
  await page.getByRole("img", { name: "The outlines of all answers" }).waitFor();
  await page.getByText(/differences/).waitFor();
  await picture("outlines", page);
  await labeler.goto(`${assay.url}/projects/${project}/comments`);
  await labeler.getByText("About the point 100, 50").waitFor();
  await picture("comment-point", labeler);
  expect([...faults]).toEqual([]);
});

test("what is worth a look is listed by what it puts right, and opened and decided by keys alone", async () => {
  const ontology = {
    fields: { text: "text" },
    questions: [
      {
        name: "topic",
        title: "Topic",
        kind: "choice",
        field: "text",
        help: "What it is **mostly** about.",
        classes: ["sports", "news"],
      },
    ],
  };
  const made = await post(page, "/v1/projects", { name: "Disputes", ontology });
  const project = String(made.answer["id"]);
  const names = ["agreed", "torn <b>", "leaning"];
  await post(
    page,
    `/v1/projects/${project}/items`,
    names.map((external_id) => ({ external_id, fields: { text: `About ${external_id}.` } })),
  );
  const votes = [
    ["sports", "sports", "sports", "sports"],
    ["sports", "news", "sports", "news"],
    ["sports", "sports", "sports", "news"],
  ];
  const given = votes.flatMap((answers, n) =>
    answers.map((topic, who) => ({ external_id: names[n], labeler: `voter ${who}`, label: { topic } })),
  );
  expect((await post(page, `/v1/projects/${project}/annotations`, given)).status).toBe(200);
  await page.goto(`${assay.url}/projects/${project}`);
  await page.getByRole("link", { name: "Worth a look" }).click();
  const first = page.getByRole("link", { name: "torn <b>" });
  await first.waitFor();
  expect(await page.getByRole("row").nth(1).getByRole("link").innerText()).toBe("torn <b>");
  await picture("looks", page);
  expect(await first.evaluate((link) => link === document.activeElement)).toBe(true);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter");
  await page.getByText("About torn <b>.").waitFor();
  await page.getByRole("button", { name: /Answer 4/ }).waitFor();
  await page.keyboard.press("g");
  await page.getByText("What it is mostly about.").waitFor();
  await picture("review-guide", page);
  await page.keyboard.press("a");
  await page.getByRole("heading", { name: "Worth a look" }).waitFor();
  await page.getByRole("link", { name: "leaning" }).waitFor();
  expect(await first.count()).toBe(0);
  await page.keyboard.press("Enter");
  await page.getByText("About leaning.").waitFor();
  await page.keyboard.press("l");
  await page.getByRole("heading", { name: "Worth a look" }).waitFor();
  expect([...faults]).toEqual([]);
});
