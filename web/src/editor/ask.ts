// Questions of the editor, in dialogs of the page.

import { element, open } from "../dialog.ts";
import { wrongWith } from "./names.ts";

interface Question {
  title: string;
  label: string;
  /** What stands in the field at first. */
  value: string;
  yes: string;
  /** Does it; what is thrown is shown, and the question stays. */
  act(path: string): Promise<void>;
}

/** Asks for the path of a file and acts on it. */
export function askPath({ title, label, value, yes, act }: Question): Promise<boolean> {
  return new Promise((resolve) => {
    const field = element("input", {
      class: "field",
      id: "path-field",
      type: "text",
      autocomplete: "off",
      autocapitalize: "off",
      spellcheck: "false",
      "aria-describedby": "path-problem",
    });
    field.value = value;
    const problem = element("p", { class: "problem", id: "path-problem", role: "alert" });
    const sure = element("button", { type: "submit", class: "button primary" }, yes);
    const cancel = element("button", { type: "button", class: "button" }, "Cancel");
    const form = element(
      "form",
      { class: "path-form" },
      element("label", { for: "path-field" }, label),
      field,
      problem,
      element("p", { class: "dialog-actions" }, cancel, sure),
    );
    const dialog = open(title, "confirm", form);
    let done = false;
    cancel.addEventListener("click", () => dialog.close());
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const path = field.value.trim();
      problem.textContent = wrongWith(path);
      if (problem.textContent) return;
      sure.disabled = true;
      try {
        await act(path);
        done = true;
        dialog.close();
      } catch (error) {
        problem.textContent = error instanceof Error ? error.message : String(error);
        sure.disabled = false;
        field.focus();
      }
    });
    dialog.addEventListener("close", () => resolve(done));
    field.focus();
    // The name without its folder and its ending is what one mostly changes.
    const start = value.lastIndexOf("/") + 1;
    const dot = value.indexOf(".", start + 1);
    field.setSelectionRange(start, dot < 0 ? value.length : dot);
  });
}

/** Shows something and offers to act on it. */
export function offer(title: string, className: string, content: Node[], yes: string, no = "Cancel"): Promise<boolean> {
  return new Promise((resolve) => {
    const cancel = element("button", { type: "button", class: "button" }, no);
    const sure = element("button", { type: "button", class: "button primary" }, yes);
    const dialog = open(title, className, ...content, element("p", { class: "dialog-actions" }, cancel, sure));
    let answer = false;
    cancel.addEventListener("click", () => dialog.close());
    sure.addEventListener("click", () => {
      answer = true;
      dialog.close();
    });
    dialog.addEventListener("close", () => resolve(answer));
    cancel.focus();
  });
}
