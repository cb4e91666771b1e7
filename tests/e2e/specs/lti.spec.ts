// Learning platforms: registered by an operator, linked by a teacher, used by students. The platform is a real server
// of another site, with pages that frame ours.

import { execFileSync } from "node:child_process";
import { join } from "node:path";

import { AxeBuilder } from "@axe-core/playwright";

import { ROOT, type Server } from "../../support/server.mjs";
import { expect, testOnOwnServer, type Page } from "../support/fixtures.ts";
import { ADA, Platform, TESS } from "../support/platform.ts";

const BINARY = process.env.BINARY_UNDER_TEST ?? join(process.env.CARGO_TARGET_DIR ?? join(ROOT, "target"), "debug/drydock");
const PASSWORD = "correct horse battery staple";

const test = testOnOwnServer.extend<{ platform: Platform }>({
  platform: async ({ server }, use) => {
    const platform = await Platform.start(server.url);
    await use(platform);
    await platform.stop();
  },
});

/** Runs a command on the server's data. */
function drydock(server: Server, args: string[], input = ""): string {
  return execFileSync(BINARY, args, { cwd: ROOT, input, stdio: ["pipe", "pipe", "ignore"], env: { ...process.env, DRYDOCK_DATA: server.data }, encoding: "utf8" });
}

function register(server: Server, platform: Platform): void {
  const flags = Object.entries(platform.registration).map(([name, value]) => `--${name.replace("_", "-")}=${value}`);
  drydock(server, ["platform", "add", ...flags]);
}

async function signIn(page: Page, server: Server, role: string): Promise<void> {
  drydock(server, ["user", "add", "me@example.edu", "--name", "Olive", "--role", role]);
  drydock(server, ["user", "passwd", "me@example.edu"], `${PASSWORD}\n`);
  await page.goto("/sign-in");
  await page.getByLabel("E-mail").fill("me@example.edu");
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("main").getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("link", { name: "Olive" })).toBeVisible();
}

async function accessible(page: Page, name: string): Promise<void> {
  for (const colorScheme of ["dark", "light"] as const) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: `../../test-results/screens/lti-${name}-${colorScheme}.png`, fullPage: true });
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations).toEqual([]);
  }
}

test.describe("without scripts", () => {
  test.use({ javaScriptEnabled: false });

  test("an operator registers a platform, sees what to enter there, and removes it", async ({ page, server, platform, watch }) => {
    watch.expect(/^422 for POST/, /status of 422/);
    await signIn(page, server, "operator");
    await page.goto("/platforms");
    await expect(page.getByText("No platform is registered yet")).toBeVisible();
    await expect(page.getByText(`${server.url}/lti/login`)).toBeVisible();
    const fields = { ...platform.registration, jwks_url: "http://10.0.0.1/keys" };
    const type = async (values: Record<string, string>) => {
      for (const [name, value] of Object.entries(values)) await page.locator(`[name="${name}"]`).fill(value);
      await page.getByRole("button", { name: "Register" }).click();
    };
    await type(fields);
    await expect(page.getByRole("alert")).toContainText("must begin with https://");
    await expect(page.locator('[name="issuer"]')).toHaveValue(platform.url);
    await type({ jwks_url: platform.registration.jwks_url });
    await expect(page.getByRole("status")).toHaveText("Moodle is registered.");
    await page.getByRole("button", { name: "Make a new key" }).click();
    await expect(page.getByRole("status")).toContainText("A new key signs");
    await page.getByRole("button", { name: "Remove" }).click();
    await expect(page.getByText("No platform is registered yet")).toBeVisible();
  });
});

test("the page of platforms is accessible, empty and full", async ({ page, server, platform }) => {
  await signIn(page, server, "operator");
  await page.goto("/platforms");
  await accessible(page, "platforms-empty");
  register(server, platform);
  await page.reload();
  await expect(page.getByRole("heading", { name: "Moodle" })).toBeVisible();
  await accessible(page, "platforms");
});

