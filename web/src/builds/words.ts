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

/** A line for the list of builds. */
export function option(build: Summary): string {
  const parts = [`Build ${build.number}`];
  if (build.image) parts.push(build.image);
  parts.push(outcome(build, build.steps));
  return parts.join(" · ");
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

/** What stands at the end of a step's row. */
export function verdict(step: Step): string {
  const time = step.duration_ms === null ? "" : duration(step.duration_ms);
  switch (step.state) {
    case "waiting":
      return "waiting";
    case "running":
      return "running";
    case "cached":
      return step.saved_ms === null ? "cached" : `cached, saved ${duration(step.saved_ms)}`;
    case "error":
      return step.line === null ? "failed" : `failed, line ${step.line}`;
    case "done":
      return isBase(step) ? "" : time;
  }
}

/** Whether a step only names the image that a stage begins from. */
export const isBase = (step: Step) => step.name.startsWith("FROM ");

/** Why a step did what it did, as far as that is more than its verdict. */
export function reason(step: Step): string {
  switch (step.change) {
    case "reran":
      return step.reason ?? "";
    case "now-cached":
      return "from the cache now";
    case "new":
      return isBase(step) ? "" : "new step";
    default:
      return "";
  }
}

/** Plain text; what stands between backquotes becomes code. */
export function code(text: string): Node[] {
  const parts = text.split("`").map((part, at) => (at % 2 ? element("code", {}, part) : new Text(part)));
  return parts.filter((part) => part.textContent !== "");
}
