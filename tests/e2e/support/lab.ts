// A lab page as a learner uses it: start, type, read the screen, answer, see the checks tick.

import { expect, type Locator, type Page } from "@playwright/test";

/** The prompt of the lab machine, with nothing typed behind it. */
export const ON_THE_MACHINE = /^root@lab:[^\n]*# ?$/;
/** The prompt of a shell in a container: the host name is the container's ID. */
export const IN_A_CONTAINER = /^root@[0-9a-f]{12}:[^\n]*# ?$/;

const prompts = (screen: string) => screen.match(/^root@[a-z0-9]+:[^#\n]*#/gm)?.length ?? 0;
const lastLine = (screen: string) => screen.trimEnd().split("\n").at(-1) ?? "";

export class Lab {
  readonly state: Locator;
  readonly terminal: Locator;
  private readonly sessions = new Set<string>();

  constructor(readonly page: Page) {
    this.state = page.locator(".workspace");
    this.terminal = page.locator(".terminal[role=tabpanel]:visible");
    page.on("response", (response) => {
      if (response.request().method() !== "POST" || !/\/labs\/[^/]+\/[^/]+\/session$/.test(response.url())) return;
      if (!response.ok()) return;
      response.json().then(
        (session: { id: string }) => this.sessions.add(new URL(`/api/v1/sessions/${session.id}`, response.url()).href),
        () => undefined, // the page was left before the answer was read
      );
    });
  }

  async open(lab: string): Promise<void> {
    await this.page.goto(`/courses/docker/labs/${lab}`);
  }

  /** From the page to a prompt. */
  async start(): Promise<void> {
    await expect(this.state).toHaveAttribute("data-hydrated", "true");
    await this.page.getByRole("button", { name: "Start the lab", exact: true }).click();
    await this.ready();
  }

  async ready(): Promise<void> {
    await expect(this.state).toHaveAttribute("data-phase", "ready", { timeout: 30_000 });
    await this.prompt();
  }

  /** What is in the visible terminal, scrolled-off lines too; a long line that was wrapped is one line. */
  async screen(): Promise<string> {
    return this.terminal.evaluate((element) => {
      const rows = (element as HTMLElement & { screenText?: () => string }).screenText;
      if (!rows) throw new Error("the terminal does not say what is on its screen");
      return rows.call(element);
    });
  }

  /** Waits until the last line is this prompt with nothing typed behind it. */
  async prompt(prompt = ON_THE_MACHINE, timeout = 20_000): Promise<void> {
    await expect(async () => expect(lastLine(await this.screen())).toMatch(prompt)).toPass({ timeout });
  }

  /** Types a line as a person would and waits for the prompt after it. Says what it printed. */
  async run(line: string, prompt = ON_THE_MACHINE, timeout = 90_000): Promise<string> {
    const before = prompts(await this.screen());
    await this.terminal.click();
    await this.page.keyboard.type(line);
    await this.page.keyboard.press("Enter");
    let screen = "";
    await expect(async () => {
      screen = await this.screen();
      expect(prompts(screen), `a new prompt after ${line}`).toBeGreaterThan(before);
      expect(lastLine(screen)).toMatch(prompt);
    }).toPass({ timeout, intervals: [50, 100, 200] });
    return screen.slice(screen.lastIndexOf(line) + line.length).trimStart();
  }

  check(id: string): Locator {
    return this.page.locator(`[data-check="${id}"]`);
  }

  async passes(id: string): Promise<void> {
    await expect(this.check(id)).toHaveAttribute("data-state", "pass", { timeout: 30_000 });
  }

  /** Answers a question of the page: picks the choice or types the text. */
  async answer(id: string, answer: string): Promise<void> {
    const check = this.check(id);
    const choice = check.getByRole("radio", { name: answer, exact: true });
    const field = check.getByRole("textbox");
    await expect(choice.or(field)).toBeVisible();
    if (await field.isVisible()) await field.fill(answer);
    else await choice.check();
    await check.getByRole("button", { name: "Answer" }).click();
    await this.passes(id);
  }

  async everyCheckPasses(): Promise<void> {
    const checks = this.page.locator("[data-check]");
    expect(await checks.count()).toBeGreaterThan(3);
    for (const check of await checks.all()) await expect(check).toHaveAttribute("data-state", "pass", { timeout: 60_000 });
  }

  /** Leaves the page and ends every session that it began. */
  async end(): Promise<void> {
    if (this.sessions.size > 0) await this.page.goto("about:blank");
    for (const session of this.sessions) {
      const answer = await this.page.request.delete(session);
      expect([200, 202, 204, 404], `DELETE ${session}`).toContain(answer.status());
    }
    this.sessions.clear();
  }
}
