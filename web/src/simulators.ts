// The simulators of a lesson: drawn by the server, made to answer by a module that only their pages load.

import { hasPart, part } from "./parts.ts";

export async function wakeSimulators(): Promise<void> {
  if (!hasPart("simulators")) return;
  const { wake } = (await import(part("simulators"))) as typeof import("./simulators/main.ts");
  for (const figure of document.querySelectorAll<HTMLElement>("[data-simulator]")) wake(figure);
}