test("a teacher picks a lab inside the platform's page, and a student opens it in a tab of its own", async ({
  page,
  context,
  server,
  platform,
}) => {
  register(server, platform);
  platform.person = TESS;
  await page.goto(`${platform.url}/framed?kind=pick`);
  const frame = page.frameLocator("iframe");
  await expect(frame.getByRole("heading", { name: "Pick content" })).toBeVisible();
  await accessible(page, "pick");
  await frame.getByRole("checkbox", { name: /^Lab Build your first image/ }).check();
  await frame.getByRole("button", { name: "Add to the course" }).click();
  await expect(frame.getByRole("heading", { name: "Added to the course" })).toBeVisible();
  expect(platform.picked).toMatchObject([
    { type: "ltiResourceLink", url: `${server.url}/courses/docker/labs/first-image`, custom: { drydock_item: "lab/docker/first-image" } },
  ]);

  platform.person = ADA;
  await page.goto(`${platform.url}/framed?kind=open`);
  const button = frame.getByRole("link", { name: "Open in a new tab" });
  await expect(button).toBeVisible();
  await accessible(page, "button");
  const [lab] = await Promise.all([context.waitForEvent("page"), button.click()]);
  await lab.waitForURL(`${server.url}/courses/docker/labs/first-image`);
  await expect(lab.getByRole("link", { name: "Ada Learner" })).toBeVisible();
  await lab.close();

  // A window of its own from the beginning: no button is needed.
  await page.goto(`${platform.url}/course`);
  const [again] = await Promise.all([context.waitForEvent("page"), page.getByRole("link", { name: "First image" }).click()]);
  await again.waitForURL(`${server.url}/courses/docker/labs/first-image`);
  await expect(again.getByRole("heading", { name: "Build your first image" })).toBeVisible();
});

test("what a student has goes to the platform's gradebook, and the teacher sees what did not", async ({ browser, page, server, platform }) => {
  register(server, platform);
  platform.picked = [
    { url: `${server.url}/courses/docker/lessons/layer-model`, custom: { drydock_item: "lesson/docker/layer-model" } },
  ];
  platform.takesScores = false;
  await page.goto(`${platform.url}/start?kind=open`);
  await page.waitForURL(`${server.url}/courses/docker/lessons/layer-model`);
  await page.getByRole("button", { name: "Mark as done" }).click();
  await expect(page.getByRole("button", { name: "Done", exact: true })).toBeVisible();

  platform.person = TESS;
  const teacher = await browser.newContext({ baseURL: server.url });
  const book = await teacher.newPage();
  await book.goto(`${platform.url}/start?kind=open`);
  await book.waitForURL(`${server.url}/courses/docker/lessons/layer-model`);
  await book.goto("/classes");
  await book.getByRole("link", { name: "Containers 101" }).click();
  await book.getByRole("link", { name: "Grades", exact: true }).click();
  await expect(async () => {
    await book.reload();
    await expect(book.getByText("A score was not taken")).toBeVisible({ timeout: 500 });
  }).toPass({ timeout: 30_000 });
  await book.getByRole("link", { name: "See why" }).click();
  await expect(book.getByRole("row", { name: /Ada Learner/ })).toContainText("503 Service Unavailable: Closed for the night");
  await accessible(book, "scores");

  platform.takesScores = true;
  await book.getByRole("button", { name: "Send them again now" }).click();
  await expect.poll(() => platform.scores, { timeout: 30_000 }).toMatchObject([
    { userId: ADA.id, scoreGiven: 1, scoreMaximum: 1, activityProgress: "Completed", gradingProgress: "FullyGraded" },
  ]);
  await expect(async () => {
    await book.reload();
    await expect(book.getByText("Every score was taken")).toBeVisible({ timeout: 500 });
  }).toPass({ timeout: 30_000 });
  await teacher.close();
});

test("who is signed in is asked whether the platform's person is them", async ({ page, server, platform }) => {
  register(server, platform);
  await signIn(page, server, "student");
  await page.goto(`${platform.url}/start?kind=open`);
  await expect(page.getByRole("heading", { name: "Is this you?" })).toBeVisible();
  await accessible(page, "ask");
  await page.getByLabel("Password of Olive").fill(PASSWORD);
  await page.getByRole("button", { name: "Go on as Olive" }).click();
  await page.waitForURL(`${server.url}/courses/docker/labs/first-image`);
  await expect(page.getByRole("link", { name: "Olive" })).toBeVisible();
});

test("a refused launch says what is wrong, in a window and in a frame", async ({ page, server, platform, watch }) => {
  watch.expect(/^403 for/, /status of 403/);
  register(server, platform);
  platform.spoil = (claims) => (claims["aud"] = "another tool");
  await page.goto(`${platform.url}/start?kind=open`);
  await expect(page.getByRole("heading", { name: "This launch was refused" })).toBeVisible();
  await expect(page.getByText("its audience is not our client id")).toBeVisible();
  await accessible(page, "refused");
  await page.goto(`${platform.url}/framed?kind=open`);
  await expect(page.frameLocator("iframe").getByText("its audience is not our client id")).toBeVisible();
});
