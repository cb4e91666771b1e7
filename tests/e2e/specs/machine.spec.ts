// What belongs to the lab's machine besides its terminal: blocks that run, hints, the solution, files that come back,
// panes by keyboard.

import { AxeBuilder } from "@axe-core/playwright";

import { expect, test } from "../support/fixtures.ts";

test("a block that is to be run is typed into the terminal", async ({ page, lab }) => {
  await lab.open("first-image");
  const run = page.getByRole("button", { name: /^\W*Run$/ }).first();
  await run.click();
  await expect(page.getByRole("button", { name: "Start the lab first" })).toBeVisible();
  await lab.start();
  const block = page.locator("figure.code[data-run]").first();
  const typed = (await block.locator("pre").innerText()).trim().split("\n")[0]!;
  await block.getByRole("button", { name: /^\W*Run$/ }).click();
  await expect(async () => expect(await lab.screen()).toContain(typed)).toPass();
});

test("hints rise, and behind them stands the solution with its cost, beside one's own file", async ({ page, lab }) => {
  await lab.open("layer-caching");
  const step = page.locator("#reorder");
  const hints = step.locator("details.hint");
  await expect(hints.nth(1)).toBeHidden();
  const ask = step.getByRole("button", { name: "Show the solution" });
  for (const hint of await hints.all()) {
    await expect(ask).toBeHidden();
    await hint.locator("summary").first().click();
  }
  await ask.click();
  await expect(step.getByText("Start the lab first")).toBeVisible();
  await lab.start();
  await ask.click();
  await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
  await expect(step.locator(".diff")).toHaveCount(0);
  await ask.click();
  await expect(page.getByRole("dialog")).toContainText("counts 50 %");
  await page.getByRole("button", { name: "Show it" }).click();
  const diff = step.locator(".diff");
  await expect(diff.locator("figcaption")).toHaveText("report/Dockerfile");
  await expect(diff.locator('td[data-side="solution"]').first()).toBeVisible();
  await expect(diff.locator('td[data-side="yours"]').first()).toBeVisible();
  await expect(step.getByRole("heading", { name: "One way to do it" })).toBeFocused();
  const report = await new AxeBuilder({ page }).include("#reorder").analyze();
  expect(report.violations).toEqual([]);

  // It is known the next time, and costs nothing more.
  await page.reload();
  for (const hint of await hints.all()) await hint.locator("summary").first().click();
  await expect(step.getByText("You have seen it before.")).toBeVisible();
});

test("files are kept when a session ends and are there at the next start of the lab", async ({ lab }) => {
  await lab.open("layer-caching");
  await lab.start();
  await lab.run("mkdir -p notes && echo kept > 'notes/a b.txt' && chmod +x 'notes/a b.txt' && echo changed > report/ships.csv");
  await lab.end();
  await lab.open("layer-caching");
  await lab.start();
  expect(await lab.run("cat 'notes/a b.txt' report/ships.csv; test -x 'notes/a b.txt' && echo runs")).toMatch(
    /kept\s+changed\s+runs/,
  );
});

test("panes open, take the keyboard and go by Ctrl and a number, also from within the terminal", async ({ page, lab }) => {
  await lab.open("layer-caching");
  await lab.start();
  await lab.terminal.click();
  const pane = (name: string) => page.locator(`#pane-${name}`);
  for (const [key, name] of [["2", "editor"], ["4", "builds"], ["3", "preview"], ["5", "engine"]] as const) {
    await page.keyboard.press(`Control+${key}`);
    await expect(pane(name)).toBeVisible();
    await expect(async () =>
      expect(await pane(name).evaluate((element) => element.contains(document.activeElement))).toBe(true),
    ).toPass();
  }
  await expect(pane("editor")).toBeHidden();
  await expect(pane("builds")).toBeHidden();
  await page.reload();
  await lab.ready();
  await expect(pane("preview")).toBeVisible();
  await page.keyboard.press("Control+3");
  await page.keyboard.press("Control+3");
  await expect(pane("preview")).toBeHidden();
  await page.keyboard.press("Control+1");
  await page.keyboard.type("echo typed-here");
  await expect(async () => expect(await lab.screen()).toContain("typed-here")).toPass();
});
