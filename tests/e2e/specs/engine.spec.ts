// The engine map: what the engine has, changing as it does.

import { AxeBuilder } from "@axe-core/playwright";

import { expect, test } from "../support/fixtures.ts";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const SHOTS = "../../test-results/screens";

test("things appear, change and vanish in the map as they do in the engine", async ({ page, lab }) => {
  test.setTimeout(150_000);
  await lab.open("data-that-survives");
  await lab.start();
  await page.keyboard.press("Control+5");
  const pane = page.getByRole("region", { name: "Engine" });
  const box = (kind: string, name: string) => pane.locator(`.engine-box[data-kind="${kind}"][data-name="${name}"]`);
  await expect(box("image", "busybox:latest")).toBeVisible();
  await expect(box("network", "bridge")).toHaveAttribute("data-state", "idle");
  await expect(pane.getByText("No containers.")).toBeVisible();
  await page.screenshot({ path: `${SHOTS}/engine-empty.png` });

  await test.step("a container appears, joined with its image, volume and network", async () => {
    await lab.run("docker network create quay");
    await lab.run("docker run -d --name crane -p 8080:80 --network quay -v cargo:/data busybox sleep 600");
    await expect(box("container", "crane")).toHaveAttribute("data-state", "running");
    await expect(box("container", "crane").locator(".engine-mark")).toHaveText("8080 → 80");
    await expect(box("volume", "cargo")).toBeVisible();
    await expect(box("network", "quay")).toBeVisible();
    await expect(pane.locator('.engine-lines [data-kind="image"]')).toHaveCount(1);
    await expect(pane.locator('.engine-lines [data-kind="volume"]')).toHaveCount(1);
    await expect(pane.locator('.engine-lines [data-kind="network"]')).toHaveCount(1);
    await expect(pane.getByRole("status")).toContainText("Container crane");
  });

  await page.screenshot({ path: `${SHOTS}/engine-joined.png` });
  await test.step("it tells its facts, and the command that shows them is typed", async () => {
    const crane = box("container", "crane");
    await crane.locator("summary").click();
    await expect(crane.getByText("volume cargo")).toBeVisible();
    await expect(crane.getByText(/^172\.\d+\.\d+\.\d+$/)).toBeVisible();
    await crane.getByRole("button", { name: "Run docker logs crane" }).click();
    await expect(async () => expect(await lab.screen()).toMatch(/# docker logs crane\n/)).toPass({ timeout: 10_000 });
    await lab.prompt();
  });

  for (const theme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme: theme });
    await page.screenshot({ path: `${SHOTS}/engine-${theme}.png` });
    const { violations } = await new AxeBuilder({ page }).withTags(RULES).include("#pane-engine").analyze();
    expect.soft(violations, theme).toEqual([]);
  }

  await test.step("it ends, and is removed", async () => {
    await lab.run("docker kill crane");
    await expect(box("container", "crane")).toHaveAttribute("data-state", "failed");
    await expect(box("container", "crane")).toContainText("exited (137)");
    await lab.run("docker rm crane");
    await expect(box("container", "crane")).toHaveAttribute("data-leaving", "true");
    await expect(box("container", "crane")).toContainText("removed");
    await page.screenshot({ path: `${SHOTS}/engine-leaving.png` });
    await expect(box("container", "crane")).toHaveCount(0);
    // What outlives it is still there.
    await expect(box("volume", "cargo")).toBeVisible();
    await lab.run("docker volume rm cargo && docker network rm quay");
    await expect(box("volume", "cargo")).toHaveCount(0);
    await expect(box("network", "quay")).toHaveCount(0);
  });

  await test.step("what lives for a blink is seen, without movement for who wants none", async () => {
    await page.emulateMedia({ reducedMotion: "reduce" });
    const seen = pane.locator('.engine-box[data-kind="container"][data-name="blink"]').first();
    const came = seen.waitFor({ state: "attached", timeout: 20_000 });
    await lab.run("docker run --rm --name blink busybox true");
    await came;
    await expect(seen).toHaveCount(0);
  });
});

test("a machine that was reset is drawn anew", async ({ page, lab }) => {
  test.setTimeout(90_000);
  await lab.open("data-that-survives");
  await lab.start();
  await lab.run("docker run -d --name crane busybox sleep 600");
  await page.keyboard.press("Control+5");
  const crane = page.locator('.engine-box[data-name="crane"]');
  await expect(crane).toBeVisible();
  await page.getByRole("button", { name: "Reset", exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Reset the lab" }).click();
  await expect(crane).toHaveCount(0, { timeout: 20_000 });
  await lab.ready();
  await expect(page.locator('.engine-box[data-name="busybox:latest"]')).toBeVisible({ timeout: 20_000 });
});
