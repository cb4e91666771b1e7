// The solution of a step as the API tells it: commands, answers, and files beside the learner's own.

import { decorate } from "./code.ts";
import { element } from "./dialog.ts";

interface Row {
  yours: string | null;
  solution: string | null;
  same: boolean;
}

type Part =
  | { kind: "commands"; text: string }
  | { kind: "answer"; question: string; text: string }
  | { kind: "file"; path: string; text: string; rows: Row[] };

export function showSolution(id: string, json: string): void {
  const place = document.getElementById(id);
  if (!place) return;
  const { parts } = JSON.parse(json) as { parts: Part[] };
  const heading = element("h3", { tabindex: "-1" }, "One way to do it");
  place.replaceChildren(heading, ...parts.map(draw));
  heading.focus();
}

function draw(part: Part): HTMLElement {
  switch (part.kind) {
    case "commands":
      return code(part.text, { "data-run": "" });
    case "answer":
      return element("p", {}, `${part.question.replaceAll("`", "")} `, element("code", {}, part.text));
    case "file":
      return file(part.path, part.text, part.rows);
  }
}

function code(text: string, attributes: Record<string, string>): HTMLElement {
  const figure = element("figure", { class: "code", ...attributes }, element("pre", { tabindex: "0" }, element("code", {}, text)));
  decorate(figure);
  return figure;
}

/** A file beside the learner's own, line by line; alone if the learner has none. */
function file(path: string, text: string, rows: Row[]): HTMLElement {
  const alone = rows.every((row) => row.yours === null);
  const title = element("figcaption", {}, alone ? `${path}, a new file` : path);
  if (alone) {
    const figure = code(text, {});
    figure.prepend(title);
    return figure;
  }
  if (rows.every((row) => row.same)) {
    return element("p", {}, "Your file ", element("code", {}, path), " is the same as in the solution.");
  }
  const cell = (line: string | null, side: "yours" | "solution", same: boolean) => {
    const mark = same || line === null ? "" : side === "yours" ? "−" : "+";
    const words = mark === "" ? "" : side === "yours" ? "only in yours: " : "only in the solution: ";
    return element(
      "td",
      { "data-side": mark === "" ? "same" : side },
      element("span", { class: "diff-mark", "aria-hidden": "true" }, mark),
      element("span", { class: "visually-hidden" }, words),
      element("code", {}, line ?? ""),
    );
  };
  const body = rows.map((row) =>
    element("tr", {}, cell(row.yours, "yours", row.same), cell(row.solution, "solution", row.same)),
  );
  const head = element("tr", {}, element("th", { scope: "col" }, "Yours"), element("th", { scope: "col" }, "Solution"));
  const table = element("table", {}, element("thead", {}, head), element("tbody", {}, ...body));
  const scroll = element("div", { class: "diff-scroll", tabindex: "0", role: "region", "aria-label": `${path}: yours and the solution` }, table);
  return element("figure", { class: "diff" }, title, scroll);
}
