// What an instructor sees of a class: a made-up one, of `drydock seed`, on a server of its own.

import { execFileSync } from "node:child_process";

import { AxeBuilder } from "@axe-core/playwright";

import { BINARY, ROOT, type Server } from "../../support/server.mjs";
import { expect, type Page, testOnOwnServer as test } from "../support/fixtures.ts";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const PASSWORD = "a long password for tests";

/** Fills the server's database and signs the instructor in; gives the address of the gradebook. */
async function seeded(server: Server, page: Page): Promise<string> {
  await server.end("SIGTERM");
  const out = execFileSync(BINARY, ["seed", "--students", "12", "--assignments", "8", "--password", PASSWORD], {
    cwd: ROOT,
    env: { ...process.env, DRYDOCK_DATA: server.data },
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  await server.run();
  await page.goto("/sign-in");
  await page.locator("main [name=email]").fill("robin@example.org");
  await page.locator("main [name=password]").fill(PASSWORD);
  await page.locator("main form [type=submit]").first().click();
  await expect(page).not.toHaveURL(/sign-in/);
  return out.trim();
}

async function axe(page: Page, where: string): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze();
    const faults = violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id} at ${node.target.join(" ")}: ${node.failureSummary}`));
    expect.soft(faults, `${where}, ${colorScheme}`).toEqual([]);
  }
}

test("an instructor finds, sorts, exports and reviews", async ({ page, server }) => {
  test.setTimeout(180_000);
  const grades = await seeded(server, page);
  await page.goto(grades);
  await expect(page.locator("tbody tr")).toHaveCount(12);
  await axe(page, "grades");

  await page.getByRole("link", { name: "Total" }).click();
  await expect(page.locator("th[aria-sort=descending]")).toContainText("Total");
  const totals = await page.locator(".gradebook-total").allInnerTexts();
  const numbers = totals.map((text) => Number.parseFloat(text));
  expect(numbers).toEqual([...numbers].sort((a, b) => b - a));

  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download as CSV" }).click();
  expect((await download).suggestedFilename()).toBe("grades-a-made-up-class.csv");

  await page.getByLabel("Find a student").fill("student0003");
  await page.keyboard.press("Enter");
  await expect(page.locator("tbody tr")).toHaveCount(1);

  await page.locator("tbody td a").first().click();
  await expect(page.locator("h1")).toHaveText("Chloé Costa");
  await axe(page, "submission");
  await page.getByRole("link", { name: "my-work/Dockerfile" }).click();
  await expect(page.getByRole("region", { name: "Contents of my-work/Dockerfile" })).toContainText("FROM alpine:3");

  await page.locator("summary", { hasText: "Write a comment" }).click();
  await page.getByRole("textbox", { name: "Comment" }).fill("Well done");
  await page.getByRole("button", { name: "Add the comment" }).click();
  await expect(page.locator(".feedback-comments")).toContainText("Well done");
  await page.locator("summary", { hasText: "Change the grade" }).click();
  await page.getByRole("textbox", { name: "Points" }).fill("1");
  await page.getByRole("textbox", { name: "Reason" }).fill("We agreed on it");
  await page.getByRole("button", { name: "Change the grade" }).click();
  await expect(page.locator(".feedback-change")).toContainText("We agreed on it");
  await page.getByRole("button", { name: "Undo the change" }).click();
  await expect(page.locator(".feedback-change")).toHaveCount(0);

  await page.goto(grades.replace(/grades$/, "statistics"));
  await expect(page.locator("h1")).toHaveText("Statistics");
  await axe(page, "statistics");
  await page.goto(grades.replace(/grades$/, "live"));
  await expect(page.getByText("Nobody is in a lab now")).toBeVisible();
  await axe(page, "live");
});

test("grades are read, sorted and searched without scripts", async ({ browser, page, server, site }) => {
  test.setTimeout(120_000);
  const grades = await seeded(server, page);
  const context = await browser.newContext({
    javaScriptEnabled: false,
    baseURL: site,
    storageState: await page.context().storageState(),
  });
  const plain = await context.newPage();
  await plain.goto(grades);
  await plain.getByRole("link", { name: "Student" }).click();
  await expect(plain.locator("th[aria-sort=descending]")).toContainText("Student");
  await plain.getByLabel("Find a student").fill("student0002");
  await plain.getByRole("button", { name: "Find" }).click();
  await expect(plain.locator("tbody tr")).toHaveCount(1);
  await plain.locator("tbody td a").first().click();
  await expect(plain.locator("h1")).toHaveText("Ben Brown");
  await context.close();
});
