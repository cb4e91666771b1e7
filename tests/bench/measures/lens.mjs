// From the end of a build's step, and of the build, by the engine's clock, to its event in the learner's stream.
// The sandbox and this process have one kernel and so one clock.

import { Learner } from "../lib/learner.mjs";
import { median, ms, quantile, row } from "../lib/table.mjs";

const BUILDS = 25;
const LAB = "data-that-survives";
/** Each build has steps of its own that no cache knows, and a last one that is long enough to be seen while it runs. */
const dockerfile = (n) => `FROM busybox\\nRUN echo ${n}\\nRUN sleep 0.4; echo ${n}\\n`;

const now = () => performance.timeOrigin + performance.now();
const late = (what) => new Promise((_, fail) => setTimeout(() => fail(new Error(`no ${what} within 20 s`)), 20_000).unref());

/** Milliseconds since 1970 of an RFC 3339 time: `Date` drops what is below a millisecond. */
function moment(text) {
  const fraction = /\.(\d+)/.exec(text)?.[1] ?? "0";
  return Math.floor(Date.parse(text) / 1000) * 1000 + Number(`0.${fraction}`) * 1000;
}

export async function lens({ server, progress }) {
  const learner = new Learner(server);
  const session = await learner.startLab(LAB);
  let stop;
  try {
    await session.ready();
    const terminal = await session.terminal();
    let hear;
    stop = await learner.events(`${session.path}/events`, (event, data) => event === "build" && hear?.(data, now()));
    const steps = [];
    const ends = [];
    for (let n = 1; n <= BUILDS; n += 1) {
      const seen = new Set();
      const ended = new Promise((done) => {
        hear = (build, heard) => {
          if (build.number !== n) return;
          for (const step of build.steps) {
            // A base image is used, not run.
            if (!step.completed_at || step.name.startsWith("FROM ") || seen.has(step.n)) continue;
            seen.add(step.n);
            steps.push(heard - moment(step.completed_at));
          }
          if (build.state === "running" || ends.length >= n) return;
          if (build.state !== "done") throw new Error(`build ${n} is ${build.state}: ${build.error}`);
          ends.push(heard - (moment(build.started_at) + build.duration_ms));
          done();
        };
      });
      terminal.write(`printf '${dockerfile(n)}' | docker build -q - > /dev/null && echo bui''lt ${n}.\r`);
      await terminal.until(`built ${n}.`, 30_000);
      await Promise.race([ended, late(`end of build ${n}`)]);
    }
    terminal.close();
    progress(`${steps.length} steps, ${ms(Math.min(...steps))} to ${ms(Math.max(...steps))}; ${ends.length} builds, ${ms(Math.min(...ends))} to ${ms(Math.max(...ends))}`);
    const line = (what, times) =>
      row({
        what: `${what} → event \`build\`, median of ${times.length}`,
        drydock: `${ms(median(times))} (p90 ${ms(quantile(times, 0.9))})`,
        target: "≤ 300 ms",
        holds: median(times) <= 300,
      });
    return [line("step of a build completed", steps), line("build completed", ends)];
  } finally {
    stop?.();
    await session.end();
  }
}
