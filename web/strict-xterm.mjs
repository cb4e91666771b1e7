// xterm.js writes <style> elements and style attributes, and offers no nonce for them; this site's
// content security policy allows neither ("style-src 'self'"). Style sheet objects and the `style`
// property do the same and are allowed, as no markup can reach them. So while bundling, the four
// places are pointed at src/terminal/styles.ts. A new xterm that differs stops the build.

import { readFile } from "node:fs/promises";
import { resolve } from "node:path";

const CHANGES = [
  { from: /[\w.]+\.createElement\("style"\)/g, to: "drydockSheet()", times: 3 },
  {
    from: /(\w)\.setAttribute\("style",`\$\{\1\.getAttribute\("style"\)\|\|""\}\$\{(\w)\};`\)/g,
    to: "drydockStyle($1,$2)",
    times: 1,
  },
];

/** An esbuild plugin. */
export const strictXterm = (source) => ({
  name: "strict-xterm",
  setup(build) {
    build.onLoad({ filter: /@xterm[\\/]xterm[\\/]lib[\\/]xterm\.mjs$/ }, async ({ path }) => {
      let contents = await readFile(path, "utf8");
      for (const { from, to, times } of CHANGES) {
        const found = contents.match(from)?.length ?? 0;
        if (found !== times) {
          const text = `xterm.js has ${found} places like ${from}, and ${times} are known: look at what it does with styles now, and mend web/strict-xterm.mjs`;
          return { errors: [{ text }] };
        }
        contents = contents.replace(from, to);
      }
      const styles = JSON.stringify(resolve(source));
      return { contents: `import{sheet as drydockSheet,addStyle as drydockStyle}from ${styles};${contents}`, loader: "js" };
    });
  },
});
