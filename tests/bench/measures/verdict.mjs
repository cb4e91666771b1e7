// From the end of a command that changed the engine's state to the tick in the learner's event stream.

import { performance } from "node:perf_hooks";

import { Learner } from "../lib/learner.mjs";
import { median, ms, quantile, row } from "../lib/table.mjs";

const RUNS = 15;
const LAB = "data-that-survives";
const CHECK = "volume-made";
const VOLUME = "harbour-log";

/** One new machine, one volume: milliseconds until its check has passed. What has passed stays passed. */
async function once(server) {
  const learner = new Learner(server);
  const session = await learner.startLab(LAB);
  let stop;
  try {
    await session.ready();
    const terminal = await session.terminal();
    let state;
    let pass;
    const passed = new Promise((done) => (pass = done));
    stop = await learner.events(`${session.path}/events`, (event, data) => {
      if (event !== "check") return;
      state = data.checks.find((check) => check.id === CHECK)?.state ?? state;
      if (state === "pass") pass(performance.now());
    });
    const deadline = performance.now() + 20_000;
    while (state !== "fail") {
      if (performance.now() > deadline) throw new Error(`${CHECK} is "${state}"; "fail" was expected on a new machine`);
      await new Promise((done) => setTimeout(done, 20));
    }
    terminal.write(`docker volume create ${VOLUME} >/dev/null && echo ma''de.\r`);
    await terminal.until("made.");
    const made = performance.now();
    const late = new Promise((_, fail) => setTimeout(() => fail(new Error(`${CHECK} did not pass within 10 s`)), 10_000).unref());
    const ticked = await Promise.race([passed, late]);
    terminal.close();
    // A tick may even come before the command's own output has arrived: that is no delay.
    return Math.max(0, ticked - made);
  } finally {
    stop?.();
    await session.end();
  }
}

export async function verdict({ server, progress }) {
  const times = [];
  for (let run = 0; run < RUNS; run += 1) times.push(await once(server));
  progress(`${RUNS} verdicts, ${ms(Math.min(...times))} to ${ms(Math.max(...times))}`);
  return [
    row({
      what: "engine changed → check ticked, median",
      drydock: `${ms(median(times))} (p90 ${ms(quantile(times, 0.9))})`,
      target: "≤ 300 ms",
      holds: median(times) <= 300,
    }),
  ];
}
