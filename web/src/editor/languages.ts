// Which language a file is in, by its name. All are read line by line: small, and good enough to colour and to indent.

import { indentUnit, StreamLanguage, type StreamParser } from "@codemirror/language";
import { css } from "@codemirror/legacy-modes/mode/css";
import { dockerFile } from "@codemirror/legacy-modes/mode/dockerfile";
import { javascript, json, typescript } from "@codemirror/legacy-modes/mode/javascript";
import { properties } from "@codemirror/legacy-modes/mode/properties";
import { python } from "@codemirror/legacy-modes/mode/python";
import { shell } from "@codemirror/legacy-modes/mode/shell";
import { toml } from "@codemirror/legacy-modes/mode/toml";
import { html, xml } from "@codemirror/legacy-modes/mode/xml";
import { yaml } from "@codemirror/legacy-modes/mode/yaml";
import type { Extension } from "@codemirror/state";

import { makefile } from "./makefile.ts";
import { markdown } from "./markdown.ts";
import { fileName } from "./names.ts";

interface Language {
  name: string;
  files: RegExp;
  /** The first line of files that their name does not tell. */
  start?: RegExp;
  parser: StreamParser<unknown>;
  indent: string;
}

const language = <State>(name: string, files: RegExp, parser: StreamParser<State>, indent = "  ", start?: RegExp): Language => ({
  name,
  files,
  parser: parser as StreamParser<unknown>,
  indent,
  ...(start && { start }),
});

const LANGUAGES: Language[] = [
  language("Dockerfile", /^(Dockerfile|Containerfile)(\..+)?$|\.(Dockerfile|Containerfile)$/i, dockerFile, "    "),
  language("Makefile", /^(GNU)?makefile(\..+)?$|\.mk$/i, makefile, "\t"),
  language("YAML", /\.ya?ml$/i, yaml),
  language("Python", /\.pyi?$/i, python, "    ", /^#!.*\bpython/),
  language("Shell", /\.(ba|z|k)?sh$|^\.(bashrc|profile|bash_aliases|bash_profile)$/i, shell, "    ", /^#!.*\b(ba|da|z)?sh\b/),
  language("JSON", /\.json$/i, json),
  language("JavaScript", /\.[cm]?jsx?$/i, javascript),
  language("TypeScript", /\.[cm]?tsx?$/i, typescript),
  language("HTML", /\.html?$/i, html),
  language("XML", /\.(xml|svg)$/i, xml),
  language("CSS", /\.css$/i, css),
  language("Markdown", /\.(md|markdown)$/i, markdown),
  language("TOML", /\.toml$/i, toml),
  language("Settings", /\.(env|ini|conf|cfg|properties)$|^\.env(\..+)?$|^\.(dockerignore|gitignore)$/i, properties),
];

const made = new Map<Language, StreamLanguage<unknown>>();

/** The language of a file; `undefined` for plain text. */
export function languageOf(path: string, text = ""): Language | undefined {
  const name = fileName(path);
  const first = text.slice(0, 200).split("\n")[0] ?? "";
  return LANGUAGES.find(({ files }) => files.test(name)) ?? LANGUAGES.find(({ start }) => start?.test(first));
}

/** What an editor needs to colour and indent a file. */
export function languageSupport(path: string, text: string): Extension {
  const found = languageOf(path, text);
  if (!found) return [];
  let support = made.get(found);
  if (!support) made.set(found, (support = StreamLanguage.define(found.parser)));
  return [support, indentUnit.of(found.indent)];
}

export const isDockerfile = (path: string): boolean => languageOf(path)?.name === "Dockerfile";
