// The pane "Builds": the newest build as it happens, every earlier one, and any two compared.

import { element } from "../dialog.ts";
import { image } from "./image.ts";
import { type Detail, lasted, stages, type Step, type Summary } from "./model.ts";
import { Row } from "./row.ts";
import { announcement, code, duration, instruction, option, outcome } from "./words.ts";

/** Between two drawings of bars that grow. */
const TICK_MS = 200;

export class Builds {
  private readonly which = element("select", { class: "build-select", "aria-label": "Build", "data-focus": "" });
  private readonly other = element("select", { class: "build-select" });
  private readonly head = element("div", { class: "build-head" });
  private readonly outcome = element("span", { class: "build-outcome" });
  private readonly cause = element("p", { class: "build-cause" });
  private readonly problem = element("p", { class: "build-problem" });
  private readonly stages = element("div", { class: "build-stages" });
  private readonly cut = element("p", { class: "build-cut" }, "It has more steps than are shown here.");
  private readonly gone = element("ul", { class: "build-gone", "aria-label": "Steps that are gone" });
  private readonly preparation = element("ol", { class: "build-steps" });
  private readonly prepared = element("details", { class: "build-preparation" });
  private readonly image = element("div", { class: "build-image" });
  private readonly said = element("p", { class: "visually-hidden", role: "status" });
  private readonly view: HTMLElement;
  private readonly rows = new Map<string, Row>();
  private list: Summary[] = [];
  private build: Detail | undefined;
  /** The build that the learner chose to compare with; empty for the one before. */
  private chosen = "";
  /** Which rows stand where. */
  private shape = "";
  private arrived = 0;
  private timer: ReturnType<typeof setInterval> | undefined;

  constructor(
    private readonly empty: HTMLElement,
    host: HTMLElement,
    private readonly url: string,
  ) {
    const compared = element("label", {}, element("span", {}, "compared with"), this.other);
    this.head.append(this.which, this.outcome, compared);
    this.prepared.append(element("summary", {}, "What the builder did besides"), this.preparation);
    this.view = element(
      "div",
      { class: "builds" },
      this.head,
      this.problem,
      this.cause,
      this.stages,
      this.cut,
      this.gone,
      this.image,
      this.prepared,
    );
    this.view.hidden = true;
    host.replaceChildren(this.view, this.said);
    this.which.addEventListener("change", () => {
      this.chosen = "";
      void this.show(this.which.value);
    });
    this.other.addEventListener("change", () => {
      this.chosen = this.other.value;
      if (this.build) void this.show(this.build.ref);
    });
    void this.refresh();
  }

  close(): void {
    clearInterval(this.timer);
    this.view.remove();
    this.said.remove();
    this.empty.hidden = false;
  }

  /** Takes the event `build`. */
  hear(build: Detail): void {
    const { step_count: steps, ref } = build;
    const summary: Summary = { ...build, steps };
    const known = this.list.findIndex((one) => one.ref === ref);
    const before = this.list[known];
    if (before) this.list[known] = summary;
    else this.list.unshift(summary);
    this.list.sort((one, other) => other.number - one.number);
    // A build that has just been typed is what the learner wants to see.
    if (!before) this.chosen = "";
    if (!before || this.build?.ref === ref) {
      if (before?.state !== build.state) this.said.textContent = announcement(build);
      if (this.chosen && build.state !== "running") void this.show(ref);
      else if (!this.chosen) this.draw(build);
    }
    this.lists();
  }

  /** Loads the list anew, after the page was opened or had lost the events. */
  async refresh(): Promise<void> {
    const found = await get<{ builds: Summary[] }>(this.url);
    if (!found) return;
    this.list = found.builds;
    if (!this.list.some((build) => build.ref === this.build?.ref)) this.forget();
    const newest = this.list[0];
    if (newest && !this.build) await this.show(newest.ref);
    else this.lists();
  }

  /** The machine no longer has the build that is shown. */
  private forget(): void {
    this.build = undefined;
    this.chosen = "";
    this.rows.clear();
    clearInterval(this.timer);
    this.view.hidden = true;
    this.empty.hidden = false;
  }

  private async show(ref: string): Promise<void> {
    const query = this.chosen ? `?with=${encodeURIComponent(this.chosen)}` : "";
    const build = await get<Detail>(`${this.url}/${encodeURIComponent(ref)}${query}`);
    if (!build) {
      this.problem.textContent = "This build could not be loaded. Choose it again.";
      this.problem.hidden = false;
      return;
    }
    this.draw(build);
    this.lists();
  }

