/** What a manager does with the questions of a project that has labels. */
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

interface Question {
  readonly name: string;
  readonly classes: unknown;
  readonly required?: boolean;
}

const ontologyOf = (project: string): Promise<{ ontology: { questions: Question[] } }> =>
  read(page, `/v1/projects/${project}/ontology`);

test("questions are changed in the form, with what it means for the labels seen first", async () => {
  const HOSTILE = "Tone <img src=x onerror=alert(1)>";
  const ontology = {
    fields: { text: "text" },
    questions: [{ name: "tone", kind: "choice", field: "text", title: HOSTILE, classes: ["good", "bad"] }],
  };
  const project = String((await post(page, "/v1/projects", { name: "Tone", ontology })).answer["id"]);
  await post(page, `/v1/projects/${project}/items`, [
    { external_id: "t0", fields: { text: "Fine, and then some." } },
    { external_id: "t1", fields: { text: "Well." } },
  ]);
  await post(page, `/v1/projects/${project}/annotations`, [
    { external_id: "t0", labeler: "ann", label: { tone: "bad" } },
  ]);
  await page.goto(`${assay.url}/projects/${project}`);
  await page.getByRole("link", { name: "Questions" }).click();
  await page.getByRole("heading", { name: "Questions", exact: true }).waitFor();
  const preview = page.getByRole("complementary", { name: "What labelers see" });
  await preview.getByText("Fine, and then some.").waitFor();
  await preview.getByRole("heading", { name: HOSTILE }).waitFor();
  expect(await page.getByLabel("Name of class good").isEditable()).toBe(false);
  await page.getByText("Nothing is changed.").waitFor();

  // A class goes, another comes; its look is seen at once in the preview, by the key it asked for.
  await page.getByRole("button", { name: "Remove bad" }).click();
  await page.getByText("at least 2 classes are needed").waitFor();
  await page.getByText("The preview shows the last state that was right.").waitFor();
  await page.getByRole("button", { name: "Add a class", exact: true }).click();
  await page.getByLabel("Name of class class-1").fill("mixed");
  await page.getByLabel("Colour of mixed").selectOption("amber");
  await page.getByLabel("Key of mixed").selectOption("9");
  await page.getByText("More of mixed").click();
  await page.getByRole("textbox", { name: "What it means" }).last().fill("Both at once.");
  await preview.getByRole("button", { name: "9 mixed" }).waitFor();

  await page.getByRole("button", { name: "Add a question" }).click();
  const second = page.getByRole("region", { name: /Question 2/ });
  await second.getByLabel("Kind").selectOption("rating");
  await second.getByRole("textbox", { name: "Name" }).fill("tone");
  await second.getByText("“tone” is used twice").waitFor();
  await second.getByRole("textbox", { name: "Name" }).fill("care");
  await second.getByLabel("Most").fill("3");
  await second.getByLabel("must be answered").check();
  await preview.getByRole("button", { name: "3", exact: true }).waitFor();

  await page.getByRole("button", { name: "See what changes" }).click();
  await page.getByRole("heading", { name: "What version 2 changes" }).waitFor();
  await page.getByText("bad (tone): 1 answer names it").waitFor();
  await page.getByText("New: care").waitFor();
  await page.getByRole("row", { name: "tone 1 1 0" }).waitFor();
  expect((await ontologyOf(project)).ontology.questions).toHaveLength(1);
  await picture("questions", page);
  await page.getByRole("button", { name: "Save as version 2" }).click();
  await page.getByText("Saved: version 2.").waitFor();
  const { questions } = (await ontologyOf(project)).ontology;
  expect(questions[0]?.classes).toEqual([
    "good",
    { name: "mixed", color: "amber", key: "9", description: "Both at once." },
  ]);
  expect(questions[1]).toMatchObject({ name: "care", kind: "rating", min: 1, max: 3, required: true });

  await page.goto(`${assay.url}/projects/${project}/label`);
  await page.getByText("Well.").waitFor();
  await page.keyboard.press("9");
  await page.getByRole("button", { name: "mixed", pressed: true }).waitFor();
  expect(faults).toEqual([]);
});

test("when an attribute is asked is chosen from what others may be", async () => {
  const attributes = [
    { name: "state", title: "State <b>", kind: "choice", classes: ["alive", "dead"] },
    { name: "cause", kind: "text" },
  ];
  const ontology = {
    fields: { text: "text" },
    questions: [{ name: "who", kind: "span", field: "text", classes: [{ name: "person", attributes }] }],
  };
  const project = String((await post(page, "/v1/projects", { name: "Lives", ontology })).answer["id"]);
  await page.goto(`${assay.url}/projects/${project}/questions`);
  await page.getByText("More of person").click();
  const depend = page.getByLabel("Depend on another attribute");
  // What is written freely has no values to depend on, so that only the second attribute is offered the first.
  await depend.selectOption("State <b>");
  await page.getByText("at least one value is needed").waitFor();
  await page.getByRole("group", { name: "Values of State <b>" }).getByLabel("dead").check();
  await picture("questions-condition", page);
  await page.getByRole("button", { name: "See what changes" }).click();
  await page.getByRole("button", { name: "Save as version 2" }).click();
  await page.getByText("Saved: version 2.").waitFor();
  const [question] = (await ontologyOf(project)).ontology.questions;
  expect(question?.classes).toMatchObject([
    { attributes: [{ name: "state" }, { name: "cause", when: { state: ["dead"] } }] },
  ]);
  expect(faults).toEqual([]);
});

test("what the engine alone can refuse is said, and nothing that was written is lost", async () => {
  const ontology = {
    fields: { text: "text" },
    questions: [{ name: "names", kind: "span", field: "text", classes: [`a${"long".repeat(40)}`, "b"] }],
  };
  const project = String(
    (await post(page, "/v1/projects", { name: "n".repeat(200), ontology })).answer["id"],
  );
  await page.goto(`${assay.url}/projects/${project}/questions`);
  await page.getByText("There is no item to show yet.").waitFor({ state: "detached" });
  await page.getByText("As JSON").click();
  const json = page.getByRole("textbox", { name: "As JSON" });
  await json.fill("{");
  await page.getByRole("button", { name: "Take it over" }).click();
  await page.getByText("This is not JSON").waitFor();
  const retold = { ...ontology, questions: [{ name: "names", kind: "text", field: "text" }] };
  await json.fill(JSON.stringify(retold));
  await page.getByRole("button", { name: "Take it over" }).click();
  await page.getByRole("button", { name: "See what changes" }).click();
  await page.getByText("'names' was of kind span; a name keeps its kind").first().waitFor();
  await picture("questions-refused", page);
  await page.getByRole("button", { name: "Undo all changes" }).click();
  await page.getByText("Nothing is changed.").waitFor();
  expect(faults).toEqual([]);
});
