import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { ShellSocket } from "../src/terminal/socket.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (data: Uint8Array) => new TextDecoder().decode(data);

/** A WebSocket whose server is the test. */
class FakeSocket extends EventTarget {
  static readonly OPEN = 1;
  static readonly CLOSED = 3;
  static all: FakeSocket[] = [];
  readyState = 0;
  binaryType = "";
  readonly sent: (string | Uint8Array)[] = [];
  readonly url: string;

  constructor(url: string) {
    super();
    this.url = url;
    FakeSocket.all.push(this);
  }
  open() {
    this.readyState = FakeSocket.OPEN;
    this.dispatchEvent(new Event("open"));
  }
  say(data: string) {
    this.dispatchEvent(new MessageEvent("message", { data }));
  }
  print(data: string) {
    this.dispatchEvent(new MessageEvent("message", { data: bytes(data).buffer }));
  }
  drop() {
    this.readyState = FakeSocket.CLOSED;
    this.dispatchEvent(new Event("close"));
  }
  send(data: string | Uint8Array) {
    this.sent.push(data);
  }
  close() {
    this.drop();
  }
}

let heard: string[] = [];

function connect() {
  const socket: ShellSocket = new ShellSocket("/api/v1/sessions/s/terminals/1", () => ({ cols: 100, rows: 30 }), {
    bytes: (data) => heard.push(`${socket.isReplay ? "old" : "new"} ${text(data)}`),
    replay: () => heard.push("replay"),
    live: () => heard.push("live"),
    lost: () => heard.push("lost"),
    exit: (code) => heard.push(`exit ${code}`),
    fault: (detail) => heard.push(`fault ${detail}`),
  });
  return socket;
}
const last = () => FakeSocket.all.at(-1)!;

beforeEach(() => {
  heard = [];
  FakeSocket.all = [];
  Object.assign(globalThis, {
    WebSocket: FakeSocket,
    location: { protocol: "https:", host: "example.org" },
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
  });
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
});

test("the size is the first thing that is said", () => {
  connect();
  assert.equal(last().url, "wss://example.org/api/v1/sessions/s/terminals/1");
  last().open();
  assert.deepEqual(last().sent, ['{"type":"resize","cols":100,"rows":30}']);
});

test("exactly the announced bytes count as replayed", () => {
  connect();
  last().open();
  last().say('{"type":"replay","bytes":5}');
  last().print("abc");
  last().print("defg");
  assert.deepEqual(
    heard.filter((what) => what !== "live"),
    ["replay", "old abc", "old de", "new fg"],
  );
});

test("a dropped connection is said and tried again until it is back", () => {
  connect();
  last().open();
  last().print("$ ");
  last().drop();
  assert.equal(heard.at(-1), "lost");
  mock.timers.tick(400);
  assert.equal(FakeSocket.all.length, 2);
  last().drop();
  mock.timers.tick(700);
  assert.equal(FakeSocket.all.length, 3);
  last().open();
  last().say('{"type":"replay","bytes":0}');
  assert.equal(heard.at(-1), "live");
});

test("keys typed meanwhile reach the shell once it is back, and not before its screen", () => {
  const socket = connect();
  last().open();
  last().drop();
  socket.send(bytes("ls\r"));
  mock.timers.tick(400);
  last().open();
  assert.equal(last().sent.length, 1);
  last().say('{"type":"replay","bytes":2}');
  assert.equal(text(last().sent[1] as Uint8Array), "ls\r");
});

test("an ended shell is not called again", () => {
  connect();
  last().open();
  last().say('{"type":"exit","code":130}');
  last().drop();
  mock.timers.tick(60_000);
  assert.deepEqual(heard, ["exit 130"]);
  assert.equal(FakeSocket.all.length, 1);
});

test("a large paste is sent in pieces that the server takes", () => {
  const socket = connect();
  last().open();
  socket.send(new Uint8Array(200_000));
  const sizes = last().sent.slice(1).map((piece) => (piece as Uint8Array).length);
  assert.deepEqual(sizes, [65_536, 65_536, 65_536, 3_392]);
});

test("a closed terminal neither reconnects nor speaks", () => {
  const socket = connect();
  last().open();
  socket.close();
  mock.timers.tick(60_000);
  assert.deepEqual(heard, []);
  assert.equal(FakeSocket.all.length, 1);
});
