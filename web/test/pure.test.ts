import assert from "node:assert/strict";
import { test } from "node:test";

import { Backoff } from "../src/backoff.ts";
import { Clock } from "../src/clock.ts";
import { belongs, called, type Hit } from "../src/search.ts";
import { asked, within } from "../src/split.ts";
import { lineCount } from "../src/terminal/paste.ts";

test("waiting times grow, stay below twelve seconds and start over after a success", () => {
  const backoff = new Backoff(() => 0.5);
  const times = Array.from({ length: 10 }, () => backoff.next());
  assert.deepEqual(times.slice(0, 4), [250, 500, 1000, 2000]);
  assert.equal(Math.max(...times), 10_000);
  backoff.reset();
  assert.equal(backoff.next(), 250);
  assert.equal(new Backoff(() => 1).next(), 300);
});

test("time left is counted by the server's clock when the learner's is wrong", () => {
  const clock = new Clock(() => Date.parse("2026-01-01T12:00:00Z"));
  assert.equal(clock.secondsUntil("2026-01-01T12:01:00Z"), 60);
  clock.hear("Thu, 01 Jan 2026 12:10:00 GMT");
  assert.equal(clock.secondsUntil("2026-01-01T12:11:00Z"), 60);
});

test("a clock that agrees to the second, and a header that is missing, change nothing", () => {
  const clock = new Clock(() => Date.parse("2026-01-01T12:00:00.900Z"));
  clock.hear("Thu, 01 Jan 2026 12:00:00 GMT");
  clock.hear(null);
  clock.hear("nonsense");
  assert.equal(clock.secondsUntil("2026-01-01T12:00:01.900Z"), 1);
  assert.equal(clock.secondsUntil(""), 0);
});

test("the split leaves both sides usable", () => {
  const limits = { least: 25, most: 70 };
  assert.equal(within(3, limits), 25);
  assert.equal(within(99, limits), 70);
  assert.equal(within(42.26, limits), 42.3);
});

test("a line that is dragged gives the share of the part that it belongs to", () => {
  const box = { left: 100, top: 200, bottom: 600, width: 1000, height: 400 } as DOMRect;
  const pointer = { clientX: 350, clientY: 300 };
  assert.equal(asked("left", box, pointer), 25);
  assert.equal(asked("top", box, pointer), 25);
  assert.equal(asked("bottom", box, pointer), 75);
});

test("a break at the end of a paste does not make it several lines", () => {
  assert.equal(lineCount("docker ps"), 1);
  assert.equal(lineCount("docker ps\r\n"), 1);
  assert.equal(lineCount("docker ps\ndocker images\n"), 2);
  assert.equal(lineCount("a\rb\r\nc"), 3);
});

const hit: Hit = { kind: "lesson", title: "The build cache", module: "Layers", href: "/x", heading: null, excerpt: [] };

test("a found place says what it is, where it belongs, and the heading there", () => {
  assert.equal(called(hit), "The build cache");
  assert.equal(called({ ...hit, heading: "Misses" }), "The build cache: Misses");
  assert.equal(belongs(hit), "Lesson · Layers");
  assert.equal(belongs({ ...hit, kind: "reference", module: "" }), "Reference");
});
