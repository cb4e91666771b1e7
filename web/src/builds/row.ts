// One step: a row that opens to what it printed.

import { element } from "../dialog.ts";
import type { Step } from "./model.ts";
import { code, failure, instruction, isBase, verdict } from "./words.ts";

interface Log {
  text: string;
  truncated: boolean;
}

/** Fetches a step's log. */
export type Logs = (step: number) => Promise<Log | undefined>;

let count = 0;

export class Row {
  readonly element: HTMLElement;
  private readonly button: HTMLButtonElement;
  private readonly name = element("span", { class: "build-step-name" });
  private readonly bar = element("span", { class: "build-bar" });
  private readonly verdict = element("span", { class: "build-verdict" });
  private readonly reason = element("p", { class: "build-reason" });
  private readonly facts = element("p", { class: "build-facts" });
  private readonly error = element("p", { class: "build-error" });
  private readonly log = element("pre", { class: "build-log", tabindex: "0" });
  private readonly body: HTMLElement;
  private step: Step;
  /** Bytes of the log that is shown. */
  private shown = -1;

  constructor(
    step: Step,
    private readonly logs: Logs,
  ) {
    this.step = step;
    const id = `build-step-${(count += 1)}`;
    this.button = element(
      "button",
      { type: "button", class: "build-row", "aria-expanded": "false", "aria-controls": id },
      this.name,
      element("span", { class: "build-track", "aria-hidden": "true" }, this.bar),
      this.verdict,
    );
    this.body = element("div", { class: "build-body", id }, this.facts, this.error, this.log);
    this.body.hidden = true;
    this.element = element("li", { class: "build-step" }, this.button, this.reason, this.body);
    this.button.addEventListener("click", () => void this.toggle(this.body.hidden));
    this.log.setAttribute("aria-label", "What the step printed");
  }

  /** Opens or closes it; done when all is there. */
  async toggle(open: boolean): Promise<void> {
    this.body.hidden = !open;
    this.button.setAttribute("aria-expanded", String(open));
    if (open) await this.load();
  }

  /** Takes over how the step is now. If it has just failed, it opens: gives when all is there. */
  take(step: Step): Promise<void> | undefined {
    const failed = step.state === "error" && this.element.dataset["state"] !== "error";
    this.step = step;
    this.element.dataset["state"] = step.state;
    if (step.change) this.element.dataset["change"] = step.change;
    else delete this.element.dataset["change"];
    const name = instruction(step);
    set(this.name, name);
    this.name.title = name;
    set(this.verdict, verdict(step));
    const why = step.change === "reran" ? (step.reason ?? "") : "";
    if (this.reason.dataset["text"] !== why) {
      this.reason.dataset["text"] = why;
      this.reason.replaceChildren(...code(why));
      this.reason.hidden = why === "";
    }
    set(this.facts, step.line === null ? name : `Line ${step.line}: ${name}`);
    set(this.error, failure(step.error ?? ""));
    this.error.hidden = !step.error;
    this.element.toggleAttribute("data-base", isBase(step));
    // Whoever looks at a failed build wants to know why.
    if (failed) return this.toggle(true);
    if (!this.body.hidden) void this.load();
    return undefined;
  }

  /** Draws the bar: the step's time on the build's, in shares of 1. */
  scale(now: number, whole: number): void {
    const { start_ms: start, duration_ms: length, state } = this.step;
    if (start === null || state === "cached") {
      this.bar.style.width = "0";
      return;
    }
    const end = length === null ? now : start + length;
    this.bar.style.marginInlineStart = `${(100 * Math.min(start, whole)) / whole}%`;
    this.bar.style.width = `${(100 * Math.max(0, Math.min(end, whole) - start)) / whole}%`;
  }

  private async load(): Promise<void> {
    const { log_bytes: bytes, n } = this.step;
    if (bytes === this.shown) return;
    this.shown = bytes;
    if (bytes === 0) {
      set(this.log, this.step.state === "cached" ? "It came from the cache: nothing ran." : "It printed nothing.");
      this.log.dataset["empty"] = "true";
      return;
    }
    if (this.log.textContent === "") set(this.log, "Loading…");
    const log = await this.logs(n);
    delete this.log.dataset["empty"];
    if (!log) {
      this.shown = -1;
      set(this.log, "The log could not be loaded. Close and open this step to try again.");
      return;
    }
    const end = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 8;
    set(this.log, log.truncated ? `… (the beginning is not kept)\n${log.text}` : log.text);
    if (end) this.log.scrollTop = this.log.scrollHeight;
  }
}

function set(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}
