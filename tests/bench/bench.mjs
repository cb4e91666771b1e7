// Measures Drydock against its targets, each as a ratio to the plain thing in the same run, and prints a table.
// `make bench` prepares what it needs and calls it; names as arguments choose measures: bench.mjs start echo.

import { cpus, release, totalmem } from "node:os";

import { Server } from "../support/server.mjs";
import { docker, onEngine } from "./lib/docker.mjs";
import { table } from "./lib/table.mjs";
import { files } from "./measures/files.mjs";
import { frames } from "./measures/frames.mjs";
import { idle } from "./measures/idle.mjs";
import { echo } from "./measures/echo.mjs";
import { lens } from "./measures/lens.mjs";
import { pages } from "./measures/pages.mjs";
import { people } from "./measures/people.mjs";
import { start } from "./measures/start.mjs";
import { verdict } from "./measures/verdict.mjs";

const measures = { pages, start, echo, verdict, lens, files, frames, idle, people };
const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !(name in measures));
if (unknown.length > 0) {
  console.error(`There is no measure ${unknown.join(", ")}; there are ${Object.keys(measures).join(", ")}.`);
  process.exit(2);
}

const progress = (text) => process.stderr.write(`  ${text}\n`);
const before = onEngine();
const rows = [];
const server = await Server.start("bench", {
  DRYDOCK_LOG: "warn",
  // Every learner of the benchmark comes from this machine.
  DRYDOCK_LABS__MAX_SESSIONS: "60",
  DRYDOCK_LABS__MAX_SESSIONS_PER_ADDRESS: "60",
});
try {
  for (const [name, measure] of Object.entries(measures)) {
    if (chosen.length > 0 && !chosen.includes(name)) continue;
    process.stderr.write(`${name}\n`);
    rows.push(...(await measure({ server, progress })));
  }
} finally {
  await server.stop();
}

console.log(`${cpus()[0].model}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB · Linux ${release()}`);
console.log(`Docker ${docker("version", "--format", "{{.Server.Version}}")} · ${new Date().toISOString().slice(0, 10)}\n`);
console.log(table(rows));

const left = onEngine().filter((thing) => !before.includes(thing));
if (left.length > 0) {
  console.error(`\nLeft on the engine: ${left.join(", ")}`);
  process.exitCode = 1;
}
