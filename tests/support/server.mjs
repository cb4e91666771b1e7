// A real `drydock serve` on a free port with a data folder of its own. Used by the browser tests and the benchmarks.
// @ts-check

import { spawn } from "node:child_process";
import { createWriteStream, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

export const ROOT = resolve(import.meta.dirname, "../..");
export const RESULTS = join(ROOT, "test-results");
export const BINARY =
  process.env.BINARY_UNDER_TEST ?? join(process.env.CARGO_TARGET_DIR ?? join(ROOT, "target"), "debug/drydock");

export class Server {
  /** @type {import("node:child_process").ChildProcess | undefined} */
  #process;

  /**
   * @param {string} name
   * @param {number} port
   * @param {string} data
   * @param {Record<string, string>} settings
   * @param {string[]} flags
   */
  constructor(name, port, data, settings, flags) {
    this.url = `http://127.0.0.1:${port}`;
    this.log = join(RESULTS, `server-${name}.log`);
    this.data = data;
    this.port = port;
    this.settings = settings;
    this.flags = flags;
  }

  /**
   * Starts one with these settings (names as in `DRYDOCK_…`, or `DOCKER_HOST`) and waits until it answers.
   * @param {string} name
   * @param {Record<string, string>} [settings]
   * @param {string[]} [flags] of `drydock serve`
   */
  static async start(name, settings = {}, flags = []) {
    mkdirSync(RESULTS, { recursive: true });
    const server = new Server(name, await freePort(), mkdtempSync(join(tmpdir(), `drydock-${name}-`)), settings, flags);
    rmSync(server.log, { force: true });
    await server.run();
    return server;
  }

  get pid() {
    return this.#process?.pid;
  }

  /** Starts the program (again) on the same port and data. */
  async run() {
    const log = createWriteStream(this.log, { flags: "a" });
    const child = spawn(BINARY, ["serve", ...this.flags], {
      cwd: ROOT,
      env: {
        ...process.env,
        DRYDOCK_DATA: this.data,
        DRYDOCK_HTTP__LISTEN: `127.0.0.1:${this.port}`,
        ...this.settings,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    child.stdout.pipe(log, { end: false });
    child.stderr.pipe(log, { end: false });
    this.#process = child;
    /** @type {string | undefined} */
    let failure;
    child.once("error", (error) => (failure = `${BINARY} cannot be started: ${error.message}`));
    child.once("exit", (code, signal) => {
      failure = `drydock serve ended (${signal ?? `exit ${code}`}); its log is ${this.log}`;
      if (this.#process === child) this.#process = undefined;
    });
    const deadline = Date.now() + 30_000;
    while (!(await answers(`${this.url}/healthz`))) {
      if (failure) throw new Error(failure);
      if (Date.now() > deadline) throw new Error(`drydock serve did not answer within 30 s; its log is ${this.log}`);
      await pause(50);
    }
  }

  /**
   * Ends the program: `SIGKILL` as a crash does, `SIGTERM` as an operator does.
   * @param {"SIGTERM" | "SIGKILL"} signal
   */
  async end(signal) {
    const child = this.#process;
    if (!child) return;
    this.#process = undefined;
    const ended = new Promise((done) => child.once("exit", () => done(true)));
    child.kill(signal);
    if (!(await Promise.race([ended, pause(20_000)]))) {
      child.kill("SIGKILL");
      throw new Error(`drydock serve did not end within 20 s of ${signal}; its log is ${this.log}`);
    }
  }

  /** Ends the program and forgets its data. */
  async stop() {
    try {
      await this.end("SIGTERM");
    } finally {
      rmSync(this.data, { recursive: true, force: true });
    }
  }
}

/** @param {number} ms @returns {Promise<false>} */
const pause = (ms) => new Promise((done) => setTimeout(() => done(false), ms));

/** @param {string} url */
async function answers(url) {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(2000) })).ok;
  } catch {
    return false;
  }
}

/** @returns {Promise<number>} */
export function freePort() {
  return new Promise((done, fail) => {
    const probe = createServer();
    probe.once("error", fail);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => (address && typeof address === "object" ? done(address.port) : fail(new Error("no port"))));
    });
  });
}
