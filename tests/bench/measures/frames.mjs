// How smooth a lab's page is while a container prints: frames a second with terminal, editor and builds open, against
// the same page at rest.

import { chromium } from "playwright-core";

import { row } from "../lib/table.mjs";

const LAB = "first-image";
const MEGABYTES = 10;
/** A little under 60: the clock of the frames and ours differ. */
const TARGET = 58;
// As in tests/e2e/playwright.config.ts.
const FLAGS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"];

const screen = (page) => page.locator(".terminal[role=tabpanel]:visible").evaluate((element) => element.screenText());

async function until(what, look) {
  const deadline = Date.now() + 120_000;
  while (!(await look())) {
    if (Date.now() > deadline) throw new Error(`${what}: not within two minutes`);
    await new Promise((done) => setTimeout(done, 100));
  }
}

/** Frames a second, and the longest time between two, from now until the function given back is called. */
async function count(page) {
  await page.evaluate(() => {
    const frames = { at: [], on: true };
    globalThis.frames = frames;
    const next = (time) => {
      frames.at.push(time);
      if (frames.on) requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
  });
  return () =>
    page.evaluate(() => {
      const { at } = globalThis.frames;
      globalThis.frames.on = false;
      const gaps = at.slice(1).map((time, index) => time - at[index]);
      return { rate: (1000 * gaps.length) / (at.at(-1) - at[0]), longest: Math.max(...gaps), seconds: (at.at(-1) - at[0]) / 1000 };
    });
}

export async function frames({ server, progress }) {
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: FLAGS });
  let session;
  let page;
  try {
    page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    page.on("response", async (response) => {
      if (response.request().method() === "POST" && response.url().endsWith("/session")) session = (await response.json()).id;
    });
    await page.goto(`${server.url}/courses/docker/labs/${LAB}`);
    await page.getByRole("button", { name: "Start the lab", exact: true }).click();
    await until("a prompt", async () => /# ?$/.test(await screen(page).catch(() => "")));
    for (const key of ["Control+2", "Control+4", "Control+1"]) await page.keyboard.press(key);
    await until("editor and builds are open", () => page.locator("#pane-editor:visible, #pane-builds:visible").count().then((open) => open === 2));

    const still = await count(page);
    await new Promise((done) => setTimeout(done, 3_000));
    const rest = await still();

    await page.locator(".terminal[role=tabpanel]:visible").click();
    const stop = await count(page);
    const line = "a line of output as a build or a server would print it, long enough to be wrapped or nearly so";
    await page.keyboard.type(`docker run --rm python:3.13-slim sh -c 'yes "${line}" | head -c ${MEGABYTES}000000'; echo printed-''all\r`);
    await until("everything is printed", async () => (await screen(page)).includes("printed-all"));
    const busy = await stop();
    if (!(await screen(page)).includes(`${line}\n`)) throw new Error("the container did not print");
    progress(`${MEGABYTES} MB in ${busy.seconds.toFixed(1)} s, longest frame ${busy.longest.toFixed(0)} ms; at rest ${rest.rate.toFixed(1)} frames/s`);
    return [
      row({
        what: `frames a second while a container prints ${MEGABYTES} MB`,
        plain: `${rest.rate.toFixed(1)} at rest`,
        drydock: busy.rate.toFixed(1),
        ratio: busy.rate / rest.rate,
        target: "60",
        holds: busy.rate >= TARGET,
      }),
    ];
  } finally {
    if (session) await page.request.delete(`${server.url}/api/v1/sessions/${session}`);
    await browser.close();
  }
}
