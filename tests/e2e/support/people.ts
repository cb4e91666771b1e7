// People for tests: made on the command line, as an operator does, and signed in through the site's own forms.

import { execFileSync } from "node:child_process";
import { join, resolve } from "node:path";

import type { Page } from "@playwright/test";

import type { Server } from "../../support/server.mjs";

const ROOT = resolve(import.meta.dirname, "../../..");
const BINARY =
  process.env.BINARY_UNDER_TEST ?? join(process.env.CARGO_TARGET_DIR ?? join(ROOT, "target"), "debug/drydock");
export const PASSWORD = "seven ships in a dock";

/** Makes somebody and gives the path of the link that sets their password. */
export function makePerson(server: Server, name: string, role: "student" | "instructor" | "operator"): string {
  const email = `${name.toLowerCase()}@example.edu`;
  const out = execFileSync(BINARY, ["user", "add", email, "--name", name, "--role", role], {
    cwd: ROOT,
    env: { ...process.env, DRYDOCK_DATA: server.data },
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
  return new URL(out.trim()).pathname;
}

/** Sets a password by such a link, and signs in if that did not. */
export async function enter(page: Page, link: string): Promise<void> {
  await page.goto(link);
  await page.getByLabel("password", { exact: false }).first().fill(PASSWORD);
  await page.locator("form button[type=submit]").first().click();
  await page.locator(".people-nav [data-link=account]").waitFor();
}
