// Finding things: search over every word of the course, terms that lead to the glossary.

import { AxeBuilder } from "@axe-core/playwright";

import { expect, test } from "../support/fixtures.ts";

test("words are found in titles and texts while one types, and Enter goes to the place", async ({ page }) => {
  await page.goto("/courses/docker");
  await page.keyboard.press("/");
  const dialog = page.getByRole("dialog", { name: "Search the course" });
  await expect(dialog.getByRole("status")).toHaveText("Everything there is, in order");
  await page.keyboard.type("build cache");
  const results = dialog.getByRole("listitem");
  await expect(results.first()).toContainText("The build cache");
  await expect(dialog.locator("mark").first()).toHaveText(/^(build|cache)$/i);
  await page.screenshot({ path: "../../test-results/screens/search.png" });
  const { violations } = await new AxeBuilder({ page }).include("dialog").analyze();
  expect(violations).toEqual([]);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await expect(results.nth(1).getByRole("link")).toBeFocused();
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/courses\/docker\/(lessons\/build-cache|reference\/glossary#build-cache)/);
});

test("words that are nowhere are said to be nowhere, and stay text", async ({ page }) => {
  await page.goto("/courses/docker/search?q=%3Cimg+src%3Dx+onerror%3Dalert(1)%3E+zzz");
  await expect(page.getByText("Nothing was found.")).toBeVisible();
  await expect(page.getByRole("searchbox")).toHaveValue("<img src=x onerror=alert(1)> zzz");
  await page.keyboard.press("/");
  await page.keyboard.type("zzzz");
  await expect(page.getByRole("dialog").getByRole("status")).toContainText("Nothing was found.");
});

test("a term leads from its first use in a lesson to the glossary, and from there back", async ({ page }) => {
  await page.goto("/courses/docker/lessons/layer-model");
  const terms = page.locator(".prose a.term");
  await expect(terms.first()).toHaveAttribute("title", /.{20}/);
  const hrefs = await terms.evaluateAll((links) => links.map((link) => link.getAttribute("href")));
  expect(new Set(hrefs).size, "each term is linked once").toBe(hrefs.length);
  await page.locator('.prose a.term[href$="#layer"]').click();
  await expect(page).toHaveURL(/\/reference\/glossary#layer$/);
  await expect(page.locator("h2#layer")).toBeInViewport();
  await page.getByRole("link", { name: "The layer model" }).first().click();
  await expect(page).toHaveURL(/\/lessons\/layer-model/);
});

test.describe("without scripts", () => {
  test.use({ javaScriptEnabled: false });

  test("a search is a page", async ({ page }) => {
    await page.goto("/courses/docker/search");
    await page.getByRole("searchbox").fill("volume");
    await page.getByRole("button", { name: "Search", exact: true }).click();
    await expect(page).toHaveURL(/q=volume/);
    await expect(page.locator(".search-results li").first()).toContainText(/volume/i);
  });
});
