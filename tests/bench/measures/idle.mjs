// What a sandbox costs that does nothing: memory of the whole machine, and disk, at twenty of them.

import { readFileSync } from "node:fs";
import { execFileSync } from "node:child_process";

import { docker } from "../lib/docker.mjs";
import { Learner } from "../lib/learner.mjs";
import { row } from "../lib/table.mjs";

const COUNT = 20;
const LAB = "exploring-the-runtime";

const settle = (ms) => new Promise((done) => setTimeout(done, ms));

/** MiB in use that no cache gives back. */
function memory() {
  const text = readFileSync("/proc/meminfo", "utf8");
  const value = (name) => Number(new RegExp(`^${name}: +(\\d+) kB`, "m").exec(text)[1]) / 1024;
  return value("MemTotal") - value("MemAvailable");
}

/** MB in use below the engine's folder. */
function disk(folder) {
  execFileSync("sync");
  const [, used] = execFileSync("df", ["-B1", "--output=used", folder], { encoding: "utf8" }).trim().split("\n");
  return Number(used) / 1e6;
}

export async function idle({ server, progress }) {
  const folder = docker("info", "--format", "{{.DockerRootDir}}");
  const sessions = [];
  try {
    // The first one warms what all share: the page cache, the server.
    const first = await new Learner(server).startLab(LAB);
    await first.ready();
    await first.end();
    await settle(5000);
    const before = { memory: memory(), disk: disk(folder) };
    for (let n = 0; n < COUNT; n += 1) {
      const session = await new Learner(server).startLab(LAB);
      sessions.push(session);
      await session.ready();
      (await session.terminal()).close();
    }
    progress(`${COUNT} sandboxes are up`);
    await settle(10_000);
    const each = { memory: (memory() - before.memory) / COUNT, disk: (disk(folder) - before.disk) / COUNT };
    return [
      row({
        what: `memory of an idle sandbox, at ${COUNT}`,
        drydock: `${each.memory.toFixed(1)} MiB`,
        target: "≤ 45 MiB",
        holds: each.memory <= 45,
      }),
      row({
        what: `disk of an idle sandbox, at ${COUNT}`,
        drydock: `${each.disk.toFixed(1)} MB`,
        target: "≤ 10 MB",
        holds: each.disk <= 10,
      }),
    ];
  } finally {
    for (const session of sessions) await session.end();
  }
}
