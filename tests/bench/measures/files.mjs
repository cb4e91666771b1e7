// From a file written in the shell to its event in the learner's stream, which the editor reads it upon, and to the
// text in the learner's hands. The sandbox and this process have one kernel and so one clock.

import { Learner } from "../lib/learner.mjs";
import { median, ms, quantile, row } from "../lib/table.mjs";

const WRITES = 30;
const LAB = "data-that-survives";

const now = () => performance.timeOrigin + performance.now();
const late = (what) => new Promise((_, fail) => setTimeout(() => fail(new Error(`no ${what} within 20 s`)), 20_000).unref());

export async function files({ server, progress }) {
  const learner = new Learner(server);
  const session = await learner.startLab(LAB);
  let stop;
  try {
    await session.ready();
    const terminal = await session.terminal();
    let hear;
    stop = await learner.events(`${session.path}/events`, (event, data) => event === "file" && hear?.(data));
    const times = [];
    for (let n = 1; n <= WRITES; n += 1) {
      const read = new Promise((done) => {
        hear = async ({ path }) => {
          if (path !== "clock.txt") return;
          const [written, number] = (await learner.read(`${session.path}/files/clock.txt`)).split(" ");
          if (Number(number) === n) done(now() - Number(written) * 1000);
        };
      });
      // Bash says the time without starting a program.
      terminal.write(`echo $EPOCHREALTIME ${n} > clock.txt; echo wri''tten ${n}.\r`);
      await terminal.until(`written ${n}.`, 20_000);
      times.push(await Promise.race([read, late(`event of write ${n}`)]));
    }
    terminal.close();
    progress(`${times.length} writes, ${ms(Math.min(...times))} to ${ms(Math.max(...times))}`);
    return [
      row({
        what: `file written in the shell → read by the editor, median of ${WRITES}`,
        drydock: `${ms(median(times))} (p90 ${ms(quantile(times, 0.9))})`,
        target: "≤ 500 ms",
        holds: median(times) <= 500,
      }),
    ];
  } finally {
    stop?.();
    await session.end();
  }
}
