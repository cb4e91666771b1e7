// What the wasm islands call: `globalThis.drydock`. The other half is app/src/browser.rs.

import * as builds from "./builds.ts";
import { confirm, element } from "./dialog.ts";
import * as editors from "./editors.ts";
import { listen, stopListening } from "./events.ts";
import { showSolution } from "./solution.ts";
import * as terminals from "./terminals.ts";
import { Clock } from "./clock.ts";

export interface Reply {
  status: number;
  text: string;
}

const clock = new Clock(() => Date.now());

async function request(method: string, url: string, body?: string): Promise<Reply> {
  try {
    const headers: Record<string, string> = { accept: "application/json" };
    if (body !== undefined) headers["content-type"] = "application/json";
    const answer = await fetch(url, { method, headers, body: body ?? null });
    clock.hear(answer.headers.get("date"));
    return { status: answer.status, text: await answer.text() };
  } catch {
    return { status: 0, text: "" };
  }
}

/** Shows an item as done wherever the page lists it. */
function markDone(kind: string, slug: string, done: boolean): void {
  for (const item of document.querySelectorAll<HTMLElement>(`[data-item="${kind}/${slug}"]`)) {
    item.dataset["done"] = String(done);
    const words = item.querySelector(".item-state");
    if (words) words.textContent = done ? "Done" : "";
  }
}

const focus = (id: string) => {
  // After the island's own changes: a button may still be switched off now.
  requestAnimationFrame(() => document.getElementById(id)?.focus());
};

function setState(id: string, state: string): void {
  const element = document.getElementById(id);
  if (element && element.dataset["state"] !== state) element.dataset["state"] = state;
}

/** What this browser tab keeps for a reload. */
function kept(key: string): string {
  try {
    return sessionStorage.getItem(key) ?? "";
  } catch {
    return "";
  }
}
function keep(key: string, value: string): void {
  try {
    sessionStorage.setItem(key, value);
  } catch {
    // Storage is switched off: a reload shows what a new page shows.
  }
}

/** Puts plain text into an element; what stands between backquotes becomes code. */
function setWords(id: string, text: string): void {
  const parts = text.split("`").map((part, at) => (at % 2 ? element("code", {}, part) : part));
  document.getElementById(id)?.replaceChildren(...parts.filter((part) => part !== ""));
}

export const bridge = {
  request,
  markDone,
  focus,
  setState,
  setWords,
  secondsUntil: (time: string) => clock.secondsUntil(time),
  confirm,
  listen: (url: string, hear: (name: string, data: string) => void) =>
    listen(url, (name, data) => {
      editors.hear(name, data);
      hear(name, data);
    }),
  stopListening,
  openTerminal: terminals.open,
  closeTerminal: terminals.close,
  closeTerminals: terminals.closeAll,
  showSolution,
  openEditor: editors.open,
  closeEditor: editors.close,
  findInTerminal: terminals.find,
  toggleScreenReader: terminals.toggleScreenReader,
  openBuilds: builds.open,
  hearBuild: builds.hear,
  openTabs: (session: string) => kept(`terminals ${session}`),
  keepTabs: (session: string, tabs: string) => keep(`terminals ${session}`, tabs),
  openPanes: () => kept("panes"),
  keepPanes: (names: string) => keep("panes", names),
};
