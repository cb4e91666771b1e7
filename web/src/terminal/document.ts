// xterm.js writes <style> elements and style attributes, which this site's content security policy
// forbids ("style-src 'self'", nothing inline). It also lets its document be given to it: this one
// makes elements whose styles go through the style sheet objects of the browser instead, which the
// policy allows because no markup can reach them.

/** A document for xterm's `documentOverride` that makes elements free of inline styles. */
export function strictDocument(): Document {
  const createElement = (name: string): HTMLElement => {
    if (name === "style") return sheetElement();
    const element = document.createElement(name);
    const setAttribute = element.setAttribute;
    element.setAttribute = (key, value) => {
      if (key === "style") element.style.cssText = value;
      else setAttribute.call(element, key, value);
    };
    return element;
  };
  return new Proxy(document, {
    get(target, key) {
      if (key === "createElement") return createElement;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

/** Stands in for a <style>: its text becomes a style sheet of the page for as long as it is used. */
function sheetElement(): HTMLElement {
  const sheet = new CSSStyleSheet();
  document.adoptedStyleSheets.push(sheet);
  const element = document.createElement("span");
  element.hidden = true;
  Object.defineProperty(element, "textContent", {
    get: () => "",
    set: (css: string) => sheet.replaceSync(css),
  });
  element.remove = () => {
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((other) => other !== sheet);
    Element.prototype.remove.call(element);
  };
  return element;
}
