// The panes of a lab's machine by keyboard: Ctrl+1 … Ctrl+5. The buttons themselves belong to the island
// (app/src/islands/lab/panes).

import * as terminals from "./terminals.ts";

const PANES = ["terminal", "editor", "preview", "builds", "engine"];

const button = (name: string) => document.querySelector<HTMLElement>(`.pane-bar [data-pane="${name}"]`);
const place = (name: string) => document.getElementById(`pane-${name}`);

/** Where the keyboard goes with the next frame: keys may come faster than frames. */
let wanted = "";

/** Shows a pane if it is hidden. */
export function show(name: string): void {
  if (place(name)?.hidden) button(name)?.click();
}

/** Shows a pane and moves the keyboard into it: to what asks for it, or to the pane itself. */
export function enter(name: string): void {
  if (name === "terminal") {
    wanted = "";
    terminals.focus();
    return;
  }
  wanted = name;
  show(name);
  // After the island's own changes.
  requestAnimationFrame(() => {
    if (wanted !== name) return;
    wanted = "";
    const pane = place(name);
    const asks = [...(pane?.querySelectorAll<HTMLElement>("[data-focus]") ?? [])];
    // What asks for the keyboard may not be shown yet: an empty pane has no list to choose from.
    (asks.find((element) => element.checkVisibility()) ?? pane)?.focus({ preventScroll: true });
  });
}

/** What Ctrl+n does: into the pane; from within it, out to the terminal, and the pane goes. */
function change(name: string): void {
  const pane = place(name);
  if (pane && !pane.hidden && (wanted === name || pane.contains(document.activeElement))) {
    button(name)?.click();
    enter("terminal");
  } else {
    enter(name);
  }
}

export function listenForPanes(): void {
  if (!document.querySelector(".pane-bar")) return;
  button("terminal")?.addEventListener("click", () => enter("terminal"));
  // While capturing: terminal and editor stop what they have taken.
  addEventListener(
    "keydown",
    (event) => {
      if (!event.ctrlKey || event.shiftKey || event.altKey || event.metaKey) return;
      const name = PANES[Number(event.code.replace(/^Digit/, "")) - 1];
      const alive = document.querySelector(".workspace")?.matches(":is([data-phase=ready], [data-phase=ending])");
      if (!name || !alive || document.querySelector("dialog[open]")) return;
      event.preventDefault();
      event.stopPropagation();
      change(name);
    },
    { capture: true },
  );
}
