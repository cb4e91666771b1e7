// What xterm.js calls in place of inline styles; strict-xterm.mjs puts the calls in.

/** Stands in for a <style>: its text becomes a style sheet of the page for as long as it is used. */
export function sheet(): HTMLElement {
  const own = new CSSStyleSheet();
  document.adoptedStyleSheets.push(own);
  const element = document.createElement("span");
  element.hidden = true;
  Object.defineProperty(element, "textContent", {
    get: () => "",
    set: (css: string) => own.replaceSync(css),
  });
  element.remove = () => {
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((other) => other !== own);
    Element.prototype.remove.call(element);
  };
  return element;
}

/** Adds one declaration to an element. */
export function addStyle(element: HTMLElement, declaration: string): void {
  element.style.cssText += `;${declaration}`;
}
