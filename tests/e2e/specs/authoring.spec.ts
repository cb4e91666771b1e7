// Content as its author sees it: saved files are there at once, and what is broken takes nothing else along.

import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { ROOT, Server } from "../../support/server.mjs";
import { expect, test } from "../support/fixtures.ts";

test("a page that is broken while the site watches goes alone, and comes back once it is mended", async ({ page, watch }) => {
  watch.expect(/404/);
  const content = mkdtempSync(join(tmpdir(), "drydock-content-"));
  cpSync(join(ROOT, "content"), content, { recursive: true });
  const file = join(content, "docker/03-layers-and-cache/01-layer-model.md");
  const good = readFileSync(file, "utf8");
  const server = await Server.start("authoring", { DRYDOCK_CONTENT: content }, ["--watch"]);
  try {
    const lesson = `${server.url}/courses/docker/lessons/layer-model`;
    const status = async () => (await page.request.get(lesson)).status();
    await page.goto(lesson);
    await expect(page.getByRole("heading", { level: 1, name: "The layer model" })).toBeVisible();

    // The open page shows what was saved.
    writeFileSync(file, good.replace("title: The layer model", "title: Layers, newly told"));
    await expect(page.getByRole("heading", { level: 1, name: "Layers, newly told" })).toBeVisible({ timeout: 20_000 });

    const broken: [string, string | Buffer][] = [
      ["not UTF-8", Buffer.from([0x2d, 0x2d, 0x2d, 0x0a, 0xff, 0xfe])],
      ["a script", `${good}\n<script>alert(1)</script>\n`],
      ["a YAML bomb", `---\na: &a [x, x]\nb: &b [*a, *a]\ntitle: [*b, *b]\n---\n`],
      ["absurdly large", good + "x".repeat(2 * 1024 * 1024)],
    ];
    for (const [what, text] of broken) {
      writeFileSync(file, text);
      await expect.poll(status, { message: what, timeout: 20_000 }).toBe(404);
      expect((await page.request.get(`${server.url}/courses/docker/lessons/build-cache`)).status(), what).toBe(200);
      expect((await page.request.get(`${server.url}/courses/docker`)).status(), what).toBe(200);
      writeFileSync(file, good);
      await expect.poll(status, { message: `${what}, mended`, timeout: 20_000 }).toBe(200);
    }
    expect(readFileSync(server.log, "utf8")).toContain("docker/03-layers-and-cache/01-layer-model.md:");
  } finally {
    await page.goto("about:blank");
    await server.stop();
    rmSync(content, { recursive: true, force: true });
  }
});
