// One server for all tests that do not need one of their own.

import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";

import { RESULTS, Server } from "../../support/server.mjs";

export default async function setup(): Promise<() => Promise<void>> {
  rmSync(join(RESULTS, "screens"), { recursive: true, force: true });
  mkdirSync(join(RESULTS, "screens"), { recursive: true });
  const server = await Server.start("shared");
  process.env.SITE_UNDER_TEST = server.url;
  return () => server.stop();
}
