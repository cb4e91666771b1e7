// The tabs of the open files.

import { element } from "../dialog.ts";
import { fileName, folderOf, shown } from "./names.ts";

interface Shown {
  path: string;
  unsaved: boolean;
}

interface Actions {
  show(path: string): void;
  close(path: string): void;
}

export class TabStrip {
  readonly element: HTMLElement;
  private readonly list = element("div", { class: "tabs", role: "tablist", "aria-label": "Open files" });
  private readonly closer = element("button", {
    type: "button",
    class: "icon-button",
    "aria-label": "Close this file",
    title: "Close this file",
  });
  private paths: string[] = [];
  private active = "";

  constructor(private readonly actions: Actions) {
    this.closer.textContent = "×";
    this.closer.addEventListener("click", () => this.actions.close(this.active));
    this.list.addEventListener("keydown", (event) => this.key(event));
    this.element = element("div", { class: "tab-strip" }, this.list, element("span", { class: "tab-tools" }, this.closer));
  }

  show(tabs: Shown[], active: string): void {
    const paths = tabs.map(({ path }) => path);
    const focused = this.list.contains(document.activeElement);
    // Kept as they are where nothing changed: a tab is not to vanish between press and release of the mouse.
    if (paths.join("\n") !== this.paths.join("\n") || this.list.childElementCount === 0) {
      this.list.replaceChildren(...paths.map((path) => this.tab(path, paths)));
    }
    this.paths = paths;
    this.active = active;
    for (const [at, { path, unsaved }] of tabs.entries()) {
      const tab = this.list.children[at]!.firstElementChild as HTMLElement;
      tab.setAttribute("aria-selected", String(path === active));
      tab.setAttribute("tabindex", path === active ? "0" : "-1");
      tab.id = path === active ? "editor-tab" : "";
      if (!tab.id) tab.removeAttribute("id");
      tab.toggleAttribute("data-unsaved", unsaved);
      tab.querySelector(".visually-hidden")!.textContent = unsaved ? ", not saved" : "";
    }
    this.element.hidden = paths.length === 0;
    const chosen = this.list.querySelector<HTMLElement>("[aria-selected=true]");
    chosen?.scrollIntoView({ block: "nearest", inline: "nearest" });
    if (focused) chosen?.focus();
  }

  private tab(path: string, all: string[]): HTMLElement {
    const name = fileName(path);
    const alike = all.some((other) => other !== path && fileName(other) === name);
    const label = alike ? shown(`${name} · ${folderOf(path) || "~"}`) : shown(name);
    const button = element(
      "button",
      { type: "button", role: "tab", title: shown(path) },
      label,
      element("span", { class: "visually-hidden" }),
    );
    button.addEventListener("click", () => this.actions.show(path));
    button.addEventListener("auxclick", (event) => {
      if (event.button === 1) this.actions.close(path);
    });
    return element("span", { class: "tab", role: "presentation" }, button);
  }

  private key(event: KeyboardEvent): void {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const at = this.paths.indexOf(this.active);
    if (step !== undefined && at >= 0) {
      event.preventDefault();
      this.actions.show(this.paths[(at + step + this.paths.length) % this.paths.length]!);
      this.list.querySelector<HTMLElement>("[aria-selected=true]")?.focus();
    } else if (event.key === "Delete" && at >= 0) {
      event.preventDefault();
      this.actions.close(this.active);
    }
  }
}
