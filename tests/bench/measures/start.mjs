// From the click to the first byte of the prompt, against the least that a container takes on the same engine.

import { performance } from "node:perf_hooks";

import { docker } from "../lib/docker.mjs";
import { Learner } from "../lib/learner.mjs";
import { median, ms, quantile, row } from "../lib/table.mjs";

const RUNS = 15;
/** The smallest container there is: `drydock images build` leaves it on the outer engine. */
const BUSYBOX = "drydock/library/busybox:latest";
const LAB = "exploring-the-runtime";

export async function start({ server, progress }) {
  const sessions = [];
  const plain = [];
  // In turn, so that both see the same machine.
  for (let run = 0; run <= RUNS; run += 1) {
    const learner = new Learner(server);
    const clicked = performance.now();
    const session = await learner.startLab(LAB);
    try {
      await session.ready();
      const terminal = await session.terminal();
      const prompted = performance.now();
      terminal.close();
      const began = performance.now();
      docker("run", "--rm", BUSYBOX, "true");
      const ended = performance.now();
      if (run === 0) continue; // warms both
      sessions.push(prompted - clicked);
      plain.push(ended - began);
    } finally {
      await session.end();
    }
  }
  progress(`${RUNS} sessions, ${ms(Math.min(...sessions))} to ${ms(Math.max(...sessions))}`);
  const ratio = median(sessions) / median(plain);
  return [
    row({
      what: "session start → first prompt byte, median",
      drydock: `${ms(median(sessions))} (p90 ${ms(quantile(sessions, 0.9))})`,
      plain: `docker run --rm busybox true: ${ms(median(plain))}`,
      ratio,
      target: "≤ 5 ×, ≤ 1 s",
      holds: ratio <= 5 && median(sessions) <= 1000,
    }),
  ];
}
