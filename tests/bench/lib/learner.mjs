// A learner without a browser: a cookie, the JSON API, a terminal.

import { performance } from "node:perf_hooks";
import WebSocket from "ws";

export class Learner {
  #cookie = "";

  constructor(server) {
    this.server = server;
  }

  /** The text at an address. */
  read(path) {
    return this.#send("GET", path);
  }

  /** What the JSON API answers. */
  async request(method, path, body) {
    const text = await this.#send(method, path, body);
    return text ? JSON.parse(text) : undefined;
  }

  async #send(method, path, body) {
    const answer = await fetch(this.server.url + path, {
      method,
      headers: {
        Origin: this.server.url,
        ...(this.#cookie ? { Cookie: this.#cookie } : {}),
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(30_000),
    });
    const set = answer.headers.getSetCookie()[0];
    if (set) this.#cookie = set.split(";")[0];
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text;
  }

  /** Starts a lab; the session need not be ready yet. */
  async startLab(lab) {
    return new LabSession(this, await this.request("POST", `/api/v1/labs/docker/${lab}/session`));
  }

  socket(path) {
    return new WebSocket(this.server.url.replace("http", "ws") + path, {
      headers: { Cookie: this.#cookie, Origin: this.server.url },
      perMessageDeflate: false,
    });
  }

  /** Calls `hear(event, data)` for every server-sent event until the returned function is called. */
  async events(path, hear) {
    const abort = new AbortController();
    const answer = await fetch(this.server.url + path, { headers: { Cookie: this.#cookie }, signal: abort.signal });
    (async () => {
      let text = "";
      for await (const chunk of answer.body.pipeThrough(new TextDecoderStream())) {
        text += chunk;
        for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
          const event = /^event: ?(.*)$/m.exec(text.slice(0, end))?.[1];
          const data = /^data: ?(.*)$/m.exec(text.slice(0, end))?.[1];
          text = text.slice(end + 2);
          if (event && data) hear(event, JSON.parse(data));
        }
      }
    })().catch((error) => {
      if (!abort.signal.aborted) throw error;
    });
    return () => abort.abort();
  }
}

class LabSession {
  constructor(learner, { id }) {
    this.learner = learner;
    this.id = id;
    this.path = `/api/v1/sessions/${id}`;
  }

  async ready() {
    const deadline = performance.now() + 60_000;
    for (;;) {
      const session = await this.learner.request("GET", this.path);
      if (session.state === "ready") return session;
      if (session.state === "failed" || performance.now() > deadline) {
        throw new Error(`session ${this.id} is ${session.state}: ${session.reason ?? "no reason given"}`);
      }
      await new Promise((done) => setTimeout(done, 5));
    }
  }

  /** Opens a terminal; resolves with it at its first byte. */
  terminal(n = 1) {
    return new Promise((done, fail) => {
      const socket = this.learner.socket(`${this.path}/terminals/${n}`);
      socket.once("open", () => socket.send(JSON.stringify({ type: "resize", cols: 80, rows: 24 })));
      socket.once("error", fail);
      socket.once("close", (code) => fail(new Error(`the terminal was closed (${code}) before its first byte`)));
      socket.on("message", (data, binary) => {
        if (binary && data.length > 0) done(new Terminal(socket));
      });
    });
  }

  async end() {
    await this.learner.request("DELETE", this.path);
  }
}

class Terminal {
  constructor(socket) {
    this.socket = socket;
    socket.removeAllListeners("message");
    socket.removeAllListeners("close");
  }

  write(text) {
    this.socket.send(Buffer.from(text), { binary: true });
  }

  /** Calls `hear(bytes)` for what the shell writes, in place of what was called before. */
  onBytes(hear) {
    this.socket.removeAllListeners("message");
    this.socket.on("message", (data, binary) => binary && hear(data));
  }

  /** Resolves once `text` has been written by the shell. */
  until(text, timeout = 10_000) {
    return new Promise((done, fail) => {
      let seen = "";
      const late = setTimeout(() => fail(new Error(`"${text}" did not appear; there is: ${seen}`)), timeout);
      this.onBytes((bytes) => {
        seen += bytes.toString();
        if (!seen.includes(text)) return;
        clearTimeout(late);
        done(seen);
      });
    });
  }

  close() {
    this.socket.close();
  }
}
