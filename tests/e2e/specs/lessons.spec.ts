// Lessons: questions that explain themselves, and progress that is kept.

import type { Locator, Page } from "@playwright/test";

import { course } from "../support/course.ts";
import { expect, test } from "../support/fixtures.ts";

/** The first question of the page that is answered by picking one of several. */
async function firstPick(page: Page): Promise<Locator> {
  const quiz = page.locator(".quiz", { has: page.locator("button.choice") }).first();
  await expect(quiz).toHaveAttribute("data-hydrated", "true");
  return quiz;
}

/** Picks one choice after the other until the question is solved; gives the reasons of the wrong ones. */
async function solve(quiz: Locator): Promise<string[]> {
  const reasons: string[] = [];
  for (const choice of await quiz.locator("button.choice").all()) {
    await choice.click();
    await expect(choice).toHaveAttribute("data-state", /right|wrong/);
    if ((await choice.getAttribute("data-state")) === "right") break;
    await expect(quiz).not.toHaveAttribute("data-solved", "true");
    reasons.push(await choice.locator("xpath=..").locator(".why").innerText());
  }
  await expect(quiz).toHaveAttribute("data-solved", "true");
  return reasons;
}

test("every wrong answer says why, and the right one ticks", async ({ page, request }) => {
  const { lessons } = await course(request);
  test.setTimeout(lessons.length * 20_000);
  let wrong = 0;
  for (const { path } of lessons) {
    await page.goto(path);
    for (const quiz of await page.locator(".quiz", { has: page.locator("button.choice") }).all()) {
      await expect(quiz).toHaveAttribute("data-hydrated", "true");
      for (const reason of await solve(quiz)) {
        expect(reason.trim().length, `${path}: a wrong answer explains itself`).toBeGreaterThan(15);
        wrong += 1;
      }
    }
  }
  expect(wrong).toBeGreaterThan(0);
});

test("an answered question and a finished lesson are still there after the browser was closed", async ({
  page,
  browser,
  request,
  context,
  site,
}) => {
  const [lesson] = (await course(request)).lessons;
  await page.goto(lesson!.path);
  const quiz = await firstPick(page);
  await solve(quiz);
  const id = await quiz.getAttribute("id");
  await page.getByRole("button", { name: "Mark as done" }).click();
  await expect(page.getByRole("button", { name: "Done" })).toHaveAttribute("aria-pressed", "true");

  const again = await browser.newContext({ baseURL: site, storageState: await context.storageState() });
  const tab = await again.newPage();
  await tab.goto(lesson!.path);
  await expect(tab.locator(`#${id}`)).toHaveAttribute("data-solved", "true");
  await expect(tab.getByRole("button", { name: "Done" })).toHaveAttribute("aria-pressed", "true");
  await tab.goto("/courses/docker");
  await expect(tab.locator(`main a[href="${lesson!.path}"]`).first()).toBeVisible();
  await again.close();
});

test("the keyboard alone gets through a question", async ({ page, request }) => {
  const [lesson] = (await course(request)).lessons;
  await page.goto(lesson!.path);
  const quiz = await firstPick(page);
  const choice = quiz.locator("button.choice").first();
  await choice.focus();
  await page.keyboard.press("Enter");
  await expect(choice).toHaveAttribute("data-state", /right|wrong/);
});
