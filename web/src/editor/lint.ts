// Problems of a Dockerfile, found by the crate drydock-dockerfile: the same rules as in the lessons, as wasm.

import { type Diagnostic, linter } from "@codemirror/lint";
import type { Extension, Text } from "@codemirror/state";

import { element } from "../dialog.ts";
import { hasPart, part } from "../parts.ts";

/** As the crate has it: lines and columns count from 1, columns in UTF-16 units. */
export interface Problem {
  line: number;
  column: number;
  end_line: number;
  end_column: number;
  severity: "error" | "warning" | "info";
  /** hadolint's number, if it has one. */
  code: string | null;
  message: string;
  /** Slug of the lesson that explains it. */
  lesson: string | null;
}

/** A problem with its place in the text. */
export interface Found extends Diagnostic {
  problem: Problem;
}

interface Linter {
  default(options: { module_or_path: Promise<Response> }): Promise<unknown>;
  /** Problems as JSON. */
  lint(text: string): string;
}

let loaded: Promise<Linter> | undefined;

async function load(): Promise<Linter> {
  const module = (await import(part("lint"))) as Linter;
  await module.default({ module_or_path: fetch(part("lint-wasm"), { credentials: "same-origin" }) });
  return module;
}

/** The lesson about a problem. */
export function lessonLink(problem: Problem): HTMLAnchorElement | undefined {
  const course = document.documentElement.dataset["course"];
  if (!problem.lesson || !course) return undefined;
  const href = `/courses/${course}/lessons/${encodeURIComponent(problem.lesson)}`;
  return element("a", { href, target: "_blank", rel: "noopener" }, "Why: the lesson");
}

/** Underlines what is wrong, as one types. */
export function dockerfileProblems(): Extension {
  if (!hasPart("lint")) return [];
  return linter(
    async (view): Promise<Found[]> => {
      let found: Problem[];
      try {
        const { lint } = await (loaded ??= load());
        found = JSON.parse(lint(view.state.doc.toString())) as Problem[];
      } catch (error) {
        loaded = undefined;
        console.error("the Dockerfile was not looked at", error);
        return [];
      }
      return found.map((problem) => diagnostic(view.state.doc, problem));
    },
    { delay: 300 },
  );
}

function diagnostic(text: Text, problem: Problem): Found {
  const at = (line: number, column: number) => {
    const there = text.line(Math.min(Math.max(line, 1), text.lines));
    return Math.min(there.from + Math.max(column - 1, 0), there.to);
  };
  const from = at(problem.line, problem.column);
  const to = Math.max(from, at(problem.end_line, problem.end_column));
  return {
    from,
    to,
    severity: problem.severity,
    message: problem.code ? `${problem.code}: ${problem.message}` : problem.message,
    renderMessage: () => described(problem),
    problem,
  };
}

/** A problem in words, with the way to its lesson. */
export function described(problem: Problem): HTMLElement {
  const link = lessonLink(problem);
  const code = problem.code ? [element("b", {}, problem.code), " "] : [];
  // What stands in backquotes is code.
  const words = problem.message.split("`").map((piece, at) => (at % 2 ? element("code", {}, piece) : piece));
  return element("span", { class: "lint-words" }, ...code, ...words, " ", ...(link ? [link] : []));
}
