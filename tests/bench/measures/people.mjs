// The gradebook of a large class: 1,000 students, 50 assignments, over 100,000 results of checks. A server and a data
// folder of its own, filled by `drydock seed`.

import { execFileSync } from "node:child_process";

import { BINARY, ROOT, Server } from "../../support/server.mjs";
import { median, ms, row } from "../lib/table.mjs";

const PASSWORD = "a long password for the benchmark";
const ROUNDS = 15;

export async function people({ progress }) {
  const server = await Server.start("bench-people", { DRYDOCK_LOG: "warn" });
  try {
    await server.end("SIGTERM");
    const began = performance.now();
    const seed = ["seed", "--students", "1000", "--assignments", "50", "--password", PASSWORD];
    const out = execFileSync(BINARY, seed, {
      cwd: ROOT,
      env: { ...process.env, DRYDOCK_DATA: server.data },
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    progress(`seeded in ${ms(performance.now() - began)}`);
    await server.run();
    const grades = server.url + out.trim();
    const cookie = await signIn(server);
    const page = await times(`${grades}?sort=total&dir=desc`, cookie, "</html>");
    const csv = await times(`${grades}.csv`, cookie, "\r\n");
    progress(`page ${ms(Math.min(...page))} to ${ms(Math.max(...page))}, CSV ${ms(Math.min(...csv))} to ${ms(Math.max(...csv))}`);
    const line = (what, samples, target) =>
      row({ what, drydock: ms(median(samples)), target: `≤ ${target} ms`, holds: median(samples) <= target });
    return [
      line("gradebook of 1,000 students × 50 assignments, sorted by total", page, 300),
      line("the same as CSV, to the last byte", csv, 2000),
    ];
  } finally {
    await server.stop();
  }
}

async function signIn(server) {
  const answer = await fetch(`${server.url}/sign-in`, {
    method: "POST",
    redirect: "manual",
    body: new URLSearchParams({ email: "robin@example.org", password: PASSWORD, next: "/" }),
  });
  const cookie = answer.headers.getSetCookie().map((line) => line.split(";")[0]).join("; ");
  if (answer.status !== 303 || !cookie) throw new Error(`signing in gave ${answer.status}`);
  return cookie;
}

/** Milliseconds from the request to the last byte, for each of some requests after one that is not counted. */
async function times(url, cookie, end) {
  const samples = [];
  for (let turn = 0; turn <= ROUNDS; turn += 1) {
    const began = performance.now();
    const answer = await fetch(url, { headers: { cookie }, redirect: "manual" });
    const text = await answer.text();
    if (turn > 0) samples.push(performance.now() - began);
    if (!answer.ok || !text.endsWith(end)) throw new Error(`${url}: ${answer.status}, ${text.length} letters`);
  }
  return samples;
}
