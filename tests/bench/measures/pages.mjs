// Lesson pages a second: Drydock, and nginx with the same bytes as a file. Loopback only, a few seconds each.

import { execFileSync, spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { freePort } from "../../support/server.mjs";
import { row } from "../lib/table.mjs";

const LESSON = "/courses/docker/lessons/images";
const SECONDS = 8;
const CONNECTIONS = 32;
const TURNS = 3;

async function nginx(page) {
  const folder = mkdtempSync(join(tmpdir(), "drydock-nginx-"));
  // Started by root, nginx serves as another user, who has to get in.
  chmodSync(folder, 0o755);
  const port = await freePort();
  mkdirSync(join(folder, "site/courses/docker/lessons"), { recursive: true });
  writeFileSync(join(folder, "site", LESSON), page);
  writeFileSync(
    join(folder, "nginx.conf"),
    `worker_processes auto;
     pid ${folder}/nginx.pid;
     error_log ${folder}/error.log;
     events { worker_connections 256; }
     http {
       access_log off;
       sendfile on;
       tcp_nopush on;
       open_file_cache max=16;
       keepalive_requests 100000000;
       client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy;
       fastcgi_temp_path ${folder}/fastcgi; uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
       default_type text/html;
       server { listen 127.0.0.1:${port} backlog=511; root ${folder}/site; }
     }`,
  );
  const child = spawn("nginx", ["-c", join(folder, "nginx.conf"), "-g", "daemon off;"], { stdio: "ignore" });
  let failure;
  child.once("error", (error) => (failure = error.message));
  child.once("exit", (code) => (failure = `exit ${code}`));
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; ; tries += 1) {
    if (failure) throw new Error(`nginx did not start: ${failure}`);
    if (await fetch(url + LESSON).then((answer) => answer.ok, () => false)) break;
    if (tries > 100) {
      child.kill("SIGKILL");
      throw new Error(`nginx does not serve the page; its configuration is in ${folder}`);
    }
    await new Promise((done) => setTimeout(done, 50));
  }
  return {
    url,
    async stop() {
      const ended = new Promise((done) => child.once("exit", done));
      child.kill("SIGQUIT");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** One run of wrk: requests a second, and latencies in milliseconds. */
function wrk(url) {
  const text = execFileSync(
    "wrk",
    ["-t1", `-c${CONNECTIONS}`, `-d${SECONDS}s`, "--latency", "-H", "Accept-Encoding: identity", url],
    { encoding: "utf8" },
  );
  const bad = /Non-2xx or 3xx responses: (\d+)/.exec(text);
  if (bad) throw new Error(`${url}: ${bad[0]}`);
  const latency = (share) => {
    const [, value, unit] = new RegExp(`^ +${share}% +([\\d.]+)(us|ms|s)$`, "m").exec(text);
    return Number(value) * { us: 0.001, ms: 1, s: 1000 }[unit];
  };
  return { rate: Number(/Requests\/sec: +([\d.]+)/.exec(text)[1]), p50: latency(50), p99: latency(99) };
}

export async function pages({ server, progress }) {
  const answer = await fetch(server.url + LESSON, { headers: { "Accept-Encoding": "identity" } });
  if (!answer.ok) throw new Error(`${LESSON}: ${answer.status}`);
  const page = Buffer.from(await answer.arrayBuffer());
  const plain = await nginx(page);
  try {
    const runs = [];
    for (let turn = 0; turn < TURNS; turn += 1) {
      runs.push({ drydock: wrk(server.url + LESSON), nginx: wrk(plain.url + LESSON) });
      progress(`${Math.round(runs.at(-1).drydock.rate)} and ${Math.round(runs.at(-1).nginx.rate)} a second`);
    }
    const middle = (who) => runs.map((run) => run[who]).sort((a, b) => a.rate - b.rate)[Math.floor(TURNS / 2)];
    const [ours, theirs] = [middle("drydock"), middle("nginx")];
    const ratio = ours.rate / theirs.rate;
    const show = ({ rate, p50, p99 }) => `${Math.round(rate)}/s (p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms)`;
    return [
      row({
        what: `lesson page (${(page.length / 1000).toFixed(1)} kB), requests a second`,
        drydock: show(ours),
        plain: `nginx: ${show(theirs)}`,
        ratio,
        target: "≥ 0.5 ×, ≥ 20,000/s, p99 ≤ 10 ms",
        holds: ratio >= 0.5 && ours.rate >= 20_000 && ours.p99 <= 10,
      }),
    ];
  } finally {
    await plain.stop();
  }
}
