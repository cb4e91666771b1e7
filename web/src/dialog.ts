// Dialogs of the page: the browser's own <dialog>, which keeps the focus inside and gives it back.

type Child = Node | string;

/** An element with attributes and children; text only ever becomes text nodes. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Record<string, string> = {},
  ...children: Child[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

let count = 0;

/** Opens a dialog and gives it back; it is removed once closed. */
export function open(title: string, className: string, ...children: Child[]): HTMLDialogElement {
  const id = `dialog-${(count += 1)}`;
  const close = element("button", { type: "button", class: "icon-button dialog-close", "aria-label": "Close" }, "×");
  const dialog = element(
    "dialog",
    { class: `dialog ${className}`, "aria-labelledby": id },
    element("header", { class: "dialog-head" }, element("h2", { id }, title), close),
    ...children,
  );
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/** Asks a yes-or-no question. The careful answer has the focus. */
export function confirm(title: string, text: string, yes: string, ...more: Child[]): Promise<boolean> {
  return new Promise((resolve) => {
    const no = element("button", { type: "button", class: "button" }, "Cancel");
    const sure = element("button", { type: "button", class: "button primary" }, yes);
    const dialog = open(
      title,
      "confirm",
      element("p", {}, text),
      ...more,
      element("p", { class: "dialog-actions" }, no, sure),
    );
    let answer = false;
    no.addEventListener("click", () => dialog.close());
    sure.addEventListener("click", () => {
      answer = true;
      dialog.close();
    });
    dialog.addEventListener("close", () => resolve(answer));
    no.focus();
  });
}
