// The line below the code: the problem where the cursor is, and whether all is saved.

import { element } from "../dialog.ts";
import type { OpenFile, State } from "./document.ts";
import { languageOf } from "./languages.ts";

export interface Where {
  line: number;
  column: number;
  /** Problems in the whole file. */
  problems: number;
  /** The one in the line of the cursor. */
  here?: HTMLElement;
}

const WORDS: Record<State, string> = {
  saved: "Saved",
  unsaved: "Not saved yet",
  saving: "Saving …",
  failed: "Not saved",
  conflict: "Not saved: two versions",
  deleted: "Not saved: deleted",
};

export class Status {
  readonly element: HTMLElement;
  private readonly problem = element("span", { class: "status-problem", role: "status" });
  private readonly language = element("span", { class: "status-language" });
  private readonly place = element("span", { class: "status-place" });
  private readonly saving = element("span", { class: "status-saving" });

  constructor() {
    this.element = element("div", { class: "editor-status" }, this.problem, this.language, this.place, this.saving);
  }

  show(file: OpenFile | undefined, where: Where | undefined): void {
    this.element.hidden = !file;
    const text = !where?.here && where?.problems ? `${where.problems} ${where.problems === 1 ? "problem" : "problems"}: F8 goes to the next` : "";
    // Said again only when it is another.
    if (this.problem.textContent !== (where?.here?.textContent ?? text)) {
      this.problem.replaceChildren(where?.here ?? text);
    }
    this.language.textContent = file ? (languageOf(file.path)?.name ?? "Text") : "";
    this.place.textContent = where ? `Ln ${where.line}, Col ${where.column}` : "";
    if (!file) return;
    this.saving.dataset["state"] = file.state;
    const reason = file.state === "failed" ? `: ${file.reason} What you typed is kept here.` : "";
    this.saving.textContent = where ? WORDS[file.state] + reason : "";
  }
}
