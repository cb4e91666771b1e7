// Keys of the site. None of them works while somebody types, except the ones that lead out of the
// terminal, which keeps every other key to itself.

import { element, open } from "./dialog.ts";
import { openSearch } from "./search.ts";
import * as terminals from "./terminals.ts";

const PAGE: [string, string][] = [
  ["/", "Search the course"],
  ["n", "Next lesson or lab"],
  ["p", "Previous lesson or lab"],
  ["g then l", "All lessons of the course"],
  ["g then h", "Front page"],
  ["?", "This list"],
];
const LAB: [string, string][] = [
  ["Ctrl + 1", "Into the terminal"],
  ["Ctrl + 2", "Editor: show, and again to hide"],
  ["Ctrl + 3", "Preview of your web app"],
  ["Ctrl + 4", "Builds"],
  ["Ctrl + 5", "Engine: what it has"],
  ["Ctrl + `  or  F6", "Into the terminal, and out of it"],
  ["Ctrl + Shift + C", "Copy what is selected in the terminal"],
  ["Ctrl + Shift + V", "Paste into the terminal"],
  ["Ctrl + Shift + F", "Find in the terminal"],
  ["Alt + F1", "Screen reader mode of the terminal"],
];

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

function list(keys: [string, string][]): HTMLElement {
  const rows = keys.map(([key, what]) => {
    const names = key.split(/( then | \+ |  or  )/).map((part, at) => (at % 2 ? part : element("kbd", {}, part)));
    return element("div", {}, element("dt", {}, ...names), element("dd", {}, what));
  });
  return element("dl", { class: "keys" }, ...rows);
}

export function showKeys(): void {
  if (document.querySelector("dialog[open]")) return;
  const lab = document.querySelector(".workspace") ? [element("h3", {}, "In a lab"), list(LAB)] : [];
  open("Keyboard", "keyboard", list(PAGE), ...lab);
}

function go(selector: string): void {
  document.querySelector<HTMLAnchorElement>(selector)?.click();
}

function changePane(): void {
  const inTerminal = document.activeElement?.closest(".terminal");
  if (inTerminal || !terminals.focus()) document.querySelector<HTMLElement>(".lab-text")?.focus();
}

export function listenForKeys(): void {
  let g = 0;
  for (const button of document.querySelectorAll("[data-action=keys]")) button.addEventListener("click", showKeys);
  for (const button of document.querySelectorAll("[data-action=search]")) button.addEventListener("click", openSearch);

  // While capturing: the terminal stops what it has taken.
  addEventListener(
    "keydown",
    (event) => {
      const pane = event.key === "F6" || (event.ctrlKey && event.code === "Backquote");
      if (!pane || !document.querySelector(".lab-text")) return;
      event.preventDefault();
      event.stopPropagation();
      changePane();
    },
    { capture: true },
  );
  addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (document.querySelector("dialog[open]")) return;
    const afterG = event.timeStamp - g < 1200;
    g = 0;
    switch (event.key) {
      case "?":
        showKeys();
        break;
      case "/":
        openSearch();
        break;
      case "n":
        go("a[rel=next]");
        break;
      case "p":
        go("a[rel=prev]");
        break;
      case "g":
        g = event.timeStamp;
        break;
      case "l":
        if (afterG) go("a[data-action=lessons]");
        break;
      case "h":
        if (afterG) go("a.brand");
        break;
      default:
        return;
    }
    if (event.key === "/" || event.key === "?") event.preventDefault();
  });
}
