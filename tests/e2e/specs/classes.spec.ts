// Classes: made and run by an instructor, joined and worked in by a student; all of it without scripts too.

import { AxeBuilder } from "@axe-core/playwright";
import type { Browser, Page } from "@playwright/test";

import { expect, testOnOwnServer as test } from "../support/fixtures.ts";
import { enter, makePerson, PASSWORD } from "../support/people.ts";

const SCREENS = "../../test-results/screens";

/** Looks at a page as it is in both themes and on a phone, and lets axe read it. */
async function look(page: Page, name: string): Promise<void> {
  for (const scheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations, `${name}, ${scheme}`).toEqual([]);
    await page.screenshot({ path: `${SCREENS}/class-${name}-${scheme}.png`, fullPage: true });
  }
  await page.emulateMedia({ colorScheme: "light" });
  const size = page.viewportSize() ?? { width: 1280, height: 800 };
  await page.setViewportSize({ width: 375, height: 700 });
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(wider, `${name} on a phone`).toBeLessThanOrEqual(0);
  await page.screenshot({ path: `${SCREENS}/class-${name}-phone.png`, fullPage: true });
  await page.setViewportSize(size);
}

/** A browser of somebody else's. */
async function another(browser: Browser, site: string, scripts = true): Promise<Page> {
  const context = await browser.newContext({ baseURL: site, javaScriptEnabled: scripts });
  return context.newPage();
}

async function makeClass(page: Page, title: string): Promise<string> {
  await page.goto("/classes/new");
  await page.getByLabel("Title").fill(title);
  await page.getByLabel("Time zone").selectOption("Europe/London");
  await page.getByRole("button", { name: "Make the class" }).click();
  await expect(page.getByRole("heading", { level: 1, name: title })).toBeVisible();
  return page.url();
}

test("an instructor runs a class and a student works in it", async ({ page, browser, server, site, watch }) => {
  watch.expect(/^422 for POST/, /status of 422/);
  test.setTimeout(180_000);
  await enter(page, makePerson(server, "Grace", "instructor"));
  await page.goto("/classes");
  await expect(page.getByText("Your first class takes three steps")).toBeVisible();
  await look(page, "none");
  await page.goto("/classes/new");
  await look(page, "new");
  const address = await makeClass(page, "Containers, group B");
  await expect(page.getByText("Three steps to a running class")).toBeVisible();
  const link = (await page.locator(".join-link code").textContent()) ?? "";
  expect(link).toMatch(/\/join\/[2-9A-HJKMNP-Z]{8}$/);
  await look(page, "overview-new");

  // Assigns a lesson, its questions and a lab.
  await page.getByRole("link", { name: "Assign something" }).first().click();
  await page.getByLabel(/Lesson\s*What Docker is/).check();
  await page.getByLabel(/Quiz\s*What Docker is/).check();
  await page.getByLabel(/^Lab/).first().check();
  const due = new Date(Date.now() + 2.5 * 86_400_000).toISOString().slice(0, 16);
  await page.getByLabel("Due (Europe/London time)", { exact: false }).fill(due);
  await page.getByLabel("Percent taken off").fill("10");
  await page.getByLabel("how often one may hand in").fill("3");
  await look(page, "assign");
  await page.getByRole("button", { name: "Assign", exact: true }).click();
  await expect(page.getByRole("status")).toContainText("3 assignments were added.");
  await expect(page.locator("tbody tr")).toHaveCount(3);
  await page.getByRole("button", { name: /^Move What Docker is down/ }).first().click();
  await expect(page.locator("tbody tr").nth(1)).toContainText("Lesson");
  await look(page, "assignments");

  // A student comes by the link, signs up and is back.
  const student = await another(browser, site);
  await student.goto(link);
  await expect(student.getByRole("heading", { level: 1 })).toHaveText("Join Containers, group B");
  await look(student, "join-guest");
  await student.getByRole("link", { name: "Sign up" }).click();
  await student.getByLabel("Name").fill("Ada Byron");
  await student.getByLabel(/mail/).fill("ada@example.edu");
  await student.getByLabel("Password").first().fill(PASSWORD);
  await student.locator("main form button[type=submit]").click();
  await student.getByRole("button", { name: "Join the class" }).click();
  await expect(student.getByRole("status")).toContainText("Welcome to Containers, group B.");
  await expect(student.getByText("Due in 2 days")).toHaveCount(3);
  await expect(student.locator("tbody")).toContainText(/GMT|BST/);
  await look(student, "student");

  // Due is said where the work is.
  await student.goto("/");
  await expect(student.getByRole("region", { name: "Due next" }).getByRole("listitem")).toHaveCount(3);
  await look(student, "front");
  await student.goto("/courses/docker/lessons/what-docker-is");
  await expect(student.getByRole("list", { name: "In your classes" })).toContainText(/Questions due .* in Containers, group B/);
  await student.screenshot({ path: `${SCREENS}/class-lesson.png` });
  const quiz = student.locator(".quiz", { has: student.locator("button.choice") }).first();
  await expect(quiz).toHaveAttribute("data-hydrated", "true");
  for (const choice of await quiz.locator("button.choice").all()) {
    await choice.click();
    await expect(choice).toHaveAttribute("data-state", /right|wrong/);
    if ((await choice.getAttribute("data-state")) === "right") break;
  }
  await expect(quiz).toHaveAttribute("data-solved", "true");
  await student.goto("/courses/docker/labs/hello-container");
  await expect(student.getByRole("list", { name: "In your classes" })).toContainText(/Due .* in Containers, group B/);
  await student.screenshot({ path: `${SCREENS}/class-lab.png` });

  // What the student does is graded at once.
  const origin = { origin: site };
  const read = await student.request.put("/api/v1/progress/docker/lessons/what-docker-is", {
    data: { done: true },
    headers: origin,
  });
  expect(read.status()).toBe(204);
  await student.goto(address);
  const lesson = student.getByRole("row").filter({ hasText: "Lesson" });
  await expect(lesson).toContainText("Done");
  await expect(lesson).toContainText("1 / 1");
  await expect(student.getByRole("row").filter({ hasText: "Quiz" })).toContainText(/1 \/ [2-9]/);
  await page.goto(address);
  await expect(page.getByRole("row").filter({ hasText: "Lesson" })).toContainText("1 of 1");
  await look(page, "overview");

  // One assignment is changed and one is deleted, after what would be lost is said.
  await page.getByRole("row").filter({ hasText: "Lesson" }).getByRole("link").click();
  await look(page, "assignment");
  await page.getByLabel("Closes (Europe/London time)", { exact: false }).fill("2020-01-01T00:00");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.locator(".problem")).toContainText("It must not close before it is due.");
  await page.getByRole("link", { name: "Delete the assignment …" }).click();
  await expect(page.getByText("With it go 1 grade and 0 submissions")).toBeVisible();
  await look(page, "delete");
  await page.getByRole("button", { name: "Delete the assignment" }).click();
  await expect(page.locator("tbody tr")).toHaveCount(2);

  // A module is hidden from the student's map.
  await page.goto(`${address}/modules`);
  await page.getByRole("button", { name: "Hide Layers and the cache" }).click();
  await expect(page.getByRole("button", { name: "Show Layers and the cache" })).toBeVisible();
  await look(page, "modules");
  await student.goto("/courses/docker");
  await expect(student.getByRole("heading", { name: "Images and containers" })).toBeVisible();
  await expect(student.getByRole("heading", { name: "Layers and the cache" })).toHaveCount(0);
  await page.goto(`${address}/settings`);
  await look(page, "settings");
  await page.goto("/classes");
  await look(page, "list");
  await student.goto("/classes");
  await look(student, "list-student");
  await student.context().close();
});

