// Handing in a lab: the area at the end of its steps. Its drawing is loaded once the lab has a machine.

import { alsoHear } from "./events.ts";
import { hasPart, part } from "./parts.ts";
import type { HandIn } from "./submit/main.ts";

const WITH_MACHINE = new Set(["ready", "ending"]);

let area: HandIn | undefined;
let opening = false;

/** Follows the session of the page, if the page has a place to hand in. */
export function followHandIn(): void {
  const host = document.getElementById("hand-in-view");
  if (!host || !hasPart("submit")) return;
  alsoHear((name, data, url) => {
    if (name !== "session") return;
    const { state } = JSON.parse(data) as { state: string };
    if (WITH_MACHINE.has(state)) void open(host, url.replace(/\/events$/, ""));
    else area?.rest();
  });
}

async function open(host: HTMLElement, session: string): Promise<void> {
  if (area) {
    area.wake(session);
    return;
  }
  if (opening) return;
  opening = true;
  try {
    const { HandIn } = (await import(part("submit"))) as typeof import("./submit/main.ts");
    area = new HandIn(host);
    area.wake(session);
  } catch (error) {
    host.textContent = "Handing in could not be loaded. Reload the page to try again.";
    console.error(error);
  } finally {
    opening = false;
  }
}
