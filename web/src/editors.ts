// The editor of a lab page. Its part is loaded when the pane is first shown.

import type { EditorPane } from "./editor/main.ts";
import { show } from "./panes.ts";
import { part } from "./parts.ts";

let module: Promise<typeof import("./editor/main.ts")> | undefined;
let pane: EditorPane | undefined;
/** What waits for the editor to be there. */
let waiting: ((pane: EditorPane) => void)[] = [];

const load = () => (module ??= import(part("editor")));

/** Puts the editor of this session into an element, in place of another session's. */
export async function open(elementId: string, url: string): Promise<void> {
  const host = document.getElementById(elementId);
  if (!host || pane?.url === url) return;
  try {
    const { EditorPane } = await load();
    if (pane?.url === url) return;
    pane?.end();
    const made = new EditorPane(host, url);
    pane = made;
    for (const act of waiting.splice(0)) act(made);
    if (document.activeElement?.id === "pane-editor") made.focus();
  } catch (error) {
    module = undefined;
    host.textContent = "The editor could not be loaded. Reload the page to try again.";
    console.error(error);
  }
}

export function close(): void {
  pane?.end();
  pane = undefined;
  waiting = [];
}

/** Hands on what the session's event stream said. */
export function hear(name: string, data: string): void {
  if (name === "open") pane?.connected();
  else if (name === "file") pane?.heard((JSON.parse(data) as { path: string }).path);
}

/** Shows a file of the instructions. False when there is no machine to have it. */
export function offer(path: string, text: string): boolean {
  if (!document.querySelector(".workspace:is([data-phase=ready], [data-phase=ending])")) return false;
  show("editor");
  if (pane) void pane.offerFile(path, text);
  else waiting.push((there) => void there.offerFile(path, text));
  return true;
}
