// What the build lens says, in words and short numbers.

import { element } from "../dialog.ts";
import type { Detail, Facts, Step, Summary } from "./model.ts";

/** `12 ms`, `1.4 s`, `2 min 5 s`. */
export function duration(ms: number): string {
  if (ms < 99.5) return `${ms < 1 && ms > 0 ? "<1" : Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** As Docker prints sizes: `134 MB`, `1.26 MB`, `605 B`. */
export function size(bytes: number): string {
  const units = ["B", "kB", "MB", "GB"];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  return `${value.toFixed(digits)} ${units[unit]}`;
}

export function change(bytes: number): string {
  if (bytes === 0) return "same size";
  return `${bytes < 0 ? "−" : "+"}${size(Math.abs(bytes))}`;
}

/** A line for the list of builds: short, since how the chosen one went stands beside it. */
export function option(build: Summary): string {
  const what = build.state === "done" ? build.image : build.state;
  return what ? `Build ${build.number} · ${what}` : `Build ${build.number}`;
}

export function outcome(build: Facts, steps: number): string {
  const time = build.duration_ms === null ? "" : duration(build.duration_ms);
  switch (build.state) {
    case "running":
      return "running";
    case "failed":
      return build.line === null ? `failed after ${time}` : `failed at line ${build.line}`;
    case "canceled":
      return "canceled";
    case "done":
      return `${time}, ${build.cached} of ${steps} cached`;
  }
}

/** Said to screen readers when a build turns. */
export function announcement(build: Detail): string {
  const name = `Build ${build.number}`;
  if (build.state === "running") return `${name} has begun.`;
  return `${name}: ${outcome(build, build.step_count)}.`;
}

/** Less than this is no gain that anybody would notice. */
const WORTH_MS = 50;

/** What stands at the end of a step's row. */
export function verdict(step: Step): string {
  if (isBase(step) && (step.state === "cached" || step.state === "done")) return "base image";
  const time = step.duration_ms === null ? "" : duration(step.duration_ms);
  switch (step.state) {
    case "waiting":
      return "waiting";
    case "running":
      return "running";
    case "cached":
      return step.saved_ms === null || step.saved_ms < WORTH_MS ? "cached" : `cached, saved ${duration(step.saved_ms)}`;
    case "error":
      return step.line === null ? "failed" : `failed, line ${step.line}`;
    case "done":
      return step.change === "new" ? `${time}, new step` : time;
  }
}

/** Whether a step only names the image that a stage begins from. */
export const isBase = (step: Step) => step.name.startsWith("FROM ");

/** The instruction as people write it: the engine adds where an image comes from, and its digest. */
export function instruction(step: { name: string }): string {
  if (!step.name.startsWith("FROM ")) return step.name;
  return step.name.replace(/^FROM docker\.io\/(library\/)?/, "FROM ").replace(/@sha256:[0-9a-f]{64}$/, "");
}

/** Why a step failed, without the command, which stands above it already. */
export function failure(error: string): string {
  const ended = /^process ".*" did not complete successfully: exit code: (\d+)$/s.exec(error);
  return ended ? `The command ended with exit code ${ended[1]}.` : error;
}

/** Plain text; what stands between backquotes becomes code. */
export function code(text: string): Node[] {
  const parts = text.split("`").map((part, at) => (at % 2 ? element("code", {}, part) : new Text(part)));
  return parts.filter((part) => part.textContent !== "");
}
