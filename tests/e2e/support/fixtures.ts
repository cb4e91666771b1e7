// What every test has: a browser context that watches itself, and a lab page that ends the sessions it began.

import { test as base, expect, type BrowserContext, type Page, type Request } from "@playwright/test";

import { Server } from "../../support/server.mjs";
import { Lab } from "./lab.ts";

/** Writes down everything that goes wrong unseen: console errors, exceptions, failed requests. */
export class Watch {
  readonly problems: string[] = [];
  private readonly expected: RegExp[] = [];

  constructor(context: BrowserContext) {
    context.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") {
        this.add(`console ${message.type()}: ${message.text()} (${message.location().url})`);
      }
    });
    context.on("weberror", (error) => this.add(`exception: ${error.error().stack ?? error.error().message}`));
    context.on("response", (response) => {
      if (response.status() >= 400) this.add(`${response.status()} for ${response.request().method()} ${response.url()}`);
    });
    context.on("requestfailed", (request) => {
      if (!isLeftBehind(request)) this.add(`failed: ${request.method()} ${request.url()} (${request.failure()?.errorText})`);
    });
  }

  /** What this test provokes on purpose. */
  expect(...problems: RegExp[]): void {
    this.expected.push(...problems);
  }

  private add(problem: string): void {
    this.problems.push(problem);
  }

  get unexpected(): string[] {
    return this.problems.filter((problem) => !this.expected.some((pattern) => pattern.test(problem)));
  }
}

/** A request that was under way when its page was left or its lab was closed: the browser gave it up itself. */
function isLeftBehind(request: Request): boolean {
  return request.failure()?.errorText === "net::ERR_ABORTED";
}

interface Fixtures {
  /** Address of the server under test: the shared one, unless the test asks for one of its own. */
  site: string;
  /** Settings of a server of the test's own. */
  settings: Record<string, string>;
  /** A server of the test's own, to be killed and started again. */
  server: Server;
  watch: Watch;
  lab: Lab;
}

export const test = base.extend<Fixtures>({
  site: async ({}, use) => {
    const url = process.env.SITE_UNDER_TEST;
    if (!url) throw new Error("SITE_UNDER_TEST is not set: the global set-up did not run");
    await use(url);
  },
  settings: [{}, { option: true }],
  server: async ({ settings }, use, { testId }) => {
    const server = await Server.start(`own-${testId.slice(-8)}`, settings);
    await use(server);
    await server.stop();
  },
  baseURL: async ({ site }, use) => use(site),
  watch: [
    async ({ context }, use) => {
      const watch = new Watch(context);
      await use(watch);
      expect(watch.unexpected, "the browser reported nothing").toEqual([]);
    },
    { auto: true },
  ],
  lab: async ({ page }, use) => {
    const lab = new Lab(page);
    await use(lab);
    await lab.end();
  },
});

/** Tests whose site is a server of their own. */
export const testOnOwnServer = test.extend<Fixtures>({
  site: async ({ server }, use) => use(server.url),
});

export { expect };
export type { Page };
