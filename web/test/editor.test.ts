import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";

import { StringStream } from "@codemirror/language";

import type { Entry } from "../src/editor/api.ts";
import { OpenFile, type Seen, type Store, type Version, type Written } from "../src/editor/document.ts";
import { isWithin, shown, size, wrongWith } from "../src/editor/names.ts";
import { languageOf } from "../src/editor/languages.ts";
import { makefile } from "../src/editor/makefile.ts";
import { rowsOf } from "../src/editor/tree.ts";
import { decode, difference, lineBreak } from "../src/editor/text.ts";

/** A server with one file, and an editor on it. */
class Desk implements Store {
  file: Version | undefined;
  down = false;
  writes: string[] = [];
  private count = 0;
  text = "";
  /** Holds requests back until it is opened. */
  gate: Promise<void> = Promise.resolve();
  readonly open: OpenFile;

  constructor(text?: string) {
    if (text !== undefined) this.shell(text);
    this.open = new OpenFile("f", this.file, this);
    this.text = text ?? "";
    this.open.attach(this.view);
  }

  readonly view = { text: () => this.text, replace: (text: string) => void (this.text = text), changed: () => undefined };

  /** Somebody else writes. */
  shell(text: string): void {
    this.file = { text, tag: `"${(this.count += 1)}"` };
  }

  type(text: string): void {
    this.text = text;
    this.open.edited();
  }

  async read(): Promise<Seen> {
    await this.gate;
    if (this.down) return { kind: "failed", reason: "no answer", passing: true };
    return this.file ? { kind: "text", version: this.file } : { kind: "gone" };
  }

  async write(_: string, text: string, over: string | undefined): Promise<Written> {
    await this.gate;
    if (this.down) return { kind: "failed", reason: "no answer", passing: true };
    if (over !== this.file?.tag) return { kind: "changed" };
    this.shell(text);
    this.writes.push(text);
    return { kind: "done", tag: this.file!.tag };
  }
}

/** An editor whose timers are turned by hand. */
const desk = (context: TestContext, text?: string) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  return new Desk(text);
};
const settled = async () => {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
};

test("what is typed is saved after a pause, once", async (t) => {
  const d = desk(t, "one");
  d.type("two");
  t.mock.timers.tick(500);
  d.type("three");
  t.mock.timers.tick(799);
  assert.deepEqual(d.writes, []);
  assert.equal(d.open.state, "unsaved");
  t.mock.timers.tick(1);
  await settled();
  assert.deepEqual(d.writes, ["three"]);
  assert.equal(d.open.state, "saved");
});

test("typing while it is being saved is saved next", async (t) => {
  const d = desk(t, "one");
  d.type("two");
  let open = () => {};
  d.gate = new Promise((resolve) => (open = resolve));
  void d.open.save();
  d.type("three");
  void d.open.save();
  open();
  await settled();
  assert.deepEqual(d.writes, ["two", "three"]);
  assert.equal(d.open.state, "saved");
});

test("a change elsewhere is shown when nothing is unsaved", async (t) => {
  const d = desk(t, "one");
  d.shell("shell");
  await d.open.look();
  assert.equal(d.text, "shell");
  assert.equal(d.open.state, "saved");
});

test("a change elsewhere with something unsaved asks, and nothing is written until it is answered", async (t) => {
  const d = desk(t, "one");
  d.type("mine");
  d.shell("shell");
  await d.open.look();
  assert.equal(d.open.state, "conflict");
  d.type("mine too");
  t.mock.timers.tick(60_000);
  await d.open.save();
  await settled();
  assert.deepEqual(d.writes, []);
  assert.equal(d.text, "mine too");
  await d.open.keepMine();
  assert.deepEqual(d.writes, ["mine too"]);
  assert.equal(d.open.state, "saved");
});

test("a save over a version that was not seen is refused and asks", async (t) => {
  const d = desk(t, "one");
  d.shell("shell");
  d.type("mine");
  await d.open.save();
  assert.equal(d.open.state, "conflict");
  assert.equal(d.open.theirs?.text, "shell");
  assert.equal(d.file?.text, "shell");
  d.open.takeTheirs();
  assert.equal(d.text, "shell");
  assert.equal(d.open.state, "saved");
});

