// The build cache: the view.

import { code } from "../builds/words.ts";
import { element } from "../dialog.ts";
import { part } from "../parts.ts";
import { all, enable, find, mark, onPress, say } from "./dom.ts";
import { Project, time, type Answer, type Report, type Scene } from "./layers-model.ts";

interface Dockerfiles {
  default(options: { module_or_path: Promise<Response> }): Promise<unknown>;
  /** What the last build of a history does, both as JSON. */
  simulate(history: string): string;
}

let loaded: Promise<Dockerfiles> | undefined;

/** The crate drydock-dockerfile, which the editor of labs uses too: not small, so it comes when it may be wanted. */
async function load(): Promise<Dockerfiles> {
  const module = (await import(part("lint"))) as Dockerfiles;
  await module.default({ module_or_path: fetch(part("lint-wasm"), { credentials: "same-origin" }) });
  return module;
}

export function playLayers(figure: HTMLElement): void {
  const scene = JSON.parse(figure.dataset["scene"] ?? "") as Scene;
  const dockerfile = find<HTMLTextAreaElement>(figure, ".ly-dockerfile");
  const rows = all(figure, ".ly-file").map((row, at) => new FileRow(row, scene.files[at] ?? ""));
  const status = find(figure, ".sim-say");
  const steps = find(figure, ".ly-steps");
  const builds = find(figure, ".ly-builds");
  const drawn = { said: [...status.childNodes], steps: [...steps.children], builds: [...builds.children] };
  let project = new Project(scene);
  let took = scene.took;

  const drawFiles = () => {
    for (const row of rows) row.draw(project);
  };
  /** The list of steps is of the last build; what was changed since then does not show in it. */
  const stale = () => {
    const files = scene.files.filter((file) => project.changed(file));
    const changed = [...(project.builds.at(-1)?.dockerfile === dockerfile.value ? [] : ["Dockerfile"]), ...files];
    mark(steps, "data-stale", changed.length > 0 ? "true" : undefined);
    const words = changed.length > 0 ? `Changed since the last build: ${changed.join(", ")}. Build to see what runs.` : "Everything is as in the last build.";
    say(status, words);
  };
  const build = async () => {
    let rules: Dockerfiles;
    try {
      rules = await (loaded ??= load());
    } catch (error) {
      loaded = undefined;
      say(status, "The rules of the build cache could not be loaded. Press Build to try again.");
      console.error(error);
      return;
    }
    const answer = JSON.parse(rules.simulate(project.build(dockerfile.value))) as Answer;
    mark(dockerfile, "aria-invalid", "ok" in answer ? undefined : "true");
    if (!("ok" in answer)) {
      project.forget();
      say(status, `The engine cannot build this. Line ${answer.error.line}: ${answer.error.message}`);
      return;
    }
    took = [...took, answer.ok.seconds];
    mark(steps, "data-stale", undefined);
    status.replaceChildren(...code(`Build ${took.length}: ${answer.ok.said}`));
    drawSteps(steps, answer.ok);
    drawBuilds(builds, took);
    drawFiles();
  };

  for (const row of rows) {
    row.listen(
      () => project.edit(row.path),
      () => project.undo(row.path),
      () => {
        drawFiles();
        stale();
      },
    );
  }
  onPress(find(figure, "[data-act=build]"), () => void build());
  onPress(find(figure, "[data-act=reset]"), () => {
    project = new Project(scene);
    took = scene.took;
    dockerfile.value = scene.dockerfile;
    mark(dockerfile, "aria-invalid", undefined);
    mark(steps, "data-stale", undefined);
    status.replaceChildren(...drawn.said);
    steps.replaceChildren(...drawn.steps);
    builds.replaceChildren(...drawn.builds);
    drawFiles();
  });
  dockerfile.addEventListener("input", stale);
  dockerfile.value = scene.dockerfile;
  dockerfile.readOnly = false;
  drawFiles();
  const sight = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    sight.disconnect();
    // What goes wrong is said when somebody builds.
    (loaded ??= load()).catch(() => (loaded = undefined));
  });
  sight.observe(figure);
}

/** A file of the context with its version. */
class FileRow {
  private readonly edit: HTMLButtonElement;
  private readonly undo: HTMLButtonElement;

  constructor(
    private readonly row: HTMLElement,
    readonly path: string,
  ) {
    this.edit = find(row, "[data-act=edit]");
    this.undo = find(row, "[data-act=undo]");
    mark(this.edit, "aria-label", `Edit: ${path}`);
    mark(this.undo, "aria-label", `Undo: ${path}`);
  }

  listen(edit: () => void, undo: () => void, then: () => void): void {
    onPress(this.edit, () => (edit(), then()));
    onPress(this.undo, () => (undo(), then()));
  }

  draw(project: Project): void {
    mark(this.row, "data-changed", project.changed(this.path) ? "true" : undefined);
    say(find(this.row, ".ly-version"), `version ${project.version(this.path)}`);
    enable(this.edit, true);
    enable(this.undo, project.canUndo(this.path));
  }
}

const SVG = "http://www.w3.org/2000/svg";

function bar(share: number): SVGElement {
  const made = document.createElementNS(SVG, "svg");
  for (const [key, value] of Object.entries({ class: "ly-bar", viewBox: "0 0 100 6", preserveAspectRatio: "none", "aria-hidden": "true" })) {
    made.setAttribute(key, value);
  }
  const rect = document.createElementNS(SVG, "rect");
  rect.setAttribute("width", (100 * share).toFixed(1));
  rect.setAttribute("height", "6");
  made.append(rect);
  return made;
}

function drawSteps(list: HTMLElement, report: Report): void {
  const longest = Math.max(0.1, ...report.steps.map((step) => step.seconds));
  list.replaceChildren(
    ...report.steps.map((step) =>
      element(
        "li",
        { class: "ly-step", "data-state": step.state },
        element("span", { class: "ly-line" }, String(step.line)),
        element("span", { class: "ly-text" }, step.text),
        element("span", { class: "ly-verdict" }, step.verdict),
        element("span", { class: "ly-why" }, ...code(step.why)),
        bar(step.seconds / longest),
      ),
    ),
  );
}

/** The last builds with their times, to one scale. */
function drawBuilds(list: HTMLElement, took: number[]): void {
  const most = Math.max(0.1, ...took);
  const shown = took.map((seconds, at) => ({ seconds, number: at + 1 })).slice(-5);
  list.replaceChildren(
    ...shown.map(({ seconds, number }) =>
      element(
        "li",
        { class: "ly-build" },
        element("span", {}, `Build ${number}`),
        bar(seconds / most),
        element("span", { class: "ly-took" }, time(seconds)),
      ),
    ),
  );
}
