// The open terminals of a lab page. The part that needs xterm.js is loaded with the first of them.

import type { Pane } from "./terminal/main.ts";
import { part } from "./parts.ts";

const panes = new Map<number, Pane>();
let shown = 0;
let screenReader = false;
let module: Promise<typeof import("./terminal/main.ts")> | undefined;

const load = () => (module ??= import(part("terminal")));

export async function open(number: number, elementId: string, url: string): Promise<void> {
  shown = number;
  const there = panes.get(number);
  if (there) {
    there.show();
    return;
  }
  const host = document.getElementById(elementId);
  if (!host) return;
  try {
    const { Pane } = await load();
    if (panes.has(number)) return;
    // The island has unhidden the place by now; a terminal measures itself when it opens.
    await new Promise(requestAnimationFrame);
    const pane = new Pane(host, url, { screenReader });
    panes.set(number, pane);
    if (shown === number) pane.show();
  } catch (error) {
    module = undefined;
    host.textContent = "The terminal could not be loaded. Reload the page to try again.";
    console.error(error);
  }
}

export function close(number: number): void {
  panes.get(number)?.close();
  panes.delete(number);
}

export function closeAll(): void {
  for (const number of [...panes.keys()]) close(number);
  shown = 0;
}

export const find = () => panes.get(shown)?.find();

export function toggleScreenReader(): boolean {
  screenReader = !screenReader;
  for (const pane of panes.values()) pane.screenReader(screenReader);
  return screenReader;
}

/** Types a command into the shown terminal and runs it. False when there is none. */
export function run(command: string): boolean {
  const pane = panes.get(shown);
  pane?.run(command);
  return pane !== undefined;
}

/** Moves the keyboard into the shown terminal. False when there is none. */
export function focus(): boolean {
  const pane = panes.get(shown);
  pane?.show();
  return pane !== undefined;
}