test("keeping mine over a version that changed once more asks once more", async (t) => {
  const d = desk(t, "one");
  d.type("mine");
  d.shell("first");
  await d.open.look();
  d.shell("second");
  await d.open.keepMine();
  assert.equal(d.open.state, "conflict");
  assert.equal(d.open.theirs?.text, "second");
  assert.deepEqual(d.writes, []);
});

test("both sides writing the same is no conflict", async (t) => {
  const d = desk(t, "one");
  d.type("same");
  d.shell("same");
  await d.open.look();
  assert.equal(d.open.state, "saved");
});

test("a lost connection keeps what was typed and tries again by itself", async (t) => {
  const d = desk(t, "one");
  d.down = true;
  d.type("two");
  t.mock.timers.tick(800);
  await settled();
  assert.equal(d.open.state, "failed");
  assert.equal(d.open.reason, "no answer");
  assert.equal(d.text, "two");
  d.down = false;
  t.mock.timers.tick(1000);
  await settled();
  assert.deepEqual(d.writes, ["two"]);
  assert.equal(d.open.state, "saved");
});

test("a deleted file is said to be, is not made again by itself, and comes back when asked", async (t) => {
  const d = desk(t, "one");
  d.file = undefined;
  await d.open.look();
  assert.equal(d.open.state, "deleted");
  d.type("two");
  t.mock.timers.tick(60_000);
  await settled();
  assert.deepEqual(d.writes, []);
  await d.open.keepMine();
  assert.deepEqual(d.writes, ["two"]);
  assert.equal(d.open.state, "saved");
});

test("a file that is deleted and made again, as programs do that replace it, is followed", async (t) => {
  const d = desk(t, "one");
  d.file = undefined;
  await d.open.look();
  d.shell("new");
  await d.open.look();
  assert.equal(d.text, "new");
  assert.equal(d.open.state, "saved");
});

test("a conflict that goes away by itself is over", async (t) => {
  const d = desk(t, "one");
  const first = d.file;
  d.type("mine");
  d.shell("shell");
  await d.open.look();
  d.file = first;
  await d.open.look();
  assert.equal(d.open.state, "unsaved");
  t.mock.timers.tick(800);
  await settled();
  assert.deepEqual(d.writes, ["mine"]);
});

test("a draft of before a reload is saved, is found saved, or asks", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const draft = (text: string, over: string | undefined, server: string | undefined) => {
    const d = new Desk(server);
    d.text = text;
    d.open.attach(d.view, { text, over });
    return d;
  };
  assert.equal(draft("typed", '"1"', "one").open.state, "unsaved");
  assert.equal(draft("one", '"0"', "one").open.state, "saved");
  assert.equal(draft("typed", '"0"', "one").open.state, "conflict");
  assert.equal(draft("typed", '"1"', undefined).open.state, "deleted");
  assert.equal(draft("typed", undefined, undefined).open.state, "unsaved");
});

test("a new file is written only where none is", async (t) => {
  const d = desk(t);
  d.type("mine");
  d.shell("shell was first");
  await d.open.save();
  assert.equal(d.open.state, "conflict");
  assert.equal(d.file?.text, "shell was first");
});

test("the tree shows folders first, opens what is open, and does not enter heavy folders", () => {
  const entry = (path: string, kind: Entry["kind"] = "file", addressable = true): Entry => ({
    path,
    kind,
    addressable,
    size: 1,
    executable: false,
  });
  const files = [
    entry("Dockerfile"),
    entry("app", "dir"),
    entry("app/b.py"),
    entry("app/a", "dir"),
    entry("app/a/c"),
    entry("node_modules", "dir"),
    entry("bad\\xff", "dir", false),
  ];
  const seen = (open: string[]) => rowsOf(files, new Set(open)).map(({ entry, level, open }) => [entry.path, level, open]);
  assert.deepEqual(seen(["app", "node_modules"]), [
    ["app", 1, true],
    ["app/a", 2, false],
    ["app/b.py", 2, undefined],
    ["bad\\xff", 1, undefined],
    ["node_modules", 1, undefined],
    ["Dockerfile", 1, undefined],
  ]);
  assert.equal(seen([]).length, 4);
});

