// One keystroke and its echo: through Drydock's WebSocket, and through a plain `docker exec` tty in the same sandbox.

import { once } from "node:events";
import { performance } from "node:perf_hooks";

import { execTty, sandboxes } from "../lib/docker.mjs";
import { Learner } from "../lib/learner.mjs";
import { median, ms, quantile, row } from "../lib/table.mjs";

const KEYS = 1000;
const CROWD = 40;
const CROWD_KEYS = 50;
/** After so many starts the machine is busy for a while with what is no part of typing. */
const SETTLE_MS = 15_000;
const LAB = "exploring-the-runtime";

/** Types `count` keys, each after the echo of the one before; gives the times in milliseconds. */
async function keystrokes(count, write, hear) {
  const times = [];
  let echoed;
  hear(() => echoed?.());
  for (let key = 0; key < count; key += 1) {
    const seen = new Promise((done, fail) => {
      const late = setTimeout(() => fail(new Error("no echo within 5 s")), 5000);
      echoed = () => {
        clearTimeout(late);
        done();
      };
    });
    const typed = performance.now();
    // A line now and then, so that the tty's line buffer never fills up.
    write(key % 64 === 63 ? "\n" : "x");
    await seen;
    times.push(performance.now() - typed);
  }
  return times.slice(Math.min(50, count / 10));
}

async function quietTerminal(session) {
  const terminal = await session.terminal();
  terminal.write("stty -onlcr; echo rea''dy; cat >/dev/null\r");
  await terminal.until("ready\n");
  return terminal;
}

export async function echo({ server, progress }) {
  const others = sandboxes();
  const session = await new Learner(server).startLab(LAB);
  const crowd = [];
  try {
    await session.ready();
    const terminal = await quietTerminal(session);
    const [sandbox, ...more] = sandboxes().filter((one) => !others.includes(one));
    if (!sandbox || more.length > 0) throw new Error("one new sandbox was expected: is another server using this engine?");
    const tty = await execTty(sandbox, ["sh", "-c", "stty -onlcr; echo ready; cat >/dev/null"]);
    let greeting = "";
    while (!greeting.includes("ready\n")) greeting += (await once(tty, "data"))[0];

    const through = [];
    const direct = [];
    for (let turn = 0; turn < 4; turn += 1) {
      through.push(...(await keystrokes(KEYS / 4, (key) => terminal.write(key), (hear) => terminal.onBytes(hear))));
      direct.push(
        ...(await keystrokes(
          KEYS / 4,
          (key) => tty.write(key),
          (hear) => {
            tty.removeAllListeners("data");
            tty.on("data", hear);
          },
        )),
      );
    }
    tty.destroy();
    terminal.close();

    progress(`starting ${CROWD} sessions`);
    for (let n = 0; n < CROWD; n += 1) crowd.push(await new Learner(server).startLab(LAB));
    const terminals = [];
    for (const member of crowd) {
      await member.ready();
      terminals.push(await quietTerminal(member));
    }
    await new Promise((done) => setTimeout(done, SETTLE_MS));
    progress("typing in all of them");
    const typed = await Promise.all(
      terminals.map(async (member, n) => {
        // People type at their own moments: five keys a second each, begun one after another.
        await new Promise((done) => setTimeout(done, n * 5));
        const times = [];
        for (let key = 0; key < CROWD_KEYS; key += 1) {
          times.push(...(await keystrokes(1, (text) => member.write(text), (hear) => member.onBytes(hear))));
          await new Promise((done) => setTimeout(done, 200));
        }
        return times;
      }),
    );
    for (const member of terminals) member.close();

    const ratio = median(through) / median(direct);
    const crowded = quantile(typed.flat(), 0.99);
    return [
      row({
        what: "keystroke → echo, median",
        drydock: `${ms(median(through))} (p99 ${ms(quantile(through, 0.99))})`,
        plain: `docker exec tty: ${ms(median(direct))} (p99 ${ms(quantile(direct, 0.99))})`,
        ratio,
        target: "≤ 3 ×",
        holds: ratio <= 3,
      }),
      row({
        what: `keystroke → echo, p99 with ${CROWD} live terminals`,
        drydock: `${ms(crowded)} (median ${ms(median(typed.flat()))})`,
        target: "≤ 10 ms",
        holds: crowded <= 10,
      }),
    ];
  } finally {
    await session.end();
    for (const member of crowd) await member.end();
  }
}