test.describe("without scripts", () => {
  test.use({ javaScriptEnabled: false });

  test("a table of people is imported and saved, and a student sets a password by the link", async ({
    page,
    browser,
    server,
    site,
    watch,
  }) => {
    test.setTimeout(120_000);
    watch.expect(/^422 for POST/, /status of 422/);
    await enter(page, makePerson(server, "Grace", "instructor"));
    const address = await makeClass(page, "Containers, group C");
    await page.getByRole("link", { name: "People", exact: true }).click();
    await expect(page.getByText("No students yet")).toBeVisible();
    await page.getByRole("button", { name: "Look at it first" }).click();
    await expect(page.locator(".problem")).toContainText("Choose a file");

    const table = "\uFEFFFull name;E-mail\r\nAda Byron;ada@example.edu\r\n=cmd;eve@example.edu\r\nBob;bob\r\n";
    const file = { name: "people.csv", mimeType: "text/csv", buffer: Buffer.from(table) };
    await page.getByLabel("CSV file").setInputFiles(file);
    await page.getByRole("button", { name: "Look at it first" }).click();
    await expect(page.getByRole("heading", { name: "1 row cannot be imported" })).toBeVisible();
    await expect(page.locator(".import-bad")).toContainText("“bob” is no email address.");
    await page.getByRole("button", { name: "Import 2 people" }).click();
    await expect(page.getByText("2 people came into the class.")).toBeVisible();
    const links = await page.locator(".password-link").allTextContents();
    expect(links).toHaveLength(2);
    const saved = page.waitForEvent("download");
    await page.getByRole("link", { name: "Save the links as CSV" }).click();
    expect((await saved).suggestedFilename()).toBe("password-links.csv");

    const csv = await (await page.request.get(`${address}/roster.csv`)).text();
    expect(csv.split("\r\n")[0]).toBe("name,email,role,joined");
    expect(csv).toContain("'=cmd,eve@example.edu,student,");

    const student = await another(browser, site, false);
    await enter(student, new URL(links[0] ?? "").pathname);
    await student.goto("/classes");
    await student.getByRole("link", { name: "Containers, group C" }).click();
    await expect(student.getByText("Nothing is assigned yet")).toBeVisible();
    await student.context().close();

    await page.goto(`${address}/roster`);
    await page.getByRole("checkbox", { name: "Choose =cmd" }).check();
    await page.getByRole("button", { name: "Take out of the class" }).click();
    await expect(page.locator("tbody tr")).toHaveCount(2);
  });
});

test("rosters and their import can be read by everybody", async ({ page, server, watch }) => {
  watch.expect(/^422 for POST/, /status of 422/);
  await enter(page, makePerson(server, "Grace", "instructor"));
  const address = await makeClass(page, "Containers, group D");
  await page.goto(`${address}/roster`);
  await look(page, "roster-new");
  await page.getByLabel("Or paste the table").fill("name,email\nAda Byron,ada@example.edu\nBob,bob\nGrace,grace@example.edu");
  await page.getByRole("button", { name: "Look at it first" }).click();
  await look(page, "import");
  await page.getByRole("button", { name: "Import 1 person" }).click();
  await look(page, "links");
  await page.goto(`${address}/roster`);
  await look(page, "roster");
  await page.getByRole("button", { name: "Make instructors" }).click();
  await expect(page.getByRole("alert")).toContainText("Tick the people first");
  await page.goto("/join");
  await page.getByLabel("Join code").fill("OOOO-1111");
  await page.getByRole("button", { name: "Go on" }).click();
  await expect(page.locator(".problem")).toContainText("never 0, O, 1, I or L");
  await look(page, "join-code");
});
