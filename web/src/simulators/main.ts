// Makes the simulators answer that the server has drawn (app/src/pages/simulators). Each has a model without a page
// (tested by itself) and a view that changes texts and attributes of what is there.

import { playLayers } from "./layers.ts";
import { playLifecycle } from "./lifecycle.ts";
import { playMachines } from "./machines.ts";
import { playRunSteps } from "./run-steps.ts";

const PLAYS: Record<string, (figure: HTMLElement) => void> = {
  layers: playLayers,
  lifecycle: playLifecycle,
  "run-steps": playRunSteps,
  "vm-vs-container": playMachines,
};

export function wake(figure: HTMLElement): void {
  const play = PLAYS[figure.dataset["simulator"] ?? ""];
  if (!play) throw new Error(`the simulator ${figure.dataset["simulator"]} is not known: page and script differ in version`);
  play(figure);
  figure.dataset["awake"] = "true";
}
