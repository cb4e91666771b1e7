// What the views of all simulators use.

export function find<Kind extends Element = HTMLElement>(within: Element, selector: string): Kind {
  const found = within.querySelector<Kind>(selector);
  if (!found) throw new Error(`${selector} is missing in a simulator`);
  return found;
}

export const all = <Kind extends Element = HTMLElement>(within: Element, selector: string): Kind[] => [
  ...within.querySelectorAll<Kind>(selector),
];

export function say(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** Sets an attribute, or takes it away. */
export function mark(element: Element, name: string, value: string | undefined): void {
  if (value === undefined) element.removeAttribute(name);
  else if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

/** Switches a button; one that has the focus stays in the order of tabs, so that a keyboard does not lose its place. */
export function enable(button: HTMLButtonElement, on: boolean): void {
  button.disabled = false;
  mark(button, "aria-disabled", on ? undefined : "true");
}

/** Listens to a button; while it is switched off, it does nothing. */
export function onPress(button: HTMLButtonElement, act: () => void): void {
  button.disabled = false;
  button.addEventListener("click", () => {
    if (button.getAttribute("aria-disabled") !== "true") act();
  });
}
