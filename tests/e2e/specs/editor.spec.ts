// The editor of a lab: its files beside the code, saved by itself, never written over what was not seen.

import { readFileSync } from "node:fs";

import { AxeBuilder } from "@axe-core/playwright";

import { expect, test, type Page } from "../support/fixtures.ts";
import type { Lab } from "../support/lab.ts";

const LAB = "layer-caching";
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

class Editor {
  readonly pane;
  readonly code;
  readonly saving;
  readonly notice;
  readonly say;

  constructor(readonly page: Page) {
    this.pane = page.locator("#pane-editor");
    this.code = this.pane.locator(".cm-content");
    this.saving = this.pane.locator(".status-saving");
    this.notice = this.pane.getByRole("alert");
    this.say = this.pane.locator(".explorer-say");
  }

  /** Starts the lab and shows the pane. */
  static async start(page: Page, lab: Lab): Promise<Editor> {
    await lab.open(LAB);
    await lab.start();
    await page.keyboard.press("Control+2");
    const editor = new Editor(page);
    await expect(editor.entry("report/Dockerfile")).toBeVisible({ timeout: 20_000 });
    return editor;
  }

  entry(path: string) {
    return this.pane.locator(`[role=treeitem][data-path="${path}"]`);
  }

  async open(path: string): Promise<void> {
    await this.entry(path).click();
    await expect(this.pane.getByRole("tab", { selected: true })).toHaveAttribute("title", path);
    await expect(this.code).toBeVisible();
  }

  tool(name: RegExp) {
    return this.pane.getByRole("toolbar", { name: "Files" }).getByRole("button", { name });
  }

  /** Answers the question for a path. */
  async answer(path: string, yes: string): Promise<void> {
    const dialog = this.page.getByRole("dialog");
    await dialog.getByRole("textbox").fill(path);
    await dialog.getByRole("button", { name: yes, exact: true }).click();
  }

  /** Types a line behind the last. */
  async typeAtEnd(text: string): Promise<void> {
    await this.code.click();
    await this.page.keyboard.press("Control+End");
    await this.page.keyboard.type(`${text}\n`);
  }
}

test("what is typed is saved by itself and with Ctrl+S, and what the shell writes shows", async ({ page, lab }) => {
  test.setTimeout(120_000);
  const editor = await Editor.start(page, lab);
  await editor.open("report/report.py");
  await editor.typeAtEnd("# typed here");
  await expect(editor.saving).toHaveText("Saved", { timeout: 20_000 });
  expect(await lab.run("tail -n 1 report/report.py")).toContain("# typed here");
  await editor.typeAtEnd("# and here");
  await page.keyboard.press("Control+s");
  await expect(editor.saving).toHaveText("Saved");

  await lab.run("echo '# from the shell' >> report/report.py");
  await expect(editor.code).toContainText("# from the shell");
  await lab.run("echo new > report/made-in-the-shell.txt");
  await expect(editor.entry("report/made-in-the-shell.txt")).toBeVisible();
  await lab.run("rm report/made-in-the-shell.txt");
  await expect(editor.entry("report/made-in-the-shell.txt")).toHaveCount(0);
  await expect(editor.notice).toBeHidden();
});

