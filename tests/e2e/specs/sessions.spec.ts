// The life of a lab session: two clicks to a prompt, and nothing lost on the way.

import type { WebSocketRoute } from "@playwright/test";

import { course } from "../support/course.ts";
import { expect, test, testOnOwnServer } from "../support/fixtures.ts";

test("from the front page to a prompt in two clicks", async ({ page, lab }) => {
  await page.goto("/");
  await page.getByRole("link", { name: /^start/i }).first().click();
  await lab.start();
  await page.screenshot({ path: "../../test-results/screens/lab-ready.png" });
  expect(await lab.run("docker version --format '{{.Server.Os}}'")).toContain("linux");
});

test("a reload keeps the shell and its screen", async ({ page, lab }) => {
  await lab.open("exploring-the-runtime");
  await lab.start();
  await lab.run("kept=here; cd /tmp; echo seen-before-the-reload");
  await page.reload();
  await lab.ready();
  expect(await lab.screen()).toContain("\nseen-before-the-reload");
  expect(await lab.run("echo still-$kept-in-$PWD")).toContain("still-here-in-/tmp");
});

test("a dropped connection is said, and mended without losing the screen", async ({ page, lab, watch }) => {
  watch.expect(/WebSocket/);
  const open: WebSocketRoute[] = [];
  let cut = false;
  await page.routeWebSocket(/\/terminals\/1/, (socket) => {
    if (cut) {
      void socket.close();
      return;
    }
    open.push(socket);
    socket.connectToServer();
  });
  await lab.open("exploring-the-runtime");
  await lab.start();
  await lab.run("kept=here; echo seen-before-the-drop");
  cut = true;
  for (const socket of open.splice(0)) await socket.close();
  await expect(page.getByText(/reconnecting/i).first()).toBeVisible();
  expect(await lab.screen()).toContain("seen-before-the-drop");
  await page.screenshot({ path: "../../test-results/screens/lab-reconnecting.png" });
  cut = false;
  await expect(page.getByText(/reconnecting/i)).toBeHidden({ timeout: 30_000 });
  expect(await lab.run("echo still-$kept")).toContain("still-here");
});

test("a second terminal is another shell on the same machine", async ({ page, lab }) => {
  await lab.open("exploring-the-runtime");
  await lab.start();
  await lab.run("echo from-the-first > ~/shared.txt");
  await page.getByRole("button", { name: "Open another terminal" }).click();
  await lab.prompt();
  expect(await lab.run("cat ~/shared.txt")).toContain("from-the-first");
  await page.getByRole("tab", { name: /terminal 1/i }).click();
  expect(await lab.screen()).toContain("from-the-first >");
});

test("a reset asks once and gives a fresh machine", async ({ page, lab }) => {
  await lab.open("exploring-the-runtime");
  await lab.start();
  await lab.run("docker run --name explorer -d python:3.13-slim sleep 600");
  await lab.passes("explorer-made");
  await page.getByRole("button", { name: "Reset", exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Reset the lab" }).click();
  await expect(lab.check("explorer-made")).not.toHaveAttribute("data-state", "pass", { timeout: 30_000 });
  await lab.ready();
  expect(await lab.run("docker ps -aq | wc -l")).toMatch(/^0\s/);
});

test("a failing check says what was expected and what was found", async ({ lab }) => {
  await lab.open("first-image");
  await lab.start();
  await lab.run("cd hello && printf 'FROM debian:trixie-slim\\n' > Dockerfile");
  const check = lab.check("dockerfile-written");
  await expect(check).toHaveAttribute("data-state", "fail", { timeout: 20_000 });
  await expect(check).toContainText(/python:3/);
  await expect(check).toContainText(/debian:trixie-slim|Dockerfile/);
});

testOnOwnServer("a crash of the server loses neither the sandbox nor the screen nor the progress", async ({
  page,
  lab,
  server,
  watch,
}) => {
  test.setTimeout(120_000);
  watch.expect(/WebSocket|ERR_|Failed to load resource|50[23]/);
  await lab.open("exploring-the-runtime");
  await lab.start();
  await lab.run("kept=here; docker run -d --name explorer python:3.13-slim sleep 600");
  await lab.passes("explorer-made");

  await server.end("SIGKILL");
  await expect(page.getByText(/reconnecting/i).first()).toBeVisible();
  await server.run();
  await expect(page.getByText(/reconnecting/i)).toBeHidden({ timeout: 45_000 });
  expect(await lab.run("echo still-$kept")).toContain("still-here");
  expect(await lab.run("docker ps --format '{{.Names}}'")).toContain("explorer");

  await page.reload();
  await lab.ready();
  expect(await lab.screen()).toContain("still-here");
  await lab.passes("explorer-made");
});

testOnOwnServer.describe("without a Docker engine", () => {
  testOnOwnServer.use({ settings: { DOCKER_HOST: "unix:///nonexistent/docker.sock" } });

  testOnOwnServer("lessons, questions and progress work", async ({ page, request }) => {
    const [lesson] = (await course(request)).lessons;
    await page.goto(lesson!.path);
    const quiz = page.locator(".quiz", { has: page.locator("button.choice") }).first();
    await expect(quiz).toHaveAttribute("data-hydrated", "true");
    await quiz.locator("button.choice").first().click();
    await expect(quiz.locator("button.choice").first()).toHaveAttribute("data-state", /right|wrong/);
    await page.getByRole("button", { name: "Mark as done" }).click();
    await expect(page.getByRole("button", { name: "Done" })).toHaveAttribute("aria-pressed", "true");
    await page.reload();
    await expect(page.getByRole("button", { name: "Done" })).toHaveAttribute("aria-pressed", "true");
  });

  testOnOwnServer("a lab says what is wrong and what mends it", async ({ page, watch }) => {
    watch.expect(/503/);
    await page.goto("/courses/docker/labs/exploring-the-runtime");
    await expect(page.locator("main")).toContainText(/no docker engine|engine.*(not|cannot)/i);
    await expect(page.locator("main")).toContainText("/nonexistent/docker.sock");
    await page.screenshot({ path: "../../test-results/screens/lab-without-engine.png", fullPage: true });
    const answer = await page.request.post("/api/v1/labs/docker/exploring-the-runtime/session");
    expect(answer.status()).toBe(503);
    expect(answer.headers()["retry-after"]).toBeTruthy();
    expect((await answer.json()).detail).toBeTruthy();
  });
});
