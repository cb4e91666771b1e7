// A lab page as a learner uses it: start, type, read the screen, see the checks tick.

import { expect, type Locator, type Page } from "@playwright/test";

export class Lab {
  readonly state: Locator;
  readonly terminal: Locator;
  private readonly sessions = new Set<string>();

  constructor(readonly page: Page) {
    this.state = page.locator("[data-session-state]");
    this.terminal = page.locator("[data-terminal]:visible");
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
    await this.page.getByRole("button", { name: /start the lab/i }).click();
    await this.ready();
  }

  async ready(): Promise<void> {
    await expect(this.state).toHaveAttribute("data-session-state", "ready", { timeout: 30_000 });
    await this.prompt();
  }

  /** The rows of the visible terminal, scrollback and all, as plain text. */
  async screen(): Promise<string> {
    return this.terminal.evaluate((element) => {
      const rows = (element as HTMLElement & { screenText?: () => string }).screenText;
      if (!rows) throw new Error("the terminal does not say what is on its screen");
      return rows.call(element);
    });
  }

  /** Waits until the last line is a prompt with nothing typed behind it. */
  async prompt(timeout = 20_000): Promise<void> {
    await expect(async () => expect((await this.screen()).trimEnd()).toMatch(/root@lab:[^\n]*#$/)).toPass({ timeout });
  }

  /** Types a line as a person would and waits for the prompt after it. Says what it printed. */
  async run(line: string, timeout = 90_000): Promise<string> {
    await this.terminal.click();
    await this.page.keyboard.type(line);
    const before = await this.screen();
    await this.page.keyboard.press("Enter");
    await expect(async () => {
      const now = await this.screen();
      expect(now.length).toBeGreaterThan(before.trimEnd().length);
      expect(now.trimEnd()).toMatch(/root@lab:[^\n]*#$/);
    }).toPass({ timeout, intervals: [50, 100, 200] });
    return (await this.screen()).slice(before.trimEnd().length);
  }

  check(id: string): Locator {
    return this.page.locator(`[data-check="${id}"]`);
  }

  async passes(id: string): Promise<void> {
    await expect(this.check(id)).toHaveAttribute("data-state", "pass", { timeout: 15_000 });
  }

  /** Ends every session that this page began. */
  async end(): Promise<void> {
    for (const session of this.sessions) {
      const answer = await this.page.request.delete(session);
      expect([200, 202, 204, 404], `DELETE ${session}`).toContain(answer.status());
    }
    this.sessions.clear();
  }
}
