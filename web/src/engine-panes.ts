// The panes that show what the engine has. Their part of the script is loaded when one of them is first shown.

import type { Engine } from "./engine/main.ts";
import { alsoHear } from "./events.ts";
import * as panes from "./panes.ts";
import { part } from "./parts.ts";
import * as terminals from "./terminals.ts";

/** What the panes ask of the page around them. */
export interface Page {
  /** Types a command into the terminal and runs it. */
  run(command: string): void;
  /** Shows a pane. */
  show(pane: string): void;
}

const page: Page = {
  run: (command) => {
    terminals.run(command);
    terminals.focus();
  },
  show: panes.show,
};

export function followEngine(): void {
  const places = [...document.querySelectorAll<HTMLElement>("[data-view]")].filter((place) =>
    /^(engine|preview)$/.test(place.dataset["view"] ?? ""),
  );
  if (places.length === 0) return;
  let engine: Promise<Engine> | undefined;
  // What was heard before the part was there: where the session is, and how.
  let session: [name: string, data: string, url: string] | undefined;
  alsoHear((name, data, url) => {
    if (name === "session" || name === "gone") session = [name, data, url];
    void engine?.then((engine) => engine.hear(name, data, url));
  });
  const load = async () => {
    const { Engine } = (await import(part("engine"))) as typeof import("./engine/main.ts");
    const engine = new Engine(page);
    if (session) engine.hear(...session);
    return engine;
  };
  for (const place of places) {
    const pane = place.closest<HTMLElement>(".pane");
    if (!pane) continue;
    const look = async () => {
      if (pane.hidden && !engine) return;
      try {
        engine ??= load();
        (await engine).set(place, !pane.hidden);
      } catch (error) {
        engine = undefined;
        place.textContent = "This pane could not be loaded. Reload the page to try again.";
        console.error(error);
      }
    };
    new MutationObserver(() => void look()).observe(pane, { attributes: true, attributeFilter: ["hidden"] });
    void look();
  }
}
