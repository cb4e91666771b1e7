// Containers from one image: the view.

import { element } from "../dialog.ts";
import { all, enable, find, mark, onPress, say } from "./dom.ts";
import { act, free, sheet, type Action, type Container, type Scene } from "./lifecycle-model.ts";

export function playLifecycle(figure: HTMLElement): void {
  const scene = JSON.parse(figure.dataset["scene"] ?? "") as Scene;
  const places = all(figure, ".lc-place");
  const log = find(figure, ".sim-log");
  const status = find(figure, ".sim-say");
  const run = find<HTMLButtonElement>(figure, "[data-act=run]");
  const begun = { lines: [...log.children], said: status.textContent ?? "" };
  let containers = scene.containers;
  let next = containers.length + 1;

  const draw = (made = -1, written = -1) => {
    containers.forEach((container, at) => {
      const place = places[at];
      if (place) drawPlace(place, container, scene.file, at === made, at === written);
    });
    enable(run, free(containers) !== -1);
  };

  const perform = (action: Action) => {
    const place = action.do === "run" ? free(containers) : -1;
    const outcome = act(scene, containers, action, next);
    if (!outcome) return;
    if (action.do === "run") next += 1;
    containers = outcome.containers;
    const line = element("li", {}, outcome.command);
    if (outcome.refused) line.dataset["refused"] = "true";
    log.append(line);
    log.scrollTop = log.scrollHeight;
    say(status, outcome.said);
    draw(place, action.do === "write" && !outcome.refused ? action.at : -1);
  };

  onPress(run, () => perform({ do: "run" }));
  onPress(find(figure, "[data-act=reset]"), () => {
    containers = scene.containers;
    next = containers.length + 1;
    log.replaceChildren(...begun.lines);
    say(status, begun.said);
    draw();
  });
  places.forEach((place, at) => {
    onPress(find(place, "[data-act=write]"), () => perform({ do: "write", at }));
    onPress(find(place, "[data-act=remove]"), () => perform({ do: "remove", at }));
    onPress(find(place, "[data-act=stop]"), () => {
      perform({ do: containers[at]?.state === "exited" ? "start" : "stop", at });
    });
  });
  draw();
}

function drawPlace(place: HTMLElement, container: Container, file: string, made: boolean, written: boolean): void {
  const { name, state, lines } = container;
  mark(place, "data-state", state);
  mark(place, "data-lines", String(lines));
  flash(place, made);
  flash(find(place, ".lc-sheet"), written);
  say(find(place, ".lc-name"), name);
  say(find(place, ".lc-state"), state);
  say(find(place, ".lc-file"), lines === 0 ? "" : file);
  say(find(place, ".lc-lines"), sheet(container));
  const alive = state !== "removed";
  for (const [act, words] of [["write", "Write"], ["stop", state === "exited" ? "Start" : "Stop"], ["remove", "Remove"]] as const) {
    const button = find<HTMLButtonElement>(place, `[data-act=${act}]`);
    say(button, words);
    mark(button, "aria-label", `${words}: ${name}`);
    enable(button, alive);
  }
}

/** Lets what has just changed stand out for a moment. */
function flash(element: HTMLElement, on: boolean): void {
  mark(element, "data-fresh", undefined);
  if (!on) return;
  void element.offsetWidth;
  mark(element, "data-fresh", "true");
}
