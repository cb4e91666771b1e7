// A real `drydock serve` on a free port with a data folder of its own.

import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

export const ROOT = resolve(import.meta.dirname, "../../..");
export const RESULTS = join(ROOT, "test-results");
export const BINARY = process.env.DRYDOCK_BINARY ?? join(process.env.CARGO_TARGET_DIR ?? join(ROOT, "target"), "debug/drydock");

export class Server {
  readonly url: string;
  readonly log: string;
  private process: ChildProcess | undefined;

  private constructor(
    readonly name: string,
    private readonly port: number,
    readonly data: string,
    private readonly settings: Record<string, string>,
  ) {
    this.url = `http://127.0.0.1:${port}`;
    this.log = join(RESULTS, `server-${name}.log`);
  }

  /** Starts one with these settings (names as in `DRYDOCK_…`, or `DOCKER_HOST`) and waits until it answers. */
  static async start(name: string, settings: Record<string, string> = {}): Promise<Server> {
    mkdirSync(RESULTS, { recursive: true });
    const data = mkdtempSync(join(tmpdir(), `drydock-${name}-`));
    const server = new Server(name, await freePort(), data, settings);
    await server.run();
    return server;
  }

  get pid(): number | undefined {
    return this.process?.pid;
  }

  /** Starts the program (again) on the same port and data. */
  async run(): Promise<void> {
    const log = createWriteStream(this.log, { flags: "a" });
    const child = spawn(BINARY, ["serve"], {
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
    this.process = child;
    let failure: string | undefined;
    child.once("error", (error) => (failure = `${BINARY} cannot be started: ${error.message}`));
    child.once("exit", (code, signal) => {
      failure = `drydock serve ended (${signal ?? `exit ${code}`}); its log is ${this.log}`;
      if (this.process === child) this.process = undefined;
    });
    const deadline = Date.now() + 30_000;
    for (;;) {
      if (failure) throw new Error(failure);
      if (await answers(`${this.url}/healthz`)) return;
      if (Date.now() > deadline) throw new Error(`drydock serve did not answer within 30 s; its log is ${this.log}`);
      await pause(50);
    }
  }

  /** Ends the program: `SIGKILL` as a crash does, `SIGTERM` as an operator does. */
  async end(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    const child = this.process;
    if (!child) return;
    this.process = undefined;
    const ended = new Promise<boolean>((done) => child.once("exit", () => done(true)));
    child.kill(signal);
    if (!(await Promise.race([ended, pause(20_000)]))) {
      child.kill("SIGKILL");
      throw new Error(`drydock serve did not end within 20 s of ${signal}; its log is ${this.log}`);
    }
  }

  /** Ends the program and forgets its data. */
  async stop(): Promise<void> {
    try {
      await this.end("SIGTERM");
    } finally {
      rmSync(this.data, { recursive: true, force: true });
    }
  }
}

const pause = (ms: number) => new Promise<false>((done) => setTimeout(() => done(false), ms));

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(2000) })).ok;
  } catch {
    return false;
  }
}

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const probe = createServer();
    probe.once("error", fail);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => (address && typeof address === "object" ? done(address.port) : fail(new Error("no port"))));
    });
  });
}
