// One lab's way through a class: assigned, watched live, handed in, graded on a real engine, read, commented on,
// changed, and graded again.

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";

import { ROOT } from "../../support/server.mjs";
import { expect, testOnOwnServer as test } from "../support/fixtures.ts";
import { Lab } from "../support/lab.ts";
import { enter, makePerson } from "../support/people.ts";

const SCREENS = "../../test-results/screens";
const LAB = "production-dockerfile";
const dockerfile = readFileSync(
  join(ROOT, `content/docker/04-dockerfile/labs/${LAB}/solution/Dockerfile`),
  "utf8",
);

async function look(page: Page, name: string): Promise<void> {
  for (const scheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations, `${name}, ${scheme}`).toEqual([]);
    await page.screenshot({ path: `${SCREENS}/work-${name}-${scheme}.png`, fullPage: true });
  }
}

test("a lab goes from its assignment to a grade that was talked about", async ({ page, browser, server, site }) => {
  test.setTimeout(300_000);

  // The class, with one lab to be graded in a fresh machine.
  await enter(page, makePerson(server, "Grace", "instructor"));
  await page.goto("/classes/new");
  await page.getByLabel("Title").fill("Containers");
  await page.getByRole("button", { name: "Make the class" }).click();
  const link = (await page.locator(".join-link code").textContent()) ?? "";
  const address = page.url();
  await page.getByRole("link", { name: "Assign something" }).first().click();
  await page.locator("summary", { hasText: "Writing a Dockerfile" }).click();
  await page.getByLabel(/^Lab\s*A production Dockerfile/).check();
  await page.getByLabel("how often one may hand in").fill("2");
  await page.getByLabel("where it is graded").selectOption("clean");
  await page.getByRole("button", { name: "Assign", exact: true }).click();
  await expect(page.locator("tbody tr")).toHaveCount(1);

  // The instructor watches; nobody is there yet.
  await page.goto(`${address}/live`);
  await expect(page.getByText("Nobody is in a lab now")).toBeVisible();

  // A student joins and starts it.
  const context = await browser.newContext({ baseURL: site });
  const student = await context.newPage();
  await enter(student, makePerson(server, "Ada", "student"));
  await student.goto(new URL(link).pathname);
  await student.getByRole("button", { name: "Join the class" }).click();
  const lab = new Lab(student);
  try {
    await lab.open(LAB);
    const answer = student.waitForResponse(
      (answer) => answer.url().endsWith("/session") && answer.request().method() === "POST",
    );
    await lab.start();
    const { id: session } = (await (await answer).json()) as { id: string };
    const headers = { origin: site };
    const put = await student.request.put(`/api/v1/sessions/${session}/files/tides/Dockerfile`, {
      data: dockerfile,
      headers,
    });
    expect(put.status()).toBe(204);

    // The live page has shown the student by itself.
    const seen = page.getByRole("row").filter({ hasText: "Ada" });
    await expect(seen).toContainText("A production Dockerfile", { timeout: 40_000 });
    await expect(seen.locator(".live-failing")).not.toBeEmpty({ timeout: 40_000 });
    await look(page, "live");

    // Handed in: the page says for which class, and how often one may.
    const area = student.getByRole("region", { name: "Instructions" }).locator(".hand-in");
    await expect(area).toContainText("Containers");
    const posted = student.waitForResponse((answer) => answer.url().endsWith("/submit"));
    await area.getByRole("button", { name: "Hand in", exact: true }).click();
    const { id } = (await (await posted).json()) as { id: string };
    await expect(area.getByRole("status")).toHaveText("9 of 10 points", { timeout: 120_000 });

    // The gradebook has it, and leads to the work.
    await page.emulateMedia({ colorScheme: "light" });
    await page.goto(`${address}/grades`);
    await look(page, "grades");
    const table = await page.request.get(`${address}/grades.csv`);
    expect(await table.text()).toContain("Ada");
    await page.getByRole("row").filter({ hasText: "Ada" }).getByRole("link", { name: "9" }).click();
    await expect(page).toHaveURL(new RegExp(`/submissions/${id}`));
    await page.getByRole("link", { name: "tides/Dockerfile" }).click();
    await expect(page.locator("main")).toContainText(dockerfile.split("\n")[0] ?? "FROM");
    await look(page, "submission");

    // A word to the student, and another grade with its reason.
    await page.getByText("Write a comment").click();
    const comment = page.locator("form[action$=comments]");
    await comment.getByLabel("Comment").fill("Well made. <b>Why</b> no answer?");
    await comment.getByRole("button").click();
    await page.locator("summary", { hasText: "Change the grade" }).click();
    const change = page.locator("form[action$=override]");
    await change.getByLabel(/points/i).fill("10");
    await change.getByLabel(/reason/i).fill("You told me the answer.");
    await change.getByRole("button").click();
    await student.goto(`/submissions/${id}`);
    await expect(student.locator("main")).toContainText("Well made. <b>Why</b> no answer?");
    await expect(student.locator("main")).toContainText("You told me the answer.");
    await look(student, "results");

    // Graded again from its evidence, nothing would change.
    await page.goto(`${address}/assignments`);
    const task = await page.locator("tbody a").first().getAttribute("href");
    await page.goto(`${task}/regrade`);
    await page.getByRole("button", { name: "Grade again and show what would change" }).click();
    await expect(page.locator("main")).toContainText("nothing would change", { timeout: 120_000 });
    await look(page, "regrade");
    await page.goto(`${address}/statistics`);
    await expect(page.getByRole("row").filter({ hasText: "A production Dockerfile" })).toContainText("1");
  } finally {
    await lab.end();
    await context.close();
  }
});
