/** How people come in, choose how they sign in, and lose their access. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningAssay, barriers, openPage, picture, startAssay, startBrowser } from "./assay";

const PASSWORD = "a long walk by the sea";
const NEXT_PASSWORD = "a longer walk by the sea";

let assay: RunningAssay;
let browser: Browser;
let admin: Page;
let faults: string[];

beforeAll(async () => {
  [assay, browser] = await Promise.all([startAssay(), startBrowser()]);
  ({ page: admin, faults } = await openPage(browser));
  await admin.goto(assay.link);
  await admin.getByRole("link", { name: "People" }).click();
  await admin.getByRole("heading", { name: "People", exact: true }).waitFor();
});

afterAll(async () => {
  await browser.close();
  await assay.stop();
});

/** Invites someone, and answers the link that is shown this once. */
async function invite(name: string, email: string): Promise<string> {
  await admin.getByLabel("Name").fill(name);
  await admin.getByLabel("E-mail").fill(email);
  await admin.getByRole("button", { name: "Make an invitation link" }).click();
  return admin.getByLabel(`Link for ${name}`, { exact: true }).inputValue();
}

async function signIn(page: Page, email: string, password: string): Promise<void> {
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

test("a manager is invited, chooses a password, and the link works for nobody else", async () => {
  const name = "Ann <img src=x onerror=alert(1)>";
  const link = await invite(name, "");
  await admin.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await admin.getByRole("button", { name: "Copy" }).click();
  await admin.getByText("Copied", { exact: true }).waitFor();
  expect(await admin.evaluate(() => navigator.clipboard.readText())).toBe(link);
  await admin.getByRole("cell", { name, exact: true }).waitFor();
  await picture("people", admin);

  const ann = await openPage(browser);
  await ann.page.goto(link);
  await ann.page.getByRole("heading", { name: `Welcome, ${name}` }).waitFor();
  expect(ann.page.url()).toBe(`${assay.url}/welcome`);
  await picture("welcome", ann.page);
  await ann.page.getByLabel("E-mail to sign in by").fill("ann@example.org");
  await ann.page.getByLabel("New password").fill(PASSWORD);
  await ann.page.getByRole("button", { name: "Choose password and begin" }).click();
  await ann.page.getByText("No project is open to you yet").waitFor();

  const late = await openPage(browser);
  await late.page.goto(link);
  await late.page.getByText("The one-time link was used or has expired").waitFor();
  await signIn(late.page, "ann@example.org", PASSWORD);
  await late.page.getByText("you have a password").waitFor();
  await late.page.getByRole("link", { name: "Go to the projects" }).click();

  await admin.getByLabel(`Role of ${name}`).selectOption("manager");
  await expect
    .poll(async () => (await late.page.request.get(`${assay.url}/v1/me`)).status(), { timeout: 20_000 })
    .toBe(401);
  await late.page.reload();
  await signIn(late.page, "ann@example.org", PASSWORD);
  await late.page.getByRole("link", { name: "People" }).click();
  await late.page.getByRole("cell", { name: `${name} · you` }).waitFor();
  expect([...faults, ...ann.faults, ...late.faults]).toEqual([]);
});

test("a new password ends the other sessions, and no access is none", async () => {
  const ben = await openPage(browser);
  await ben.page.goto(await invite("Ben", "ben@example.org"));
  await ben.page.getByLabel("New password").fill(PASSWORD);
  await ben.page.getByRole("button", { name: "Choose password and begin" }).click();
  await ben.page.getByText("No project is open to you yet").waitFor();
  const other = await openPage(browser);
  await other.page.goto(`${assay.url}/account`);
  await signIn(other.page, "ben@example.org", PASSWORD);

  await other.page.getByLabel("Current password").fill("something else");
  await other.page.getByLabel("New password").fill(NEXT_PASSWORD);
  await other.page.getByRole("button", { name: "Change password" }).click();
  await other.page.getByText("the current password is wrong").waitFor();
  await other.page.getByLabel("Current password").fill(PASSWORD);
  await other.page.getByRole("button", { name: "Change password" }).click();
  await other.page.getByText("The password is changed").waitFor();
  await picture("account", other.page);
  await ben.page.reload();
  await ben.page.getByRole("button", { name: "Sign in" }).waitFor();
  await other.page.getByRole("button", { name: "Sign out of this browser" }).click();
  await signIn(other.page, "ben@example.org", NEXT_PASSWORD);
  await other.page.getByRole("heading", { name: "Your account" }).waitFor();

  await admin.getByRole("button", { name: "Take access away from Ben" }).click();
  await admin.getByRole("heading", { name: "Take access away from Ben?" }).waitFor();
  expect(await barriers(admin)).toEqual([]);
  await admin.getByRole("button", { name: "Take access away", exact: true }).click();
  await admin.getByRole("cell", { name: "no access" }).waitFor();
  await other.page.reload();
  await signIn(other.page, "ben@example.org", NEXT_PASSWORD);
  await other.page.getByRole("alert").waitFor();
  expect([...faults, ...ben.faults, ...other.faults]).toEqual([]);
});

test("who comes back or forgot the password chooses a new one by a link", async () => {
  const cat = await openPage(browser);
  await cat.page.goto(await invite("Cat", "cat@example.org"));
  await cat.page.getByLabel("New password").fill(PASSWORD);
  await cat.page.getByRole("button", { name: "Choose password and begin" }).click();
  await cat.page.getByText("No project is open to you yet").waitFor();

  await admin.getByRole("button", { name: "Take access away from Cat" }).click();
  await admin.getByRole("button", { name: "Take access away", exact: true }).click();
  await admin.getByRole("button", { name: "Give access back to Cat" }).click();
  await admin.getByRole("button", { name: "New link for Cat" }).click();
  const link = await admin.getByLabel("Link for Cat", { exact: true }).inputValue();
  const back = await openPage(browser);
  await back.page.goto(link);
  await back.page.getByText("without the old one").waitFor();
  expect(await back.page.getByLabel("Current password").count()).toBe(0);
  expect(await barriers(back.page)).toEqual([]);
  await picture("forgotten", back.page);
  await back.page.getByLabel("New password").fill(NEXT_PASSWORD);
  await back.page.getByRole("button", { name: "Choose password and begin" }).click();
  await back.page.getByText("No project is open to you yet").waitFor();
  await back.page.goto(`${assay.url}/account`);
  await back.page.getByLabel("Current password").waitFor();
  await back.page.getByRole("button", { name: "Sign out of this browser" }).click();
  await signIn(back.page, "cat@example.org", NEXT_PASSWORD);
  await back.page.getByRole("heading", { name: "Your account" }).waitFor();
  expect([...faults, ...cat.faults, ...back.faults]).toEqual([]);
});

test("a program gets an API key instead of a link", async () => {
  await admin.getByLabel("Kind").selectOption("model");
  await admin.getByLabel("Name").fill("tone-1");
  await admin.getByRole("button", { name: "Make an API key" }).click();
  const key = await admin.getByLabel("API key of tone-1").inputValue();
  const response = await fetch(`${assay.url}/v1/me`, { headers: { authorization: `Bearer ${key}` } });
  expect(await response.json()).toMatchObject({ name: "tone-1", kind: "model", role: "labeler" });
  await admin.getByLabel("Name").fill("tone-1");
  await admin.getByRole("button", { name: "Make an API key" }).click();
  await admin.getByText("a labeler 'tone-1' is there").waitFor();
  expect(faults).toEqual([]);
});
