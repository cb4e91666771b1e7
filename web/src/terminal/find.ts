// The line over a terminal in which one searches its output.

import type { SearchAddon } from "@xterm/addon-search";
import type { Terminal } from "@xterm/xterm";
import { element } from "../dialog.ts";
import { hex } from "./colours.ts";

export class FindLine {
  private readonly search: SearchAddon;
  private readonly line: HTMLFormElement;
  private readonly field = element("input", {
    type: "search",
    class: "field",
    "aria-label": "Find in the terminal",
    placeholder: "Find",
    autocomplete: "off",
  });
  private readonly count = element("span", { class: "find-count", role: "status" });
  private readonly back: () => void;

  constructor(host: HTMLElement, search: SearchAddon, terminal: Terminal, back: () => void) {
    this.search = search;
    this.back = back;
    const previous = element("button", { type: "button", class: "icon-button", "aria-label": "Previous" }, "↑");
    const next = element("button", { type: "submit", class: "icon-button", "aria-label": "Next" }, "↓");
    const close = element("button", { type: "button", class: "icon-button", "aria-label": "Close the search" }, "×");
    this.line = element("form", { class: "find-line", role: "search", "aria-label": "Terminal" }, this.field, this.count, previous, next, close);
    this.line.hidden = true;
    host.append(this.line);

    const options = () => {
      const match = hex(host, "match");
      const active = hex(host, "match-active");
      return {
        decorations: {
          matchBackground: match,
          matchOverviewRuler: match,
          activeMatchBackground: active,
          activeMatchColorOverviewRuler: active,
        },
      };
    };
    search.onDidChangeResults(({ resultIndex, resultCount }) => {
      this.count.textContent =
        this.field.value === "" ? "" : resultCount === 0 ? "Nothing found" : `${resultIndex + 1} of ${resultCount}`;
    });
    this.field.addEventListener("input", () => {
      if (this.field.value) search.findNext(this.field.value, { ...options(), incremental: true });
      else search.clearDecorations();
    });
    this.line.addEventListener("submit", (event) => {
      event.preventDefault();
      search.findNext(this.field.value, options());
    });
    previous.addEventListener("click", () => search.findPrevious(this.field.value, options()));
    close.addEventListener("click", () => this.close());
    this.line.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.close();
    });
    terminal.onResize(() => this.line.hidden || search.clearDecorations());
  }

  open(): void {
    this.line.hidden = false;
    this.field.focus();
    this.field.select();
  }

  private close(): void {
    this.line.hidden = true;
    this.search.clearDecorations();
    this.back();
  }
}
