// Bundles scripts and styles, gives every file a name with its hash, writes the manifest and
// compresses what is text. Called by scripts/assets.sh, after the wasm part is built:
//
//   node build.mjs --islands <folder of wasm-bindgen's output> --out <folder>
//
// The islands' folder holds <name>.js and <name>_bg.wasm for each set of islands, and for the rules of Dockerfiles.
//
// The output folder is replaced as a whole at the end, so a server never sees half of it.

import { createHash } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { basename, dirname, extname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { build } from "esbuild";
import { strictCodeMirror } from "./strict-codemirror.mjs";
import { strictXterm } from "./strict-xterm.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const { values: args } = parseArgs({
  options: { islands: { type: "string" }, out: { type: "string" } },
});
if (!args.islands || !args.out) {
  console.error("Use: node build.mjs --islands <folder> --out <folder>");
  process.exit(2);
}
const out = resolve(args.out);
const fresh = `${out}.new`;

/** Logical name → contents. */
const files = new Map();
/** Logical name → hashed name. */
const manifest = {};

const hashed = (name, bytes) => {
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 10);
  const ending = extname(name);
  return `${basename(name, ending)}-${hash}${ending}`;
};

const add = (name, bytes) => {
  manifest[name] = hashed(name, bytes);
  files.set(manifest[name], Buffer.from(bytes));
};

const common = {
  bundle: true,
  minify: true,
  write: false,
  target: ["es2022", "chrome111", "firefox115", "safari16.4"],
  legalComments: "none",
  logLevel: "warning",
  outdir: "/",
};
const bundle = async (entry, options) => {
  const result = await build({ ...common, entryPoints: [resolve(here, entry)], ...options });
  return result.outputFiles;
};
const script = async (name, entry, format = "esm") => {
  const [file] = await bundle(entry, { format });
  add(name, file.contents);
};

// The terminal is a module of its own: only a page that opens one loads it. It brings its style
// sheet along, which the same page links to.
for (const file of await bundle("src/terminal/main.ts", {
  format: "esm",
  plugins: [strictXterm(resolve(here, "src/terminal/styles.ts"))],
})) {
  add(`terminal${extname(file.path)}`, file.contents);
}
// So are the other panes.
await script("builds.js", "src/builds/main.ts");
await script("engine.js", "src/engine/main.ts");
await script("submit.js", "src/submit/main.ts");
const [editor] = await bundle("src/editor/main.ts", { format: "esm", plugins: [strictCodeMirror] });
add("editor.js", editor.contents);
// What sends a form by itself, for a page on its way to another site.
await script("send.js", "src/send.ts", "iife");
// And the simulators of lessons.
await script("simulators.js", "src/simulators/main.ts");
await script("boot.js", "src/boot.ts");
await script("theme.js", "src/theme.ts", "iife");
const [css] = await bundle("../style/site.css", {});
add("site.css", css.contents);
add("favicon.svg", await readFile(resolve(here, "src/favicon.svg")));

const islands = resolve(args.islands);
for (const name of ["lesson", "lab", "dockerfile"]) {
  add(`${name}.wasm`, await readFile(join(islands, `${name}_bg.wasm`)));
  const [glue] = await bundle(join(islands, `${name}.js`), { bundle: false, format: "esm" });
  add(`${name}.js`, glue.contents);
}

const compress = {
  br: (bytes) =>
    promisify(brotliCompress)(bytes, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: 11,
        [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
      },
    }),
  gz: (bytes) => promisify(gzip)(bytes, { level: 9 }),
};

await rm(fresh, { recursive: true, force: true });
await mkdir(fresh, { recursive: true });
const sizes = new Map();
const jobs = [];
for (const [name, bytes] of files) {
  jobs.push(async () => {
    await writeFile(join(fresh, name), bytes);
    for (const [ending, squeeze] of Object.entries(compress)) {
      const small = await squeeze(bytes);
      if (ending === "br") sizes.set(name, small.length);
      await writeFile(join(fresh, `${name}.${ending}`), small);
    }
  });
}
const worker = async () => {
  for (let job = jobs.shift(); job; job = jobs.shift()) await job();
};
await Promise.all(Array.from({ length: availableParallelism() }, worker));
await writeFile(join(fresh, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);

await rm(out, { recursive: true, force: true });
await mkdir(dirname(out), { recursive: true });
await rename(fresh, out);

for (const [name, file] of Object.entries(manifest)) {
  const raw = files.get(file).length;
  const kb = (bytes) => `${(bytes / 1000).toFixed(1).padStart(6)} kB`;
  console.log(`  ${name.padEnd(14)} ${kb(raw)}  brotli ${kb(sizes.get(file))}`);
}
