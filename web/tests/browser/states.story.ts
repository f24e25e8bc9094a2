/** What the label page says when things are not as usual, and the kinds of question the other stories leave out. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  type RunningAssay,
  barriers,
  openPage,
  picture,
  post,
  put,
  read,
  startAssay,
  startBrowser,
} from "./assay";

let assay: RunningAssay;
let browser: Browser;
let page: Page;
let faults: string[];

beforeAll(async () => {
  [assay, browser] = await Promise.all([startAssay(), startBrowser()]);
  ({ page, faults } = await openPage(browser, { dark: true }));
  await page.goto(assay.link);
  await page.getByRole("heading", { name: "Projects", exact: true }).waitFor();
});

afterAll(async () => {
  await browser.close();
  await assay.stop();
});

async function makeProject(
  name: string,
  ontology: unknown,
  items: readonly unknown[],
  more = {},
): Promise<string> {
  const { answer } = await post(page, "/v1/projects", { name, ontology, ...more });
  const project = String(answer["id"]);
  const sent = await post(page, `/v1/projects/${project}/items`, items);
  expect(sent.answer["accepted"]).toBe(items.length);
  return project;
}

const TONE = {
  fields: { text: "text" },
  questions: [{ name: "tone", kind: "choice", field: "text", classes: ["good", "bad"], required: true }],
};

const texts = (...all: readonly string[]): unknown[] =>
  all.map((text, index) => ({ external_id: `t${index}`, fields: { text } }));

async function press(...keys: readonly string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
}

test("preference, rating, ranking and writing are answered by keys", async () => {
  const ontology = {
    fields: { prompt: "text", a: "text", b: "text" },
    questions: [
      { name: "better", kind: "pairwise", fields: ["a", "b"], required: true },
      { name: "care", kind: "rating", field: "a", min: 1, max: 5, required: true },
      { name: "order", kind: "ranking", items: ["first", "second", "third"], required: true },
      { name: "why", kind: "text", required: true },
    ],
  };
  const fields = { prompt: "Say hello.", a: "Hello!", b: "Go away." };
  const project = await makeProject("Answers", ontology, [{ external_id: "p", fields }]);
  await page.goto(`${assay.url}/projects/${project}/label`);
  await page.getByText("Go away.").waitFor();
  await press("1", "4", "2", "1", "ArrowDown");
  await page.getByRole("textbox", { name: /why/ }).fill("It is polite.");
  expect(await barriers(page)).toEqual([]);
  await press("Control+Enter");
  await page.getByText("All done for now").waitFor();
  const found = async (): Promise<unknown> =>
    page.evaluate(async (address) => {
      const answer = (await (await fetch(address)).json()) as { items: { label: unknown }[] };
      return answer.items[0]?.label;
    }, `/v1/projects/${project}/resolutions?state=resolved`);
  await expect
    .poll(found, { timeout: 20_000 })
    .toEqual({ better: "left", care: 4, order: [["second"], ["first"], ["third"]], why: "It is polite." });
});

test("one tab labels at a time, and the other takes over what is begun", async () => {
  const project = await makeProject("Tabs", TONE, texts("Fine."));
  await page.goto(`${assay.url}/projects/${project}/label`);
  await page.getByText("Fine.").waitFor();
  await press("2");
  const second = await page.context().newPage();
  await second.goto(`${assay.url}/projects/${project}/label`);
  await second.getByRole("button", { name: "Go on here" }).click();
  await second.getByText("Fine.").waitFor();
  await page.getByRole("button", { name: "Go on here" }).waitFor();
  await second.getByRole("button", { name: "bad", pressed: true }).waitFor();
  await second.keyboard.press("Enter");
  await second.getByText("All done for now").waitFor();
  await second.close();
  await page.getByText("All done for now").waitFor();
});

test("a skipped item does not come back, and needs no answer", async () => {
  const project = await makeProject("Skips", TONE, texts("Unclear.", "Clear."));
  await page.goto(`${assay.url}/projects/${project}/label`);
  await page.getByText("Unclear.").waitFor();
  await press("s", "2");
  await page.getByText("Clear.", { exact: true }).waitFor();
  await press("1", "Enter");
  await page.getByText("All done for now").waitFor();
});

test("a task is asked by the ontology of its lease, also when the project has a newer one", async () => {
  const project = await makeProject("Versions", TONE, texts("One.", "Two.", "Three.", "Four."));
  await page.goto(`${assay.url}/projects/${project}/label`);
  await page.getByText("One.").waitFor();
  const newer = {
    ...TONE,
    questions: TONE.questions.map((asked) => ({ ...asked, classes: ["good", "mixed"] })),
  };
  await put(page, `/v1/projects/${project}/ontology`, newer);
  for (const text of ["One.", "Two.", "Three."]) {
    await page.getByText(text).waitFor();
    await page.getByRole("button", { name: "bad" }).waitFor();
    await press("2", "Enter");
  }
  await page.getByText("Four.").waitFor();
  await page.getByRole("button", { name: "mixed" }).waitFor();
  await press("2", "Enter");
  await page.getByText("All done for now").waitFor();
  expect(await page.getByRole("alert").count()).toBe(0);
});

test("an attribute that a class requires is asked of each object", async () => {
  const state = { name: "state", kind: "choice", classes: ["alive", "dead"], required: true };
  const person = {
    name: "person",
    attributes: [
      state,
      { name: "cause", kind: "choice", classes: ["age", "war"], required: true, when: { state: ["dead"] } },
      { name: "alias", kind: "text" },
    ],
    description: "Whoever has a **name**:\n\n- people\n- *no* animals",
    example: "Ann",
  };
  const ontology = {
    fields: { text: "text" },
    questions: [{ name: "names", kind: "span", field: "text", classes: [person, "place"] }],
  };
  const project = await makeProject("Attributes", ontology, texts("Ann lives."));
  await page.goto(`${assay.url}/projects/${project}/label`);
  await page.getByText("Ann lives.").waitFor();
  await press("g");
  const guide = page.getByRole("region", { name: "Guide" });
  await guide.getByRole("listitem").filter({ hasText: "no animals" }).waitFor();
  await guide.getByText("For example: Ann").waitFor();
  await picture("guide", page);
  await press("g");
  await guide.waitFor({ state: "detached" });
  await press("ArrowRight", "1", "Enter");
  await page.getByText("Not ready to submit. Still to answer: state").waitFor();
  const cause = page.getByRole("button", { name: "war", exact: true });
  expect(await cause.count()).toBe(0);
  await page.getByRole("button", { name: "dead", exact: true }).click();
  await press("Enter");
  await page.getByText("Not ready to submit. Still to answer: cause").waitFor();
  await press("q", "q", "2", "q", "q");
  await page.getByRole("button", { name: "war", exact: true, pressed: true }).waitFor();
  await picture("attribute-condition", page);
  await press("q");
  // What is not asked any more goes with the answer it hung on, and one undoing brings both back.
  await page.getByRole("button", { name: "alive", exact: true }).click();
  await cause.waitFor({ state: "detached" });
  await press("Control+z");
  expect(await cause.getAttribute("aria-pressed")).toBe("true");
  await page.getByRole("button", { name: "alive", exact: true }).click();
  await page.getByRole("textbox", { name: "alias" }).fill("A.");
  expect(await barriers(page)).toEqual([]);
  await press("Escape", "Enter");
  await page.getByText("All done for now").waitFor();
  const path = `/v1/projects/${project}/resolutions?state=resolved`;
  const found = async (): Promise<unknown> =>
    (await read<{ items: { label: { names: { attributes: unknown }[] } }[] }>(page, path)).items[0]?.label
      .names[0]?.attributes;
  await expect.poll(found, { timeout: 20_000 }).toEqual({ state: "alive", alias: "A." });
});

test("the same words are marked everywhere after a look, and edges are drawn by keys and by hand", async () => {
  const ontology = {
    fields: { text: "text" },
    questions: [
      { name: "names", kind: "span", field: "text", classes: ["person", "firm"] },
      { name: "ties", kind: "relation", between: ["names"], classes: ["works for", "knows"] },
    ],
  };
  const project = await makeProject(
    "Edges",
    ontology,
    texts("Ann knows Ben. Ann and Annie know שרה. Ann left."),
  );
  await page.goto(`${assay.url}/projects/${project}/label`);
  await page.getByText("Ann knows Ben.").waitFor();
  await press("ArrowRight", "1", "w");
  await page.getByRole("heading", { name: "The same words elsewhere" }).waitFor();
  await page.getByRole("checkbox").last().uncheck();
  await picture("same-text", page);
  await page.getByRole("button", { name: "Mark 1 place" }).click();
  await press("ArrowRight", "ArrowRight", "1");
  await page.getByRole("button", { name: /^Ben/ }).waitFor();
  // The first two marks by keys, and a class for what was drawn.
  await press("ArrowDown", "ArrowRight", "Space", "ArrowRight", "Space", "2");
  await page.getByRole("button", { name: "Ann → Ben knows" }).waitFor();
  const [ben, left] = await page.evaluate(() => {
    const text = document.querySelector("[role=document] > div")?.firstChild as Text;
    return [10, 15].map((start) => {
      const range = document.createRange();
      range.setStart(text, start);
      range.setEnd(text, start + 3);
      const { x, y, width, height } = range.getBoundingClientRect();
      return { x: x + width / 2, y: y + height / 2 };
    });
  });
  await page.mouse.move(ben?.x ?? 0, ben?.y ?? 0);
  await page.mouse.down();
  await page.mouse.move(left?.x ?? 0, left?.y ?? 0, { steps: 4 });
  await page.mouse.up();
  await page.getByRole("button", { name: /^Ben → Ann/ }).waitFor();
  await page.getByRole("img", { name: "2 edges between marks" }).waitFor();
  await picture("edges", page);
  await press("Enter");
  await page.getByText("All done for now").waitFor();
  expect(faults).toEqual([]);
});

test("an answer that comes after its time says where it went", async () => {
  const project = await makeProject("Late", TONE, texts("Slow."), { lease_seconds: 1 });
  const person = {
    name: "Quick",
    kind: "person",
    email: "quick@example.org",
    password: "correct horse battery",
  };
  expect((await post(page, "/v1/labelers", person)).status).toBe(201);
  const other = await openPage(browser);
  await other.page.goto(assay.url);
  await post(other.page, "/v1/login", { email: person.email, password: person.password });
  await page.goto(`${assay.url}/projects/${project}/label`);
  await page.getByText("Slow.").waitFor();
  await page.context().setOffline(true);
  await press("1");
  const claim = async (): Promise<Record<string, unknown> | undefined> => {
    const { answer } = await post(other.page, `/v1/projects/${project}/leases`, { count: 1 });
    return (answer["leases"] as Record<string, unknown>[])[0];
  };
  let lease = await claim();
  while (lease === undefined) lease = await claim();
  const body = { fence: lease["fence"], label: { tone: "bad" } };
  expect((await post(other.page, `/v1/leases/${String(lease["lease"])}/submit`, body)).status).toBe(200);
  await press("Enter");
  await page.getByText("1 answer on the way").waitFor();
  await page.context().setOffline(false);
  await page.getByText("Your label is kept for a reviewer").waitFor();
  await page.getByText("All done for now").waitFor();
  expect(await barriers(page)).toEqual([]);
});

test("an item that changes under a review is looked at again, and the fix that was begun is kept", async () => {
  const project = await makeProject("Fixes", TONE, texts("So so."));
  const votes = (labeler: string) => [{ external_id: "t0", labeler, label: { tone: "good" } }];
  await post(page, `/v1/projects/${project}/annotations`, votes("ann"));
  await page.goto(`${assay.url}/projects/${project}/review`);
  await page.getByRole("button", { name: /Answer 1/ }).waitFor();
  await press("f", "2");
  await page.getByRole("button", { name: "bad", pressed: true }).waitFor();
  await post(page, `/v1/projects/${project}/annotations`, votes("ben"));
  await press("Enter");
  await page.getByText("This item changed meanwhile").waitFor();
  await page.getByRole("button", { name: "bad", pressed: true }).waitFor();
  await press("Enter");
  await page.getByText("Nothing to review").waitFor();
  const answer = await page.evaluate(async (address) => {
    const { items } = (await (await fetch(address)).json()) as {
      items: { label: unknown; method: string }[];
    };
    return items.map(({ label, method }) => ({ label, method }));
  }, `/v1/projects/${project}/resolutions`);
  expect(answer).toEqual([{ label: { tone: "bad" }, method: "review" }]);
});

test("answers are compared side by side, and a fix is judged by the ontology of its lease", async () => {
  const ontology = {
    fields: { text: "text" },
    questions: [
      ...TONE.questions,
      { name: "names", kind: "span", field: "text", classes: ["person", "place"] },
    ],
  };
  const project = await makeProject("Diff", ontology, texts("Ann met Ben."));
  const span = (id: string, name: string, start: number) => ({ id, class: name, start, end: start + 3 });
  const answers = [
    { labeler: "ann", label: { tone: "good", names: [span("a", "person", 0), span("b", "person", 8)] } },
    { labeler: "ben", label: { tone: "bad", names: [span("c", "place", 0)] } },
  ];
  const lines = answers.map((answer) => ({ external_id: "t0", ...answer }));
  await post(page, `/v1/projects/${project}/annotations`, lines);
  const merged = async (): Promise<number> =>
    (await read<{ items: unknown[] }>(page, `/v1/projects/${project}/resolutions?state=resolved`)).items
      .length;
  await expect.poll(merged, { timeout: 20_000 }).toBe(1);
  await page.goto(`${assay.url}/projects/${project}/review`);
  await page.getByRole("button", { name: /Answer 2/ }).waitFor();
  await press("c");
  const table = page.getByRole("table");
  await table.getByRole("row", { name: /names Ann · differs .*person place/ }).waitFor();
  await table.getByRole("row", { name: /names Ben · differs .*person –/ }).waitFor();
  await picture("compare", page);
  const [tone] = TONE.questions;
  const newer = { ...ontology, questions: [{ ...tone, classes: ["good", "mixed"] }, ontology.questions[1]] };
  await put(page, `/v1/projects/${project}/ontology`, newer);
  await press("2", "f", "ArrowDown", "ArrowUp", "2", "Enter");
  await page.getByText("Nothing to review").waitFor();
  expect(await page.getByRole("alert").count()).toBe(0);
});

test("an ended session asks to sign in, and keeps what was made", async () => {
  const project = await makeProject("Sessions", TONE, texts("Long."));
  const person = { name: "Ann", kind: "person", email: "ann@example.org", password: "correct horse battery" };
  expect((await post(page, "/v1/labelers", person)).status).toBe(201);
  const other = await openPage(browser);
  await other.page.goto(assay.url);
  await post(other.page, "/v1/login", { email: person.email, password: person.password });
  await other.page.goto(`${assay.url}/projects/${project}/label`);
  await other.page.getByText("Long.").waitFor();
  await other.page.context().clearCookies();
  await other.page.keyboard.press("2");
  await other.page.getByText("Your session has ended").waitFor();
  await other.page.getByLabel("E-mail").fill(person.email);
  await other.page.getByLabel("Password").fill(person.password);
  await other.page.keyboard.press("Enter");
  await other.page.getByRole("button", { name: "bad", pressed: true }).waitFor();
  await other.page.getByText("saved", { exact: true }).waitFor();
  expect([...faults, ...other.faults]).toEqual([]);
});
