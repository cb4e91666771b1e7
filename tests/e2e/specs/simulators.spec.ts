// Simulators in lessons: by mouse, by keyboard, and as pictures where no script runs.

import { join } from "node:path";

import { AxeBuilder } from "@axe-core/playwright";
import type { Locator } from "@playwright/test";

import { RESULTS } from "../../support/server.mjs";
import { course } from "../support/course.ts";
import { expect, test, type Page } from "../support/fixtures.ts";

const KINDS = ["layers", "lifecycle", "run-steps", "vm-vs-container"] as const;
type Kind = (typeof KINDS)[number];
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** Opens the first lesson that has one. */
async function open(page: Page, kind: Kind): Promise<Locator> {
  for (const { path } of (await course(page.request)).lessons) {
    const html = await (await page.request.get(path)).text();
    if (!html.includes(`data-simulator="${kind}"`)) continue;
    await page.goto(path);
    return page.locator(`[data-simulator="${kind}"]`).first();
  }
  throw new Error(`no lesson has a ${kind}`);
}

async function openAwake(page: Page, kind: Kind): Promise<Locator> {
  const simulator = await open(page, kind);
  await expect(simulator).toHaveAttribute("data-awake", "true");
  return simulator;
}

const press = (within: Locator, act: string) => within.locator(`[data-act=${act}]`).click();

/** Presses a button as a keyboard does. */
async function type(button: Locator, key = "Enter"): Promise<void> {
  await button.focus();
  await expect(button).toBeFocused();
  await button.press(key);
}

const states = (simulator: Locator) =>
  simulator.locator(".ly-step").evaluateAll((steps) => steps.map((step) => (step as HTMLElement).dataset["state"]).join(" "));

/** Builds and waits for the answer. */
async function build(simulator: Locator, number: number): Promise<void> {
  await press(simulator, "build");
  await expect(simulator.getByRole("status")).toContainText(`Build ${number}:`);
}

test("the build cache: a better order makes a change cheap, and undoing is a hit", async ({ page }) => {
  const simulator = await openAwake(page, "layers");
  const drawn = await simulator.innerText();
  expect(await states(simulator), "the picture").toBe("cached cached ran ran setting");
  const file = simulator.locator(".ly-file").first();
  await file.locator("[data-act=undo]").click();
  await expect(simulator.getByRole("status")).toContainText("Changed since the last build: app.py");
  await build(simulator, 3);
  expect(await states(simulator), "undone: as it was at first").toBe("cached cached cached cached setting");
  const dockerfile = simulator.getByLabel("Dockerfile", { exact: true });
  const before = await dockerfile.inputValue();
  await dockerfile.fill(before.replace("COPY . .\nRUN pip install -r requirements.txt", "COPY requirements.txt .\nRUN pip install -r requirements.txt\nCOPY . ."));
  await build(simulator, 4);
  expect(await states(simulator)).toBe("cached cached ran ran ran setting");
  await file.locator("[data-act=edit]").click();
  await build(simulator, 5);
  expect(await states(simulator)).toBe("cached cached cached cached ran setting");
  await expect(simulator.locator(".ly-step[data-state=ran] .ly-why")).toHaveText("app.py has changed");
  await dockerfile.fill(before);
  await file.locator("[data-act=undo]").click();
  await build(simulator, 6);
  expect(await states(simulator), "the old order is remembered").toBe("cached cached cached cached setting");
  await expect(simulator.locator(".ly-took").last()).toHaveText("0.0 s");
  await press(simulator, "reset");
  expect(await simulator.innerText(), "as the server drew it").toBe(drawn);
  await expect(dockerfile).toHaveValue(before);
});

test("the build cache by keyboard, and a Dockerfile that cannot be built names its line", async ({ page }) => {
  const simulator = await openAwake(page, "layers");
  const dockerfile = simulator.getByLabel("Dockerfile", { exact: true });
  await dockerfile.focus();
  await page.keyboard.press("Control+End");
  await page.keyboard.type("NONSENSE\n");
  await type(simulator.locator("[data-act=build]"));
  await expect(simulator.getByRole("status")).toContainText("The engine cannot build this. Line 6:");
  await expect(dockerfile).toHaveAttribute("aria-invalid", "true");
  await dockerfile.fill("FROM busybox\n");
  await type(simulator.locator("[data-act=build]"), " ");
  await expect(simulator.getByRole("status")).toContainText("Build 3:");
  await expect(dockerfile).not.toHaveAttribute("aria-invalid");
  await expect(simulator.locator(".ly-step")).toHaveCount(1);
});

test("containers from one image: a removed one takes its file along, a new one begins empty", async ({ page }) => {
  const simulator = await openAwake(page, "lifecycle");
  const drawn = await simulator.innerText();
  const [one, , three] = await simulator.locator(".lc-place").all();
  await press(one!, "write");
  await expect(one!.locator(".lc-lines")).toHaveText("1 line");
  await expect(simulator.getByRole("status")).toContainText("and nowhere else");
  await press(one!, "remove");
  await expect(simulator.getByRole("status")).toContainText("The engine refuses");
  await expect(one!).toHaveAttribute("data-state", "running");
  await press(one!, "stop");
  await expect(one!.locator(".lc-lines")).toHaveText("1 line");
  await press(one!, "remove");
  await expect(one!).toHaveAttribute("data-state", "removed");
  await expect(one!.locator(".lc-lines")).toHaveText("gone");
  await press(simulator, "run");
  await expect(one!.locator(".lc-lines")).toHaveText("empty");
  await expect(one!.locator(".lc-name")).toHaveText(/-4$/);
  await press(simulator, "run");
  await expect(three!).toHaveAttribute("data-state", "running");
  await expect(simulator.locator("[data-act=run]")).toHaveAttribute("aria-disabled", "true");
  await expect(simulator.locator(".sim-log li").last()).toHaveText(/^docker run -d --name \S+-5 /);
  await press(simulator, "reset");
  expect(await simulator.innerText(), "as the server drew it").toBe(drawn);
});

