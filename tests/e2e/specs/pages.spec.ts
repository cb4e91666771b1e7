// Every page there is: accessible in both themes, within a phone's width, without a word in the console.

import { AxeBuilder } from "@axe-core/playwright";

import { course, fileName } from "../support/course.ts";
import { expect, test } from "../support/fixtures.ts";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

for (const theme of ["light", "dark"] as const) {
  test(`no page has an accessibility fault in the ${theme} theme`, async ({ page, request }) => {
    const { all } = await course(request);
    test.setTimeout(all.length * 12_000);
    await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
    for (const { path } of all) {
      await test.step(path, async () => {
        await page.goto(path);
        await page.screenshot({ path: `../../test-results/screens/${theme}/${fileName(path)}.png`, fullPage: true });
        const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze();
        const faults = violations.flatMap(({ id, help, nodes }) =>
          nodes.map((node) => `${path}: ${id} (${help}) at ${node.target.join(" ")}: ${node.failureSummary}`),
        );
        expect.soft(faults).toEqual([]);
      });
    }
  });
}

test("no page is wider than a phone", async ({ page, request }) => {
  const { all } = await course(request);
  test.setTimeout(all.length * 8_000);
  await page.setViewportSize({ width: 375, height: 740 });
  for (const { path } of all) {
    await test.step(path, async () => {
      await page.goto(path);
      await page.screenshot({ path: `../../test-results/screens/phone/${fileName(path)}.png`, fullPage: true });
      const wide = await page.evaluate(() => ({
        content: document.documentElement.scrollWidth,
        window: document.documentElement.clientWidth,
      }));
      expect.soft(wide.content, `${path} scrolls sideways`).toBeLessThanOrEqual(wide.window);
    });
  }
});

test("every page has one main heading, its own title and a language", async ({ page, request }) => {
  const { all } = await course(request);
  test.setTimeout(all.length * 8_000);
  const titles = new Map<string, string>();
  for (const { path, title } of all) {
    await page.goto(path);
    await expect(page.locator("h1"), path).toHaveCount(1);
    if (path !== "/") await expect(page.locator("h1"), path).toHaveText(title);
    await expect(page.locator("html"), path).toHaveAttribute("lang", "en");
    const shown = await page.title();
    expect(titles.get(shown), `${path} has a title of its own`).toBeUndefined();
    titles.set(shown, path);
  }
});

test("every link on every page leads somewhere", async ({ page, request, baseURL }) => {
  const { all } = await course(request);
  test.setTimeout(all.length * 8_000);
  const known = new Map<string, boolean>();
  for (const { path } of all) {
    await page.goto(path);
    const links = await page.locator("a[href]").evaluateAll((anchors) =>
      anchors.map((anchor) => ({ href: (anchor as HTMLAnchorElement).href, text: anchor.textContent ?? "" })),
    );
    for (const { href, text } of links) {
      const url = new URL(href);
      if (url.origin !== baseURL) continue;
      const target = url.origin + url.pathname;
      if (!known.has(target)) known.set(target, (await request.get(target)).ok());
      expect.soft(known.get(target), `${path}: "${text.trim()}" → ${url.pathname}`).toBe(true);
      if (url.hash && url.pathname === new URL(page.url()).pathname) {
        const id = decodeURIComponent(url.hash.slice(1));
        await expect.soft(page.locator(`[id="${id}"]`), `${path}: ${url.hash}`).toHaveCount(1);
      }
    }
  }
});

test("an address that leads nowhere says so and shows a way on", async ({ page, watch }) => {
  watch.expect(/404/);
  const answer = await page.goto("/courses/docker/lessons/no-such-lesson");
  expect(answer?.status()).toBe(404);
  await expect(page.locator("h1")).toHaveCount(1);
  const way = page.locator("main a[href^='/']").first();
  await way.click();
  expect(new URL(page.url()).pathname).not.toContain("no-such-lesson");
});

test("a lesson can be read without scripts", async ({ browser, site, request }) => {
  const context = await browser.newContext({ javaScriptEnabled: false, baseURL: site });
  const page = await context.newPage();
  const [lesson] = (await course(request)).lessons;
  await page.goto(lesson!.path);
  await expect(page.locator("h1")).toHaveText(lesson!.title);
  expect((await page.locator("main").innerText()).length).toBeGreaterThan(1500);
  await context.close();
});

test("pages load nothing from elsewhere and run no inline script", async ({ page, request, baseURL }) => {
  const elsewhere: string[] = [];
  page.on("request", (sent) => {
    const url = new URL(sent.url());
    if (/^https?:$/.test(url.protocol) && url.origin !== baseURL) elsewhere.push(sent.url());
  });
  for (const { path } of (await course(request)).all) {
    const answer = await page.goto(path);
    const policy = answer?.headers()["content-security-policy"] ?? "";
    expect(policy, path).toContain("script-src 'self' 'wasm-unsafe-eval'");
    expect(await page.locator("script:not([src])").count(), path).toBe(0);
  }
  expect(elsewhere).toEqual([]);
});
