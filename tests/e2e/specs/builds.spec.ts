// The build lens: what each build of the learner did, step by step, and why.

import { AxeBuilder } from "@axe-core/playwright";

import { expect, test, type Page } from "../support/fixtures.ts";
import type { Lab } from "../support/lab.ts";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const SHOTS = "../../test-results/screens";

/** Two stages that take their time beside each other, and one that takes from both. */
const STAGES = `FROM busybox AS one
RUN sleep 1; echo 1 > /one
FROM busybox AS other
RUN sleep 1; echo 2 > /other
FROM busybox
COPY --from=one /one /
COPY --from=other /other /
`;

/** Fails at its third line, with names and output that try what a page would fall for. */
const HOSTILE = `FROM busybox
LABEL "<b>x</b>"="y"
RUN printf '\\033[31mred\\033[0m \\007<img src=x onerror=alert(1)>\\n'; i=0; while [ $i -lt 3000 ]; do echo "line $i of many lines"; i=$((i+1)); done; echo last words >&2; exit 3
RUN echo never
`;

/** Starts a lab, and gives it these files. */
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

/** The pane as a learner reads it. */
function lens(page: Page) {
  const pane = page.getByRole("region", { name: "Builds" });
  const rows = pane.locator(".build-stages .build-step");
  return {
    pane,
    rows,
    which: pane.getByRole("combobox", { name: "Build", exact: true }),
    other: pane.getByRole("combobox", { name: "compared with" }),
    cause: pane.locator(".build-cause"),
    row: (text: string | RegExp) => rows.filter({ has: page.locator(".build-step-name", { hasText: text }) }),
    /** Waits until build `number` is shown and has come to this end. */
    ended: async (number: number, state: string) => {
      await expect(pane.locator(".builds")).toHaveAttribute("data-state", state, { timeout: 60_000 });
      await expect(pane.getByRole("combobox", { name: "Build", exact: true }).locator("option:checked")).toHaveText(
        new RegExp(`^Build ${number} · `),
        { timeout: 30_000 },
      );
    },
  };
}

async function look(page: Page, name: string): Promise<void> {
  for (const theme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme: theme });
    await page.screenshot({ path: `${SHOTS}/builds-${name}-${theme}.png` });
    const { violations } = await new AxeBuilder({ page }).withTags(RULES).include("#pane-builds").analyze();
    expect.soft(violations, `${name}, ${theme}`).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: "light" });
}

test("builds appear as they happen, with what was cached and the file that made a step run again", async ({ page, lab }) => {
  test.setTimeout(180_000);
  const api = await start(page, lab, "layer-caching");
  const { pane, rows, row, which, other, cause, ended } = lens(page);
  const button = page.locator('.pane-bar [data-pane="builds"]');

  await test.step("a build while the pane is hidden marks its button", async () => {
    await lab.run("cd ~/report");
    await expect(button).not.toHaveAttribute("data-news", "true");
    await lab.terminal.click();
    await page.keyboard.type("docker build -t report:v1 .");
    await page.keyboard.press("Enter");
    await expect(button).toHaveAttribute("data-news", "true", { timeout: 20_000 });
    await expect(button).toHaveAccessibleName("Builds , something new");
    await button.click();
    await expect(button).not.toHaveAttribute("data-news", "true");
  });

  await test.step("its steps are there in the Dockerfile's order, the slow one while it runs", async () => {
    await expect(row("RUN pip install")).toHaveAttribute("data-state", /running|done/, { timeout: 30_000 });
    await ended(1, "done");
    await expect(rows.locator(".build-step-name")).toHaveText([
      "FROM python:3.13-slim",
      "WORKDIR /app",
      "COPY . .",
      /^RUN pip install/,
    ]);
    await expect(pane.locator(".build-outcome")).toHaveText(/^\d.* s, 0 of 3 cached$/);
    await expect(row("RUN pip install").locator(".build-verdict")).toHaveText(/^\d+(\.\d)? (ms|s)$/);
    await expect(pane.locator(".build-image-title")).toContainText(/report:v1 · 1\d\d MB/);
    // The layers: those of the base as one, then one for each step.
    await expect(pane.locator(".build-layer")).toHaveCount(4);
    await expect(pane.locator('.build-layer[data-kind="base"] .build-verdict')).toHaveText(/^1\d\d MB$/);
    await lab.prompt();
  });
  await look(page, "first");

  await test.step("its log is shown on demand, by keyboard", async () => {
    const step = row("RUN pip install");
    await step.getByRole("button").focus();
    await page.keyboard.press("Enter");
    await expect(step.locator(".build-log")).toContainText("Successfully installed");
    await expect(step.locator(".build-facts")).toHaveText(/^Line 4: RUN pip install/);
    await page.keyboard.press("Tab");
    await expect(step.locator(".build-log")).toBeFocused();
    await step.getByRole("button").press("Enter");
    await expect(step.locator(".build-log")).toBeHidden();
  });

  await test.step("the second build comes from the cache as a whole", async () => {
    await lab.run("docker build -t report:v1 .");
    await ended(2, "done");
    await expect(pane.locator('.build-stages .build-step[data-state="cached"]:not([data-base])')).toHaveCount(3);
    await expect(row("RUN pip install").locator(".build-verdict")).toHaveText(/^cached, saved \d/);
    await expect(cause).toHaveText("Against build 1, no step had to run again.");
  });

  await test.step("once its files were read, which its lines tell, the next build may come", async () => {
    await expect(row("WORKDIR").locator(".build-facts")).toHaveText(/^Line 2/, { timeout: 30_000 });
  });

  await test.step("after a change the first step that ran again is named, and the file", async () => {
    await lab.run("sed -i 's/Good morning/Good evening/' report.py && docker build -t report:v2 .");
    await ended(3, "done");
    await expect(cause).toHaveText("Against build 2, the first step that ran again is COPY . .: report.py changed.", { timeout: 20_000 });
    await expect(row("WORKDIR").locator(".build-verdict")).toHaveText("cached");
    await expect(row("COPY . .").locator(".build-reason")).toHaveText("report.py changed");
    await expect(row("RUN pip install").locator(".build-reason")).toHaveText("COPY . . before it ran again");
    await expect(pane.locator(".build-image-title")).toContainText("against build 2");
  });
  await look(page, "changed");

  await test.step("any two are compared, by keyboard", async () => {
    await page.keyboard.press("Control+4");
    await expect(which).toBeFocused();
    await page.keyboard.press("ArrowDown");
    await ended(2, "done");
    await which.press("ArrowUp");
    await ended(3, "done");
    await other.selectOption({ label: "Build 1 · report:v1" });
    await expect(cause).toHaveText("Against build 1, the first step that ran again is COPY . .: report.py changed.");
    await expect(pane.locator(".build-image-title")).toContainText("against build 1");
  });

  await test.step("they are there after the page was loaded anew", async () => {
    await page.reload();
    await lab.ready();
    await ended(3, "done");
    await expect(cause).toContainText("report.py changed");
    await expect(which.locator("option")).toHaveCount(3);
  });

  await test.step("a step that moved is no new one", async () => {
    await lab.run("sed -i -e '/^RUN/d' -e 's/^COPY . .$/COPY requirements.txt .\\nRUN pip install --no-cache-dir -r requirements.txt\\n&/' Dockerfile");
    await lab.run("docker build -t report:v3 .");
    await ended(4, "done");
    await expect(cause).toHaveText("Against build 3, the first new step is COPY requirements.txt ..");
    await expect(row("RUN pip install").locator(".build-reason")).toHaveText("COPY requirements.txt . before it is new");
    await expect(row("COPY . .").locator(".build-reason")).toContainText("RUN pip install");
    await expect(pane.locator(".build-gone")).toBeHidden();
  });

  await test.step("another learner is told of none", async () => {
    const browser = page.context().browser();
    const stranger = await browser!.newContext({ baseURL: new URL(page.url()).origin });
    for (const path of ["", "/x", "/x/steps/0/log"]) {
      expect((await stranger.request.get(`${api}/builds${path}`)).status(), path).toBe(404);
    }
    await stranger.close();
  });
});