test("containers from one image by keyboard alone, and the focus stays where it is", async ({ page }) => {
  const simulator = await openAwake(page, "lifecycle");
  const two = simulator.locator(".lc-place").nth(1);
  const start = two.getByRole("button", { name: /^Start/ });
  await type(start);
  await expect(two).toHaveAttribute("data-state", "running");
  const stop = two.getByRole("button", { name: /^Stop/ });
  await expect(stop).toBeFocused();
  await stop.press(" ");
  await expect(two).toHaveAttribute("data-state", "exited");
  const remove = two.getByRole("button", { name: /^Remove/ });
  await type(remove);
  await expect(two).toHaveAttribute("data-state", "removed");
  await expect(remove).toBeFocused();
});

test("what docker run does goes forward, back and to any step, and plays", async ({ page }) => {
  await page.clock.install();
  const simulator = await openAwake(page, "run-steps");
  const now = simulator.locator(".rs-step[data-now] .rs-title");
  await press(simulator, "next");
  await expect(now).toHaveText("You press Enter");
  await simulator.locator("[data-step='4']").click();
  await expect(now).toHaveText("The image is pulled");
  await expect(simulator.getByRole("status")).toContainText("Step 4 of 12");
  await press(simulator, "back");
  await expect(now).toHaveText("Is the image there?");
  await simulator.locator("[data-step='11']").click();
  await press(simulator, "play");
  await expect(now).toHaveText("It exits");
  await expect(simulator.locator("[data-act=play]")).toHaveText("Play");
  await press(simulator, "play");
  await expect(now).toHaveText("You press Enter");
  await page.clock.runFor(20_000);
  await expect(now).not.toHaveText("You press Enter");
  await press(simulator, "play");
  const paused = await now.innerText();
  await page.clock.runFor(60_000);
  await expect(now).toHaveText(paused);
});

test("what docker run does by arrow keys", async ({ page }) => {
  const simulator = await openAwake(page, "run-steps");
  const next = simulator.locator("[data-act=next]");
  const now = simulator.locator(".rs-step[data-now] .rs-title");
  await type(next);
  await expect(now).toHaveText("You press Enter");
  await page.keyboard.press("ArrowRight");
  await expect(now).toHaveText("The client asks the engine");
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("ArrowLeft");
  await expect(simulator.locator(".rs-intro")).toBeVisible();
});

test("virtual machines beside containers: each app adds a kernel on one side only", async ({ page }) => {
  const simulator = await openAwake(page, "vm-vs-container");
  const table = simulator.locator("table");
  const drawn = await table.innerHTML();
  const cells = (row: string) => simulator.locator(`[data-row=${row}] .vm-value`).allInnerTexts();
  const before = Number((await cells("kernels"))[0]);
  await press(simulator, "add");
  expect(await cells("kernels")).toEqual([String(before + 1), "1"]);
  await expect(simulator.getByRole("status")).toContainText(`${before + 1} kernels`);
  await type(simulator.locator("[data-act=less]"));
  expect(await table.innerHTML(), "the same sums as the server's").toBe(drawn);
  for (let at = 0; at < 5; at += 1) await simulator.locator("[data-act=less]").press("Enter");
  expect(await cells("kernels")).toEqual(["2", "1"]);
  await expect(simulator.locator("[data-act=less]")).toHaveAttribute("aria-disabled", "true");
});

for (const kind of KINDS) {
  test(`${kind} is a picture with a text where no script runs`, async ({ browser, site }) => {
    const context = await browser.newContext({ baseURL: site, javaScriptEnabled: false });
    const page = await context.newPage();
    const simulator = await open(page, kind);
    await expect(simulator).toBeVisible();
    await expect(simulator).toHaveAccessibleDescription(/.{100}/);
    await expect(simulator.locator("button").first()).toBeHidden();
    const texts = simulator.locator(".rs-step, .lc-place, .vm-box, .ly-step");
    for (const text of await texts.all()) await expect(text).toBeVisible();
    await context.close();
  });

  for (const colorScheme of ["light", "dark"] as const) {
    test(`${kind} is accessible and fits a phone, ${colorScheme}`, async ({ page }) => {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      const simulator = await openAwake(page, kind);
      for (const width of [1280, 375]) {
        await page.setViewportSize({ width, height: 900 });
        const result = await new AxeBuilder({ page }).include(`[data-simulator="${kind}"]`).withTags(RULES).analyze();
        expect(result.violations.map((violation) => [violation.id, violation.nodes.map((node) => node.html)])).toEqual([]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth), "nothing sticks out").toBeLessThanOrEqual(width);
        await simulator.screenshot({ path: join(RESULTS, "screens", `simulator-${kind}-${colorScheme}-${width}.png`) });
      }
    });
  }

  test(`${kind} does not move the page when its script comes`, async ({ page, browser, site }) => {
    const simulator = await openAwake(page, kind);
    const awake = await simulator.boundingBox();
    // A page whose script never comes, with the class that the first script sets.
    const context = await browser.newContext({ baseURL: site });
    await context.route(/\/assets\/simulators-/, (route) => route.fulfill({ contentType: "text/javascript", body: "export const wake = () => {};" }));
    const asleep = await context.newPage();
    const drawn = await open(asleep, kind);
    expect((await drawn.boundingBox())?.height).toBeCloseTo(awake?.height ?? 0, 0);
    await context.close();
  });
}