  private draw(build: Detail): void {
    if (this.build?.ref !== build.ref) this.rows.clear();
    this.build = build;
    this.arrived = performance.now();
    this.empty.hidden = true;
    this.view.hidden = false;
    this.view.dataset["state"] = build.state;
    this.outcome.textContent = outcome(build, build.step_count);
    this.drawCause(build);
    this.problem.textContent = build.error && !build.steps.some((step) => step.error) ? build.error : "";
    this.problem.hidden = this.problem.textContent === "";
    const groups = stages(build).map(([stage, steps]) => ({ stage, rows: this.take(`stage ${stage}`, steps) }));
    const prepared = this.take("preparation", build.preparation);
    // Put together anew only when steps came: what has the focus stays where it is.
    const shape = JSON.stringify([build.ref, build.steps.map((step) => [step.stage, step.n]), prepared.length]);
    if (this.shape !== shape) {
      this.shape = shape;
      this.stages.replaceChildren(
        ...groups.map(({ stage, rows }) => {
          const title = stage === "" ? [] : [element("h3", { class: "build-stage-name" }, stage)];
          const list = element("ol", { class: "build-steps" }, ...rows);
          return element("section", { class: "build-stage", "aria-label": stage || "Steps" }, ...title, list);
        }),
      );
      this.preparation.replaceChildren(...prepared);
    }
    this.cut.hidden = !build.steps_cut;
    this.prepared.hidden = build.preparation.length === 0;
    const lost = build.gone.map((step) => element("li", {}, element("s", {}, instruction(step)), ` is gone${step.stage && ` from ${step.stage}`}`));
    this.gone.replaceChildren(...lost);
    this.gone.hidden = lost.length === 0;
    this.image.replaceChildren(...image(build));
    this.scale();
    clearInterval(this.timer);
    if (build.state === "running") this.timer = setInterval(() => this.scale(), TICK_MS);
  }

  /** Hands each step to its row, which is kept from one drawing to the next. */
  private take(place: string, steps: Step[]): HTMLElement[] {
    const ref = this.build?.ref ?? "";
    return steps.map((step) => {
      const key = `${place} ${step.n}`;
      let row = this.rows.get(key);
      if (!row) {
        row = new Row(step, (n) => get(`${this.url}/${encodeURIComponent(ref)}/steps/${n}/log`));
        this.rows.set(key, row);
      }
      const taken = row;
      void row.take(step)?.then(() => this.reveal(taken.element));
      return row.element;
    });
  }

  /** Scrolls the pane as far as it takes to see a row whole, and no further than to its beginning. */
  private reveal(row: HTMLElement): void {
    const pane = this.view.closest(".pane");
    if (!pane || !this.visible()) return;
    const [place, all] = [row.getBoundingClientRect(), pane.getBoundingClientRect()];
    const below = place.bottom - all.bottom;
    // The head stays at the top, whatever is scrolled.
    if (below > 0) pane.scrollTop += Math.min(below, place.top - all.top - this.head.offsetHeight);
  }

  private visible(): boolean {
    return this.view.offsetParent !== null;
  }

  private drawCause(build: Detail): void {
    const first = build.steps.find((step) => step.n === build.first_rerun);
    const against = build.compared_with;
    let text = "";
    if (first?.reason && against) {
      text = `Against build ${against.number}, the first step that ran again is \`${quotable(first)}\`: ${first.reason}.`;
    } else if (against && build.state === "done") {
      const fresh = build.steps.find((step) => step.change === "new");
      text = fresh
        ? `Against build ${against.number}, the first new step is \`${quotable(fresh)}\`.`
        : `Against build ${against.number}, no step had to run again.`;
    }
    if (this.cause.dataset["text"] === text) return;
    this.cause.dataset["text"] = text;
    this.cause.replaceChildren(...code(text));
    this.cause.hidden = text === "";
  }

  private scale(): void {
    const build = this.build;
    if (!build || !this.visible()) return;
    const growing = build.state === "running" ? performance.now() - this.arrived : 0;
    const now = lasted(build) + growing;
    if (build.state === "running") this.outcome.textContent = `running, ${duration(now)}`;
    for (const row of this.rows.values()) row.scale(now, now);
  }

  private lists(): void {
    const shown = this.build;
    options(this.which, this.list.map((build) => [build.ref, option(build)]), shown?.ref ?? "");
    const others = this.list.filter((build) => build.ref !== shown?.ref);
    const before = shown?.compared_with && !this.chosen ? `build ${shown.compared_with.number} (before)` : "the one before";
    const choices: [string, string][] = others.map((build) => [build.ref, option(build)]);
    options(this.other, [["", before], ...choices], this.chosen);
    this.other.disabled = others.length === 0;
  }
}

/** An instruction that can stand between backquotes. */
const quotable = (step: Step) => instruction(step).replaceAll("`", "'");

/** Fills a select without touching what is the same, so that an open list stays open. */
function options(select: HTMLSelectElement, choices: [string, string][], chosen: string): void {
  const same = choices.length === select.options.length && choices.every(([value], at) => select.options[at]?.value === value);
  if (!same) select.replaceChildren(...choices.map(([value]) => element("option", { value })));
  choices.forEach(([, text], at) => {
    const option = select.options[at];
    if (option && option.textContent !== text) option.textContent = text;
  });
  if (select.value !== chosen) select.value = chosen;
}

async function get<T>(url: string): Promise<T | undefined> {
  try {
    const answer = await fetch(url, { headers: { accept: "application/json" } });
    return answer.ok ? ((await answer.json()) as T) : undefined;
  } catch {
    return undefined;
  }
}
