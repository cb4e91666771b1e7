// CodeMirror writes its styles into a <style> element when it stands in the page itself; this site's content security
// policy does not allow that ("style-src 'self'"). In a shadow tree it uses style sheet objects, which are allowed:
// while bundling, it is told to do so everywhere. A new version that differs stops the build.

import { readFile } from "node:fs/promises";

const FROM = "if (!root.head && root.adoptedStyleSheets && win.CSSStyleSheet) {";
const TO = "if (root.adoptedStyleSheets && win.CSSStyleSheet) {";

/** An esbuild plugin. */
export const strictCodeMirror = {
  name: "strict-codemirror",
  setup(build) {
    build.onLoad({ filter: /style-mod[\\/]src[\\/]style-mod\.js$/ }, async ({ path }) => {
      const contents = await readFile(path, "utf8");
      if (contents.split(FROM).length !== 2) {
        const text = "style-mod does not choose between its two ways as it did: look at it, and mend web/strict-codemirror.mjs";
        return { errors: [{ text }] };
      }
      return { contents: contents.replace(FROM, TO), loader: "js" };
    });
  },
};