test("a failed step points at its line and shows why, stages stand side by side", async ({ page, lab }) => {
  test.setTimeout(150_000);
  await start(page, lab, "data-that-survives", { "stages/Dockerfile": STAGES, "hostile/Dockerfile": HOSTILE });
  const { pane, row, ended } = lens(page);
  await page.keyboard.press("Control+4");
  await expect(pane.getByText("each build appears here as it happens")).toBeVisible();

  await test.step("stages side by side, with one scale", async () => {
    await lab.run("docker build -t stages stages");
    await ended(1, "done");
    const stages = pane.locator(".build-stage");
    await expect(stages.locator(".build-stage-name")).toHaveText(["one", "other", "stage-2"]);
    const [one, other] = await Promise.all([stages.nth(0).boundingBox(), stages.nth(1).boundingBox()]);
    expect(other!.y).toBe(one!.y);
    expect(other!.x).toBeGreaterThan(one!.x + one!.width - 1);
    await expect(stages.nth(1).locator(".build-step-name")).toHaveText(["FROM busybox:latest", /^RUN sleep 1/]);
    await expect(stages.nth(2).locator(".build-step-name")).toHaveText([
      "FROM busybox:latest",
      "COPY --from=one /one /",
      "COPY --from=other /other /",
    ]);
  });
  await look(page, "stages");

  await test.step("what a build prints is text and nothing else", async () => {
    await lab.run("docker build hostile >/dev/null 2>&1");
    await ended(2, "failed");
    await expect(pane.locator(".build-outcome")).toHaveText("failed at line 3");
    const failed = row("RUN printf");
    await expect(failed.locator(".build-verdict")).toHaveText("failed, line 3");
    await expect(failed.locator(".build-error")).toHaveText("The command ended with exit code 3.");
    const log = failed.locator(".build-log");
    await expect(log).toContainText("last words");
    await expect(log).toContainText("the beginning is not kept");
    // It is opened, and the end of what it printed is in sight.
    await expect(log).toBeInViewport();
    expect(await log.evaluate((element) => element.scrollHeight - element.scrollTop - element.clientHeight)).toBeLessThan(8);
    expect((await log.textContent())!.length).toBeLessThanOrEqual(66_000);
    await expect(pane.locator("img")).toHaveCount(0);
    await expect(row("RUN echo never").locator(".build-verdict")).toHaveText("waiting");
  });
  await look(page, "failed");

  await test.step("a Dockerfile that cannot be read is told with its line", async () => {
    await lab.run("printf 'FROM busybox\\nRUM true\\n' | docker build - >/dev/null 2>&1");
    await ended(3, "failed");
    await expect(pane.locator(".build-problem")).toContainText("unknown instruction: RUM");
    await expect(pane.locator(".build-outcome")).toHaveText("failed at line 2");
  });

  await test.step("a machine that was reset has no builds", async () => {
    await page.getByRole("button", { name: "Reset", exact: true }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Reset the lab" }).click();
    await expect(pane.getByText("each build appears here as it happens")).toBeVisible({ timeout: 30_000 });
    await lab.ready();
  });
});
