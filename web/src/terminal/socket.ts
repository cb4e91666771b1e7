// The wire to one shell. Binary messages are bytes of the tty, text messages are control (JSON).
//
//   connect ─→ open ──────────────→ exit (the shell ended: no attempt by itself)
//      ↑         │ dropped
//      └─ wait ←─┘  the screen stays; the server replays what it missed

import { Backoff } from "../backoff.ts";

export interface Size {
  cols: number;
  rows: number;
}

interface Hear {
  bytes(bytes: Uint8Array): void;
  /** What follows was on the screen before: begin with an empty one. */
  replay(): void;
  live(): void;
  lost(): void;
  exit(code: number): void;
  fault(detail: string): void;
}

type Notice = { type: "replay"; bytes: number } | { type: "exit"; code: number } | { type: "error"; detail: string };

/** Largest message: the server refuses more than 256 KiB. */
const PIECE = 64 * 1024;
/** Keys typed while the connection is away, at most. */
const WAITING = 4096;

export class ShellSocket {
  private readonly url: string;
  private readonly size: () => Size;
  private readonly hear: Hear;
  private readonly backoff = new Backoff();
  private socket: WebSocket | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private waiting: Uint8Array[] = [];
  /** Bytes that are still to come of a replay. */
  private replayed = 0;
  private over = false;
  isReplay = false;

  constructor(url: string, size: () => Size, hear: Hear) {
    this.url = url.replace(/^\//, `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/`);
    this.size = size;
    this.hear = hear;
    addEventListener("online", this.now);
    this.connect();
  }

  connect(): void {
    clearTimeout(this.timer);
    const socket = new WebSocket(this.url);
    socket.binaryType = "arraybuffer";
    this.socket = socket;
    this.over = false;
    this.replayed = 0;
    socket.addEventListener("open", () => {
      // First of all the size: the server waits for it before it shows the shell.
      this.resize(this.size());
    });
    socket.addEventListener("message", ({ data }: MessageEvent<string | ArrayBuffer>) => {
      if (this.socket !== socket) return;
      if (typeof data === "string") this.notice(data);
      else this.take(new Uint8Array(data));
    });
    socket.addEventListener("close", () => {
      if (this.socket !== socket || this.over) return;
      this.hear.lost();
      this.timer = setTimeout(() => this.connect(), this.backoff.next());
    });
  }

  send(bytes: Uint8Array): void {
    if (this.socket?.readyState === WebSocket.OPEN) {
      for (let at = 0; at < bytes.length; at += PIECE) this.socket.send(bytes.slice(at, at + PIECE));
    } else if (this.waiting.reduce((sum, piece) => sum + piece.length, bytes.length) <= WAITING) {
      this.waiting.push(bytes);
    }
  }

  resize({ cols, rows }: Size): void {
    if (this.socket?.readyState === WebSocket.OPEN) {
      this.socket.send(JSON.stringify({ type: "resize", cols, rows }));
    }
  }

  close(): void {
    this.over = true;
    clearTimeout(this.timer);
    removeEventListener("online", this.now);
    this.socket?.close();
    this.socket = undefined;
  }

  /** The network is back: no reason to wait out the pause. */
  private readonly now = () => {
    if (!this.over && this.socket?.readyState === WebSocket.CLOSED) this.connect();
  };

  private take(bytes: Uint8Array): void {
    this.alive();
    const old = Math.min(this.replayed, bytes.length);
    if (old > 0) {
      this.replayed -= old;
      this.isReplay = true;
      this.hear.bytes(bytes.subarray(0, old));
      this.isReplay = false;
    }
    if (old < bytes.length) this.hear.bytes(bytes.subarray(old));
  }

  /** Something came from the shell: the connection works, and what was typed meanwhile goes out. */
  private alive(): void {
    this.backoff.reset();
    this.hear.live();
    const waiting = this.waiting;
    this.waiting = [];
    for (const piece of waiting) this.send(piece);
  }

  private notice(text: string): void {
    let notice: Notice;
    try {
      notice = JSON.parse(text) as Notice;
    } catch {
      return;
    }
    switch (notice.type) {
      case "replay":
        this.replayed = notice.bytes;
        this.hear.replay();
        this.alive();
        break;
      case "exit":
        this.over = true;
        this.hear.exit(notice.code);
        break;
      case "error":
        this.hear.fault(notice.detail);
        break;
    }
  }
}
