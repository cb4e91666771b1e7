// Handing in a lab: what comes of it on a real engine, and that nothing is lost or graded twice.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { AxeBuilder } from "@axe-core/playwright";

import { ROOT } from "../../support/server.mjs";
import { expect, test, testOnOwnServer, type Page } from "../support/fixtures.ts";
import type { Lab } from "../support/lab.ts";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const SHOTS = "../../test-results/screens";
const GRADED = { timeout: 120_000 };

const solution = (path: string) =>
  readFileSync(join(ROOT, "content/docker/04-dockerfile/labs/production-dockerfile/solution", path), "utf8");

interface Submission {
  id: string;
  state: string;
  score: number;
  max_score: number;
  fault?: string;
  checks: { id: string; title: string; state: string; hidden: boolean; expected: string; found: string }[];
}

/** Starts a lab and gives it these files. */
async function start(page: Page, lab: Lab, name: string, files: Record<string, string> = {}): Promise<string> {
  await lab.open(name);
  const answer = page.waitForResponse((answer) => answer.url().endsWith("/session") && answer.request().method() === "POST");
  await lab.start();
  const { id } = (await (await answer).json()) as { id: string };
  for (const [path, data] of Object.entries(files)) {
    const put = await page.request.put(`/api/v1/sessions/${id}/files/${path}`, { data });
    expect(put.status(), path).toBe(204);
  }
  return `/api/v1/sessions/${id}`;
}

const area = (page: Page) => page.getByRole("region", { name: "Instructions" }).locator(".hand-in");
const handIn = (page: Page) => area(page).getByRole("button", { name: "Hand in", exact: true });

async function graded(page: Page, id: string): Promise<Submission> {
  let seen: Submission | undefined;
  await expect(async () => {
    const answer = await page.request.get(`/api/v1/submissions/${id}`);
    seen = (await answer.json()) as Submission;
    expect(["graded", "error"]).toContain(seen.state);
  }).toPass(GRADED);
  if (!seen) throw new Error("it was not seen");
  return seen;
}

test("files alone are graded in a fresh machine, hidden checks too", async ({ page, lab, watch }) => {
  test.setTimeout(240_000);
  watch.expect(/409 for POST/, /status of 409/);
  // Nothing is built in the learner's own machine.
  const session = await start(page, lab, "production-dockerfile", { "tides/Dockerfile": solution("Dockerfile") });
  await expect(area(page)).toBeVisible();
  await expect(area(page)).toContainText("Practice: graded in the same way");
  await expect(area(page)).toContainText("1 check that you do not see here counts too");
  await area(page).getByText("What is handed in").click();
  await expect(area(page).locator(".hand-in-files")).toContainText("tides/Dockerfile");
  const posted = page.waitForResponse((answer) => answer.url().endsWith("/submit"));
  await handIn(page).click();
  const answer = await posted;
  expect(answer.status()).toBe(202);
  const { id, state } = (await answer.json()) as Submission;
  expect(["queued", "grading"]).toContain(state);
  const again = await page.request.post(`${session}/submit`);
  expect(again.status(), "one at a time").toBe(409);
  await expect(area(page).getByRole("status")).toHaveText("9 of 10 points", GRADED);
  const hidden = area(page).locator(".graded-checks li", { hasText: "A hidden check" });
  await expect(hidden).toContainText("Passed");
  // The question is not answered: that is the point that is missing.
  await expect(area(page).locator(".graded-checks li[data-state=fail]")).toHaveCount(1);

  const result = await graded(page, id);
  const secret = result.checks.find((check) => check.hidden);
  expect(secret).toMatchObject({ id: "", title: "A hidden check", expected: "", found: "", state: "pass" });
  for (const scheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    await area(page).scrollIntoViewIfNeeded();
    const found = await new AxeBuilder({ page }).include(".hand-in").withTags(RULES).analyze();
    expect(found.violations.map((one) => [one.id, one.nodes.map((node) => node.html)])).toEqual([]);
    await page.screenshot({ path: `${SHOTS}/hand-in-${scheme}.png` });
  }

  // One that cannot be built is a wrong answer, with the builder's words.
  const broken = await page.request.put(`${session}/files/tides/Dockerfile`, { data: "FROM python:3.13-slim\nRUN no-such-command\n" });
  expect(broken.status()).toBe(204);
  await handIn(page).click();
  await expect(area(page).getByRole("status")).toHaveText("0 of 10 points", GRADED);
  await expect(area(page).locator(".hand-in-note")).toContainText("no-such-command: not found");

  await area(page).getByText("Handed in before").click();
  await expect(area(page).locator(".hand-in-earlier li")).toHaveCount(2);
  await page.goto(`/submissions/${id}`);
  await expect(page.getByText("9 of 10 points")).toBeVisible();
  await expect(page.getByText("What it looks at is not told.")).toBeVisible();
  const found = await new AxeBuilder({ page }).withTags(RULES).analyze();
  expect(found.violations.map((one) => [one.id, one.nodes.map((node) => node.html)])).toEqual([]);
  await page.screenshot({ path: `${SHOTS}/submission.png`, fullPage: true });
});

test("a lab without a script is graded as it stands, also when its session ends at once", async ({ page, lab }) => {
  test.setTimeout(180_000);
  const session = await start(page, lab, "hello-container");
  await lab.run("docker run --name first hello-world");
  await lab.passes("first-ran");
  const answer = await page.request.post(`${session}/submit`, { data: {} });
  expect(answer.status()).toBe(202);
  const { id } = (await answer.json()) as Submission;
  expect([200, 202, 204]).toContain((await page.request.delete(session)).status());
  const result = await graded(page, id);
  expect(result.state, result.fault).toBe("graded");
  expect(result.score).toBeGreaterThan(0);
  expect(result.score).toBeLessThan(result.max_score);
  expect(result.checks.find((check) => check.id === "first-ran")?.state).toBe("pass");
});

testOnOwnServer("a server that is killed while it grades goes on when it is back, and grades once", async ({ page, lab, server, watch }) => {
  test.setTimeout(240_000);
  watch.expect(/ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|ERR_INCOMPLETE|WebSocket|failed: GET/);
  await start(page, lab, "production-dockerfile", { "tides/Dockerfile": solution("Dockerfile") });
  const posted = page.waitForResponse((answer) => answer.url().endsWith("/submit"));
  await handIn(page).click();
  const { id } = (await (await posted).json()) as Submission;
  const sandboxes = () =>
    execFileSync("docker", ["ps", "--quiet", "--filter", `label=drydock.grading=${id}`])
      .toString()
      .trim();
  // In the middle of it: its sandbox is there.
  await expect(() => expect(sandboxes()).not.toBe("")).toPass({ timeout: 60_000 });
  await server.end("SIGKILL");
  const left = sandboxes();
  expect(left).not.toBe("");
  await server.run();
  const result = await graded(page, id);
  expect(result.state, result.fault).toBe("graded");
  expect(result.score).toBe(9);
  // The page has waited for it.
  await expect(area(page).getByRole("status")).toHaveText("9 of 10 points", { timeout: 60_000 });
  await expect(() => expect(sandboxes()).toBe("")).toPass({ timeout: 60_000 });
  const { submissions } = (await (await page.request.get(`${await sessionOf(page)}/submissions`)).json()) as { submissions: unknown[] };
  expect(submissions).toHaveLength(1);
});

/** The session of the page's lab. */
async function sessionOf(page: Page): Promise<string> {
  const answer = await page.request.post("/api/v1/labs/docker/production-dockerfile/session");
  return `/api/v1/sessions/${((await answer.json()) as { id: string }).id}`;
}
