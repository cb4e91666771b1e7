// The preview of a learner's web apps: it carries what apps need, and a hostile app gets at nothing of the platform.

import { createHash, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { join } from "node:path";

import { AxeBuilder } from "@axe-core/playwright";
import type { APIRequestContext } from "@playwright/test";

import { ROOT } from "../../support/server.mjs";
import { expect, test, type Page } from "../support/fixtures.ts";
import type { Lab } from "../support/lab.ts";

const LAB = "exploring-the-runtime";
const SANDBOX = "sandbox allow-scripts allow-forms allow-popups allow-modals allow-downloads";
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const SERVE = "docker run -d --name web -p 8080:8080 -v ~/app:/app python:3.13-slim python /app/server.py";

interface Session {
  id: string;
  api: string;
  /** `/preview/{token}`. */
  preview: string;
}

/** Starts a lab with the test's app among its files. */
async function start(page: Page, lab: Lab): Promise<Session> {
  await lab.open(LAB);
  const answer = page.waitForResponse((answer) => answer.url().endsWith("/session") && answer.request().method() === "POST");
  await lab.start();
  const { id } = (await (await answer).json()) as { id: string };
  const api = `/api/v1/sessions/${id}`;
  for (const file of ["server.py", "friendly.html", "hostile.html"]) {
    const data = readFileSync(join(ROOT, "tests/e2e/fixtures/preview", file));
    const put = await page.request.put(`${api}/files/app/${file}`, { data });
    expect(put.status(), file).toBe(204);
  }
  const engine = await page.request.get(`${api}/engine`);
  const { preview } = (await engine.json()) as { preview: string };
  expect(preview).toMatch(/^\/preview\/[0-9a-f]{32}$/);
  return { id, api, preview };
}

/** Announces a body of this size, sends none of it, and gives the status of the answer. */
function announce(url: URL, size: number): Promise<number | undefined> {
  return new Promise((done, fail) => {
    const asked = httpRequest(url, { method: "POST", headers: { "content-length": size } }, (answer) => {
      done(answer.statusCode);
      asked.destroy();
    });
    asked.on("error", fail);
    asked.flushHeaders();
  });
}

/** Waits until the app answers. */
async function serves(request: APIRequestContext, url: string): Promise<void> {
  await expect(async () => expect((await request.get(url)).status()).toBe(200)).toPass({ timeout: 30_000 });
}

test("an app is shown as soon as its port is published, and in a tab", async ({ page, lab, context, watch }) => {
  test.setTimeout(120_000);
  // The tab asks the site for an icon on the app's behalf; it is not given to a page of another origin.
  watch.expect(/50[234]/, /favicon\.ico/);
  await start(page, lab);
  await page.keyboard.press("Control+3");
  const pane = page.getByRole("region", { name: "Preview" });
  await expect(pane.getByText("No port is published yet")).toBeVisible();
  await page.screenshot({ path: "../../test-results/screens/preview-empty.png" });
  await lab.run(SERVE);
  await expect(pane.getByRole("button", { name: "8080 web" })).toHaveAttribute("aria-pressed", "true");
  await expect(pane.frameLocator("iframe").getByRole("heading", { name: "It works" })).toBeVisible({ timeout: 30_000 });

  const line = pane.getByRole("textbox", { name: "Address in the machine" });
  await expect(line).toHaveValue("localhost:8080/");
  await line.fill("localhost:8080/friendly.html");
  await line.press("Enter");
  const report = pane.frameLocator("iframe").locator("#report");
  await expect(report).not.toHaveText("not yet", { timeout: 20_000 });
  const friendly = JSON.parse(await report.innerText()) as Record<string, unknown>;
  expect(friendly["host"]).toBe("localhost:8080");
  expect(friendly["prefix"]).toMatch(/^\/preview\/[0-9a-f]{32}\/8080$/);
  expect(friendly["put"]).toBe(7);
  expect(friendly["messages"]).toEqual(["http://localhost:8080", 70000]);

  for (const theme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
    await page.screenshot({ path: `../../test-results/screens/preview-${theme}.png` });
    const { violations } = await new AxeBuilder({ page }).withTags(RULES).include("#pane-preview").exclude("iframe").analyze();
    expect.soft(violations, theme).toEqual([]);
  }

  const opened = context.waitForEvent("page");
  await pane.getByRole("link", { name: "Open in a tab" }).click();
  const tab = await opened;
  await expect(tab.getByRole("heading", { name: "A friendly page" })).toBeVisible();
  await expect(tab.locator("#report")).toContainText('"put":7');
});

test("requests and answers pass whole: bodies, streams, redirects and headers", async ({ page, lab }) => {
  test.setTimeout(120_000);
  const { preview } = await start(page, lab);
  await lab.run(SERVE);
  const app = `${preview}/8080`;
  await serves(page.request, `${app}/`);

  const data = randomBytes(8 * 1024 * 1024);
  const sent = await page.request.post(`${app}/echo`, { data });
  expect(await sent.json()).toEqual({ size: data.length, sha256: createHash("sha256").update(data).digest("hex") });
  expect(await announce(new URL(`${app}/echo`, page.url()), 33 * 1024 * 1024)).toBe(413);

  const big = await page.request.get(`${app}/big?size=${64 * 1024 * 1024}`, { timeout: 60_000 });
  expect((await big.body()).length).toBe(64 * 1024 * 1024);

  const stream = await fetch(new URL(`${app}/stream`, page.url()));
  const reader = stream.body!.pipeThrough(new TextDecoderStream()).getReader();
  expect((await reader.read()).value).toBe("first\n");
  await lab.run("docker exec web touch /tmp/go");
  expect((await reader.read()).value).toBe("second\n");

  const redirect = await page.request.get(`${app}/redirect`, { maxRedirects: 0 });
  expect(redirect.headers()["location"]).toBe(`${app}/headers?from=redirect`);
  // Requests of this context carry the platform's cookie; the app gets none of it.
  const headers = (await (await page.request.get(`${app}/headers`, { headers: { authorization: "Basic eA==", referer: page.url() } })).json()) as object;
  expect(Object.keys(headers)).not.toEqual(expect.arrayContaining([expect.stringMatching(/cookie|authorization|referer/)]));

  const greedy = await page.request.get(`${app}/greedy`);
  for (const name of ["set-cookie", "clear-site-data", "service-worker-allowed", "strict-transport-security", "www-authenticate", "access-control-allow-credentials"]) {
    expect(greedy.headers()[name], name).toBeUndefined();
  }
  expect(greedy.headers()["access-control-allow-origin"]).toBe("*");
});

test("every answer below /preview has an opaque origin, refusals too", async ({ page, lab }) => {
  test.setTimeout(90_000);
  const { preview } = await start(page, lab);
  await lab.run(SERVE);
  await serves(page.request, `${preview}/8080/`);
  const upgrade = { connection: "Upgrade", upgrade: "websocket", "sec-websocket-version": "13", "sec-websocket-key": "x" };
  const answers: [string, string, string, Record<string, string>, number][] = [
    ["a page", "GET", `${preview}/8080/`, {}, 200],
    ["the app's 404", "GET", `${preview}/8080/none`, {}, 404],
    ["a page with a policy of its own", "GET", `${preview}/8080/greedy`, {}, 200],
    ["a redirect of the app", "GET", `${preview}/8080/redirect`, {}, 302],
    ["a redirect of ours", "GET", `${preview}/8080`, {}, 308],
    ["a closed port", "GET", `${preview}/8099/`, { accept: "text/html" }, 502],
    ["a WebSocket to a closed port", "GET", `${preview}/8099/`, upgrade, 502],
    ["no HTTP", "GET", `${preview}/8080/nonsense`, {}, 502],
    ["an unknown token", "GET", `/preview/${"0".repeat(32)}/8080/`, { accept: "text/html" }, 404],
    ["no token", "GET", "/preview/", {}, 404],
    ["a preflight", "OPTIONS", `${preview}/8080/`, { "access-control-request-method": "PUT", origin: "null" }, 204],
    ["a script for the platform's page", "GET", `${preview}/8080/sw.js`, { "sec-fetch-site": "same-origin", "sec-fetch-dest": "script" }, 403],
    ["a service worker", "GET", `${preview}/8080/sw.js`, { "service-worker": "script" }, 403],
    ["the style of our pages", "GET", "/preview/page.css", {}, 200],
  ];
  for (const [what, method, url, headers, status] of answers) {
    const answer = await page.request.fetch(url, { method, headers, maxRedirects: 0 });
    expect.soft(answer.status(), what).toBe(status);
    const policies = answer.headersArray().filter(({ name }) => name.toLowerCase() === "content-security-policy");
    expect.soft(policies.map(({ value }) => value), what).toContain(SANDBOX);
    expect.soft(answer.headers()["referrer-policy"], what).toBe("no-referrer");
    expect.soft(answer.headers()["cross-origin-opener-policy"], what).toBe("unsafe-none");
  }
});

test("a port that does not answer says what to look at", async ({ page, lab, watch }) => {
  test.setTimeout(120_000);
  watch.expect(/50[234]/);
  const { preview } = await start(page, lab);
  const look = async (port: number) => {
    const answer = await page.request.get(`${preview}/${port}/`, { headers: { accept: "text/html" } });
    expect(answer.status()).toBe(502);
    return (await answer.text()).replaceAll(/<\/?code>/g, "`");
  };
  expect(await look(8080)).toContain("Nothing is published on port 8080");
  await lab.run("docker run -d --name inside -p 8081:8080 -e HOST=127.0.0.1 -v ~/app:/app python:3.13-slim python /app/server.py");
  await expect(async () => expect(await look(8081)).toContain("`inside` listens to itself only")).toPass({ timeout: 20_000 });
  expect(await look(8080)).toContain("Ports that are published now: 8081");
  await lab.run("docker run -d --name wrong -p 8082:80 -v ~/app:/app python:3.13-slim python /app/server.py");
  await expect(async () => expect(await look(8082)).toContain("It does listen on port 8080: was `-p 8082:8080` meant?")).toPass({ timeout: 20_000 });
  await lab.run("docker run -d --name gone -p 8083:80 python:3.13-slim sh -c 'exit 3'");
  await expect(async () => {
    const said = await look(8083);
    expect(said).toContain("exit code 3");
    expect(said).toContain("docker logs gone");
  }).toPass({ timeout: 20_000 });
  await page.keyboard.press("Control+3");
  const pane = page.getByRole("region", { name: "Preview" });
  await pane.getByRole("button", { name: "8081 inside" }).click();
  await expect(pane.frameLocator("iframe").getByRole("heading", { name: "inside listens to itself only" })).toBeVisible();
  await page.screenshot({ path: "../../test-results/screens/preview-trouble.png" });
});

/** What a page that is kept apart reports of each attempt. */
function refusals(report: Record<string, string>, framed: boolean): void {
  expect.soft(report["origin"]).toBe("null");
  for (const name of ["cookie", "set cookie", "local storage", "session storage", "database", "caches", "service worker"]) {
    expect.soft(report[name], name).toMatch(/^refused: /);
  }
  for (const name of ["read session", "read engine", "read files", "read page", "read without cors", "reset", "end", "write a file"]) {
    // An answer without CORS cannot be read (`opaque 0`); any other is no answer at all.
    expect.soft(report[name], name).toMatch(/^refused: TypeError$/);
  }
  // These are sent; that they had no effect is seen in the machine.
  expect.soft(report["reset without cors"]).toMatch(/^refused: TypeError$/);
  expect.soft(report["beacon"]).toBe("true");
  expect.soft(report["form"]).toBe("sent");
  expect.soft(report["terminal"]).toBe("refused");
  expect.soft(report["events"]).toBe("refused");
  for (const name of ["parent", "top address", "top navigation"]) {
    expect.soft(report[name], name).toBe(framed ? "refused: SecurityError" : "no parent");
  }
  expect.soft(report["opener"]).toBe("no opener");
  expect.soft(report["worker of the site"]).toMatch(/^refused/);
  expect.soft(report["script of the site"]).toBe("refused");
  expect.soft(report["other preview"]).toContain("404");
  expect.soft(report["other preview by id"]).toContain("404");
  expect.soft(report["frame a lab"]).toBe("closed");
  expect.soft(report["popup"]).toMatch(/^refused/);
}

test("a hostile page reads no cookie, calls no API, and reaches no other session", async ({ page, lab, watch, browser, baseURL }) => {
  test.setTimeout(180_000);
  // All of what it tries ends in the console.
  watch.expect(/./);
  const { id, api, preview } = await start(page, lab);
  await lab.run(SERVE);
  await serves(page.request, `${preview}/8080/`);

  // Another learner, with a session of the same lab.
  const stranger = await browser.newContext(baseURL ? { baseURL } : {});
  try {
    const theirs = await stranger.request.post(`/api/v1/labs/docker/${LAB}/session`);
    expect(theirs.status()).toBe(201);
    const other = (await theirs.json()) as { id: string };
    await test.step("another learner is not told the address of the preview", async () => {
      expect((await stranger.request.get(`${api}/engine`)).status()).toBe(404);
      expect((await page.request.get(`/api/v1/sessions/${other.id}/engine`)).status()).toBe(404);
    });
    const address = `/hostile.html?session=${id}&lab=${LAB}&other=${other.id.replaceAll("-", "")}`;

    await test.step("in the pane", async () => {
      const where = page.url();
      await page.keyboard.press("Control+3");
      const line = page.getByRole("textbox", { name: "Address in the machine" });
      await line.fill(`localhost:8080${address}`);
      await line.press("Enter");
      const report = page.frameLocator("#pane-preview iframe").locator("#report[data-done]");
      await expect(report).toBeAttached({ timeout: 60_000 });
      refusals(JSON.parse(await report.innerText()) as Record<string, string>, true);
      expect(page.url(), "the page was not led away").toBe(where);
      for (const frame of page.frames()) {
        if (frame === page.mainFrame()) continue;
        expect(await frame.locator(".lab-page").count(), `a lab in a frame: ${frame.url()}`).toBe(0);
      }
    });

    await test.step("in a tab of its own", async () => {
      const tab = await page.context().newPage();
      await tab.goto(`${preview}/8080${address}`);
      const report = tab.locator("#report[data-done]");
      await expect(report).toBeAttached({ timeout: 60_000 });
      refusals(JSON.parse(await report.innerText()) as Record<string, string>, false);
      // A visit from the address line brings the cookie along; the app does not get it.
      await tab.goto(`${preview}/8080/headers`);
      expect(await tab.locator("body").innerText()).not.toMatch(/cookie/i);
      await tab.goto(`${preview}/8080/greedy`);
      expect(await tab.evaluate(() => self.origin)).toBe("null");
      await tab.close();
    });

    await test.step("nothing came of it", async () => {
      const session = (await (await page.request.get(api)).json()) as { state: string };
      expect(session.state).toBe("ready");
      // A reset or an end would have taken the container; a terminal or a file would have left a trace.
      expect(await lab.run("docker ps --format '{{.Names}}' | grep -cx web")).toMatch(/^1/);
      expect((await page.request.get(`${api}/files/evil.txt`)).status()).toBe(404);
      const cookies = await page.context().cookies();
      expect(cookies.map(({ name, httpOnly }) => ({ name, httpOnly }))).toEqual([{ name: "drydock", httpOnly: true }]);
      expect(cookies[0]?.value).not.toMatch(/stolen|mine/);
      const workers = await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length);
      expect(workers).toBe(0);
    });

    await test.step("with the session its preview is over", async () => {
      expect((await page.request.delete(api)).status()).toBe(200);
      const over = await page.request.get(`${preview}/8080/`, { headers: { accept: "text/html" } });
      expect(over.status()).toBe(404);
      expect(await over.text()).toContain("This preview is over");
    });
    expect((await stranger.request.delete(`/api/v1/sessions/${other.id}`)).status()).toBe(200);
  } finally {
    await stranger.close();
  }
});