test("two versions of a file are never written over each other: the learner decides", async ({ page, lab, watch }) => {
  test.setTimeout(120_000);
  watch.expect(/failed: PUT/, /ERR_FAILED/, /404 .*ships\.csv/, /status of 404/);
  const editor = await Editor.start(page, lab);
  await editor.open("report/ships.csv");
  const api = new URL(page.url()).origin;
  const session = (await (await page.request.post(`${api}/api/v1/labs/docker/${LAB}/session`)).json()) as { id: string };
  const file = `${api}/api/v1/sessions/${session.id}/files/report/ships.csv`;
  // Held back, so that it is certain what came first.
  await page.route("**/files/report/ships.csv", (route) => (route.request().method() === "PUT" ? route.abort() : route.continue()));
  await editor.typeAtEnd("mine");
  await expect(editor.saving).toContainText("Not saved");
  const theirs = await page.request.put(file, { data: "theirs\n" });
  expect(theirs.status()).toBe(204);
  await page.unroute("**/files/report/ships.csv");
  await expect(editor.notice).toContainText("It was changed in the shell", { timeout: 20_000 });
  expect(await (await page.request.get(file)).text()).toBe("theirs\n");
  await page.screenshot({ path: "../../test-results/screens/editor-conflict.png" });
  await editor.notice.getByRole("button", { name: "Show difference" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText("theirs");
  await page.keyboard.press("Escape");
  await editor.notice.getByRole("button", { name: "Keep mine" }).click();
  await expect(editor.saving).toHaveText("Saved", { timeout: 20_000 });
  expect(await (await page.request.get(file)).text()).toContain("mine");

  // Deleted in the shell: it can be written again.
  await lab.run("rm report/ships.csv");
  await expect(editor.notice).toContainText("deleted or renamed in the shell", { timeout: 20_000 });
  await editor.notice.getByRole("button", { name: "Write it again" }).click();
  await expect(editor.saving).toHaveText("Saved", { timeout: 20_000 });
  expect(await (await page.request.get(file)).text()).toContain("mine");
});

test("files are made, renamed, moved, uploaded, downloaded and deleted, by mouse and by keyboard", async ({ page, lab, watch }) => {
  test.setTimeout(120_000);
  // A name that is taken is refused; a file that has just been moved is looked for once at its old place.
  watch.expect(/41[02] .*todo\.md/, /404 .*(todo|done)\.md/, /status of (412|404)/);
  const editor = await Editor.start(page, lab);
  await editor.tool(/New folder/).click();
  await editor.answer("notes", "Create");
  await expect(editor.entry("notes")).toBeVisible();
  await editor.tool(/New file/).click();
  await editor.answer("notes/todo.md", "Create");
  await expect(editor.code).toBeVisible();
  await editor.typeAtEnd("buy rope");
  await expect(editor.saving).toHaveText("Saved", { timeout: 20_000 });

  await editor.tool(/New file/).click();
  await editor.answer("notes/todo.md", "Create");
  await expect(page.getByRole("dialog").getByRole("alert")).toContainText("already");
  await editor.answer("../outside", "Create");
  await expect(page.getByRole("dialog").getByRole("alert")).not.toBeEmpty();
  await page.keyboard.press("Escape");

  await editor.entry("notes/todo.md").focus();
  await page.keyboard.press("F2");
  await editor.answer("notes/done.md", "Rename");
  await expect(editor.pane.getByRole("tab", { selected: true })).toHaveAttribute("title", "notes/done.md");
  expect(await lab.run("ls notes; cat notes/done.md")).toMatch(/done\.md\s+buy rope/);

  const chooser = page.waitForEvent("filechooser");
  await editor.tool(/Upload/).click();
  await (await chooser).setFiles([{ name: "up loaded.txt", mimeType: "text/plain", buffer: Buffer.from("hello\n") }]);
  await expect(editor.say).toContainText("1 of 1 uploaded");
  expect(await lab.run("cat 'notes/up loaded.txt'")).toContain("hello");

  const download = page.waitForEvent("download");
  await editor.tool(/zip/).click();
  const zip = readFileSync(await (await download).path());
  expect(zip.subarray(0, 2).toString()).toBe("PK");
  expect(zip.includes("notes/done.md")).toBe(true);

  await editor.entry("notes/done.md").focus();
  await page.keyboard.press("Delete");
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await expect(editor.entry("notes/done.md")).toHaveCount(0);
  await expect(editor.pane.getByRole("tab", { name: /done/ })).toHaveCount(0);

  // The tree by keyboard alone: to the first folder, open, down to a file, in.
  await editor.entry("notes").focus();
  await page.keyboard.press("End");
  await page.keyboard.press("Home");
  await page.keyboard.press("r");
  await expect(editor.entry("report")).toBeFocused();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("d");
  await page.keyboard.press("Enter");
  await expect(editor.pane.getByRole("tab", { selected: true })).toHaveAttribute("title", "report/Dockerfile");
});

test("a Dockerfile's problems are underlined as one types, with the reason and the way to the lesson", async ({ page, lab }) => {
  test.setTimeout(120_000);
  const editor = await Editor.start(page, lab);
  await editor.open("report/Dockerfile");
  await editor.code.click();
  await page.keyboard.press("Control+a");
  await page.keyboard.type("FROM debian:latest\nRUN cd /srv\nCMD python report.py");
  await expect(editor.pane.locator(".cm-lintRange").first()).toBeVisible({ timeout: 20_000 });
  await page.keyboard.press("Control+Home");
  const problem = editor.pane.locator(".status-problem");
  await expect(problem).toContainText("DL3007");
  await expect(problem.getByRole("link")).toHaveAttribute("href", /\/courses\/docker\/lessons\/[a-z-]+$/);
  for (const theme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
    await page.screenshot({ path: `../../test-results/screens/editor-${theme}.png` });
    const { violations } = await new AxeBuilder({ page }).withTags(RULES).include("#pane-editor").analyze();
    expect.soft(violations, theme).toEqual([]);
  }
  await page.keyboard.press("Control+a");
  await page.keyboard.type("FROM debian:trixie-slim");
  await expect(editor.pane.locator(".cm-lintRange")).toHaveCount(0);
});

test("what a file is called or holds does no harm, and what cannot be edited is told", async ({ page, lab }) => {
  test.setTimeout(120_000);
  const editor = await Editor.start(page, lab);
  await lab.run("mkdir odd && cd odd && touch '<img src=x onerror=alert(1)>' $'a\\nb' $'\\xff' \"$(printf 'x%.0s' {1..200})\" && head -c 3000000 /dev/zero | tr '\\0' a > big.txt && printf '\\0\\1\\2' > binary && echo '<script>alert(1)</script>' > page.html; cd");
  const hostile = editor.pane.getByRole("treeitem", { name: "<img src=x onerror=alert(1)>" });
  await expect(editor.entry("odd")).toBeVisible();
  if ((await editor.entry("odd").getAttribute("aria-expanded")) !== "true") await editor.entry("odd").click();
  await expect(hostile).toBeVisible();
  expect(await editor.pane.locator("img").count()).toBe(0);
  await editor.entry("odd/page.html").click();
  await expect(editor.code).toContainText("<script>alert(1)</script>");
  await editor.entry("odd/binary").click();
  await expect(editor.pane.locator(".code-place")).toContainText(/binary|text/i);
  await editor.entry("odd/big.txt").click();
  await expect(editor.pane).toContainText(/larger|too large|MiB|MB/);
  await page.screenshot({ path: "../../test-results/screens/editor-unfit.png" });
});

test("open files and what was not saved survive a reload", async ({ page, lab, watch }) => {
  test.setTimeout(120_000);
  watch.expect(/failed: PUT/, /ERR_FAILED/);
  const editor = await Editor.start(page, lab);
  await editor.open("report/report.py");
  await page.route("**/files/report/report.py", (route) => (route.request().method() === "PUT" ? route.abort() : route.continue()));
  await editor.typeAtEnd("# not lost");
  await expect(editor.saving).toContainText("Not saved");
  await page.unroute("**/files/report/report.py");
  page.on("dialog", (dialog) => void dialog.accept());
  await page.reload();
  await lab.ready();
  await expect(editor.code).toContainText("# not lost", { timeout: 20_000 });
  await expect(editor.saving).toHaveText("Saved", { timeout: 20_000 });
  expect(await lab.run("tail -n 1 report/report.py")).toContain("# not lost");
});

test("a file of the instructions opens in the editor: made once asked, replaced only if wanted", async ({ page, lab, watch }) => {
  test.setTimeout(120_000);
  // Whether the file is there is found out by asking for it.
  watch.expect(/404 .*files/, /status of 404/);
  await lab.open("first-image");
  const block = page.locator('figure.code[data-file="hello/Dockerfile"]').first();
  // It stands in the last hint of its step.
  const hints = page.locator(".step", { has: block }).locator("details.hint");
  for (const hint of await hints.all()) await hint.locator("summary").first().click();
  const open = block.getByRole("button", { name: "Open in the editor" });
  await open.click();
  await expect(block.getByRole("button", { name: "Start the lab first" })).toBeVisible();
  await lab.start();
  await open.click();
  await page.getByRole("dialog").getByRole("button", { name: "Create it with this content" }).click();
  const editor = new Editor(page);
  await expect(editor.code).toContainText("FROM python:3.13-slim");
  expect(await lab.run("head -n 1 hello/Dockerfile")).toContain("FROM python:3.13-slim");

  await editor.typeAtEnd("# mine");
  await expect(editor.saving).toHaveText("Saved", { timeout: 20_000 });
  await open.click();
  const question = page.getByRole("dialog");
  await expect(question).toContainText("# mine");
  await question.getByRole("button", { name: "Keep mine" }).click();
  await expect(editor.code).toContainText("# mine");
  await open.click();
  await question.getByRole("button", { name: "Replace mine with it" }).click();
  await expect(editor.code).not.toContainText("# mine");
  await expect(editor.saving).toHaveText("Saved", { timeout: 20_000 });
});
