// The pane "Builds" of a lab page. Its drawing is loaded when a lab has a machine.

import type { Builds } from "./builds/main.ts";
import type { Detail } from "./builds/model.ts";
import { alsoHear } from "./events.ts";
import { part } from "./parts.ts";

let builds: Builds | undefined;
let newest = 0;
/** Events that came before the drawing was there; only the last of each build counts. */
const waiting = new Map<string, Detail>();

// A machine that is ready may be another one, without builds, or one whose events were missed for a while.
alsoHear((name, data) => {
  if (name === "session" && (JSON.parse(data) as { state: string }).state === "ready") void builds?.refresh();
});

/** Begins with the builds of a machine, in place of another's. */
export async function open(url: string): Promise<void> {
  const host = document.getElementById("builds-view");
  const empty = document.getElementById("builds-empty");
  if (!host || !empty) return;
  builds?.close();
  builds = undefined;
  newest = 0;
  waiting.clear();
  try {
    const { Builds } = (await import(part("builds"))) as typeof import("./builds/main.ts");
    builds = new Builds(empty, host, url);
    for (const build of waiting.values()) builds.hear(build);
  } catch (error) {
    empty.textContent = "This pane could not be loaded. Reload the page to try again.";
    console.error(error);
  }
}

/** Takes the event `build`; says whether it is of a build that has just begun. */
export function hear(data: string): boolean {
  const build = JSON.parse(data) as Detail;
  const fresh = build.number > newest && build.state === "running";
  newest = Math.max(newest, build.number);
  if (builds) builds.hear(build);
  else waiting.set(build.ref, build);
  return fresh;
}