test("a Makefile is told apart into targets, variables, directives and recipes", () => {
  const parts = (text: string) => {
    const state = makefile.startState!(2);
    const found: string[] = [];
    for (const line of text.split("\n")) {
      const stream = new StringStream(line, 4, 2);
      while (!stream.eol()) {
        const kind = makefile.token(stream, state);
        if (kind) found.push(`${kind}:${stream.current().trim()}`);
        stream.start = stream.pos;
      }
    }
    return found;
  };
  assert.deepEqual(parts(".PHONY: all\nNAME := hello # c\nall: main.o\n\t@echo $(NAME) \"a\"\ninclude x.mk"), [
    "keyword:.PHONY",
    "operator::",
    "variableName:NAME",
    "operator::=",
    "comment:# c",
    "typeName:all",
    "operator::",
    "meta:@",
    "variableName.special:$(NAME)",
    'string:"a"',
    "keyword:include",
  ]);
});

test("the language of a file is told by its name, or by its first line", () => {
  const name = (path: string, text?: string) => languageOf(path, text)?.name;
  for (const path of ["Dockerfile", "app/Dockerfile.dev", "web.Dockerfile", "Containerfile"]) {
    assert.equal(name(path), "Dockerfile", path);
  }
  assert.equal(name("compose.yaml"), "YAML");
  assert.equal(name("Makefile"), "Makefile");
  assert.equal(name("run", "#!/usr/bin/env python3\n"), "Python");
  assert.equal(name("run", "#!/bin/sh\n"), "Shell");
  assert.equal(name(".dockerignore"), "Settings");
  assert.equal(name("Dockerfiles"), undefined);
  assert.equal(name("notes.txt"), undefined);
});

test("names that mean more than they say are refused before they are sent", () => {
  for (const name of ["Dockerfile", "a/b c/ä.txt", ".env", "..."]) assert.equal(wrongWith(name), "", name);
  for (const name of ["", "/etc/passwd", "a//b", "a/", "../up", "a/./b", "a\nb", "x".repeat(256), "ä/".repeat(500)]) {
    assert.notEqual(wrongWith(name), "", JSON.stringify(name));
  }
});

test("names are shown bounded and with nothing hidden in them", () => {
  assert.equal(shown("a\u202Etxt.exe"), "a\\u202etxt.exe");
  const long = shown(`${"a".repeat(200)}.Dockerfile`);
  assert.equal([...long].length, 60);
  assert.ok(long.endsWith(".Dockerfile"));
  assert.equal(isWithin("app/a", "app"), true);
  assert.equal(isWithin("apple", "app"), false);
  assert.equal(size(5_242_880), "5.24 MB");
});

test("only text is opened as text", () => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  assert.deepEqual(decode(bytes("\ufeffä\r\n")), { text: "\ufeffä\r\n" });
  assert.ok("unfit" in decode(new Uint8Array([1, 0, 2])));
  assert.ok("unfit" in decode(new Uint8Array([0xff, 0xfe])));
  assert.ok("unfit" in decode(new Uint8Array(1024 * 1024 + 1).fill(97)));
});

test("line ends are kept as they are", () => {
  assert.equal(lineBreak("a\nb"), "\n");
  assert.equal(lineBreak("a\r\nb\r\n"), "\r\n");
  assert.equal(lineBreak("a\r\nb\n"), "\n");
  assert.equal(lineBreak("a\rb\r\n"), "\n");
});

test("the difference of two texts is one piece", () => {
  assert.equal(difference("a", "a"), undefined);
  assert.deepEqual(difference("abc", "axc"), { from: 1, to: 2, insert: "x" });
  assert.deepEqual(difference("aa", "aaa"), { from: 2, to: 2, insert: "a" });
  assert.deepEqual(difference("abab", "ab"), { from: 2, to: 4, insert: "" });
});
