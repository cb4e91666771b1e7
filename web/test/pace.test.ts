import assert from "node:assert/strict";
import { test } from "node:test";

import { Pace } from "../src/terminal/pace.ts";

function paced() {
  const written: number[] = [];
  const frames: ((time: number) => void)[] = [];
  let time = 1000;
  const state = { hidden: false };
  const pace = new Pace(
    (bytes) => written.push(bytes.length),
    (then) => frames.push(then),
    () => state.hidden,
  );
  const total = () => written.reduce((sum, length) => sum + length, 0);
  const frame = (gap = 16) => {
    time += gap;
    for (const then of frames.splice(0)) then(time);
  };
  return { pace, written, total, frame, state };
}

test("what is typed and read comes through at once", () => {
  const { pace, written } = paced();
  for (let key = 0; key < 10; key += 1) pace.take(new Uint8Array(3));
  assert.equal(written.length, 10);
});

test("a flood is spread over frames and nothing of it is lost", () => {
  const { pace, total, frame } = paced();
  for (let piece = 0; piece < 20; piece += 1) pace.take(new Uint8Array(50_000));
  const first = total();
  assert.ok(first > 0 && first <= 64 * 1024);
  for (let frames = 0; total() < 1_000_000; frames += 1) {
    const before = total();
    frame();
    assert.ok(total() - before <= 256 * 1024);
    assert.ok(frames < 100);
  }
  assert.equal(total(), 1_000_000);
});

test("late frames get less to carry, frames in time more", () => {
  const { pace, total, frame } = paced();
  pace.take(new Uint8Array(5_000_000));
  const carried = (gap: number) => {
    const before = total();
    frame(gap);
    return total() - before;
  };
  carried(16);
  const first = carried(16);
  for (let frames = 0; frames < 5; frames += 1) carried(16);
  const fast = carried(16);
  assert.ok(fast > first);
  for (let frames = 0; frames < 20; frames += 1) carried(40);
  assert.equal(carried(40), 8 * 1024);
});

test("a page that is hidden has no frames, so nothing waits for one", () => {
  const { pace, total, state } = paced();
  pace.take(new Uint8Array(200_000));
  state.hidden = true;
  pace.take(new Uint8Array(5));
  assert.equal(total(), 200_005);
});
