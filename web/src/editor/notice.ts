// What has to be decided about the shown file before it can be saved again.

import { element } from "../dialog.ts";
import type { OpenFile } from "./document.ts";

interface Actions {
  keepMine(): void;
  takeTheirs(): void;
  difference(): void;
  close(): void;
}

export class Notice {
  readonly element = element("div", { class: "editor-notice", role: "alert", hidden: "" });
  private readonly words = element("p");
  private readonly difference: HTMLButtonElement;
  private readonly mine: HTMLButtonElement;
  private readonly theirs: HTMLButtonElement;
  private readonly close: HTMLButtonElement;

  constructor(actions: Actions) {
    const button = (words: string, act: () => void) => {
      const made = element("button", { type: "button", class: "button" }, words);
      made.addEventListener("click", act);
      return made;
    };
    this.difference = button("Show difference", actions.difference);
    this.mine = button("Keep mine", actions.keepMine);
    this.theirs = button("Take theirs", actions.takeTheirs);
    this.close = button("Close the file", actions.close);
    this.element.append(
      this.words,
      element("p", { class: "notice-actions" }, this.difference, this.mine, this.theirs, this.close),
    );
  }

  show(file: OpenFile | undefined): void {
    const conflict = file?.state === "conflict";
    const deleted = file?.state === "deleted";
    const text = conflict || deleted ? `${file.reason} Nothing is written until you decide.` : "";
    if (this.words.textContent !== text) this.words.textContent = text;
    this.element.hidden = !conflict && !deleted;
    const both = conflict && file.theirs !== undefined;
    this.difference.hidden = !both;
    this.theirs.hidden = !both;
    this.close.hidden = both;
    this.mine.textContent = deleted ? "Write it again" : "Keep mine";
  }
}
