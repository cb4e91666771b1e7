// Buttons on code: copy on everything that is typed, and run on what belongs into a lab's terminal.

import { element } from "./dialog.ts";
import * as editors from "./editors.ts";
import * as terminals from "./terminals.ts";

/** The text that a learner would type: without prompts, and in a console block without its output. */
export function typedText(figure: Element): string {
  const code = figure.querySelector("pre code");
  if (!code) return "";
  const typed = [...code.querySelectorAll(".typed")];
  const lines = typed.length > 0 ? typed.map(withoutPrompt) : [withoutPrompt(code)];
  return lines.map((line) => line.replace(/\n+$/, "")).join("\n");
}

function withoutPrompt(node: Element): string {
  const copy = node.cloneNode(true) as Element;
  for (const prompt of copy.querySelectorAll(".prompt")) prompt.remove();
  return copy.textContent ?? "";
}

export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // No clipboard interface on plain http from another machine: the old way still works there.
    const area = element("textarea", { class: "visually-hidden", "aria-hidden": "true" });
    area.value = text;
    const focused = document.activeElement;
    document.body.append(area);
    area.select();
    const copied = document.execCommand("copy");
    area.remove();
    if (focused instanceof HTMLElement) focused.focus();
    return copied;
  }
}

export function decorateCode(): void {
  for (const figure of document.querySelectorAll<HTMLElement>("figure.code")) {
    if (!("output" in figure.dataset)) decorate(figure);
  }
}

/** Gives a block its buttons. */
export function decorate(figure: HTMLElement): void {
  const buttons = element("div", { class: "code-buttons" });
  if ("run" in figure.dataset && document.querySelector(".workspace")) buttons.append(runButton(figure));
  if (figure.dataset["file"] && document.querySelector(".workspace")) buttons.append(fileButton(figure, figure.dataset["file"]));
  buttons.append(...copyButton(figure));
  figure.append(buttons);
}

function copyButton(figure: Element): HTMLElement[] {
  const button = element("button", { type: "button", class: "code-button" }, "Copy");
  const say = element("span", { class: "visually-hidden", role: "status" });
  button.addEventListener("click", async () => {
    const copied = await copyText(typedText(figure));
    button.textContent = copied ? "Copied" : "Not copied";
    say.textContent = copied ? "Copied" : "The browser did not allow copying";
    setTimeout(() => {
      button.textContent = "Copy";
      say.textContent = "";
    }, 1500);
  });
  return [button, say];
}

function fileButton(figure: Element, path: string): HTMLButtonElement {
  const button = element("button", { type: "button", class: "code-button" }, "Open in the editor");
  button.title = `Open ${path}, or make it as it stands here`;
  button.addEventListener("click", () => {
    if (!editors.offer(path, figure.querySelector("pre code")?.textContent ?? "")) startFirst(button);
  });
  return button;
}

/** Says on a button that there is no machine yet, and shows how to get one. */
function startFirst(button: HTMLButtonElement): void {
  const words = button.textContent ?? "";
  button.textContent = "Start the lab first";
  setTimeout(() => (button.textContent = words), 2500);
  document.querySelector<HTMLElement>(".workspace .panel button.primary")?.focus();
}

function runButton(figure: Element): HTMLButtonElement {
  const button = element("button", { type: "button", class: "code-button run" }, "Run");
  button.title = "Type this into the terminal and run it";
  button.addEventListener("click", () => {
    if (terminals.run(typedText(figure))) return;
    startFirst(button);
  });
  return button;
}
