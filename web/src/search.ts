// Search: every word of the course, while one types. The server finds (course/src/search.rs); without scripts there is
// a page that shows the same.

import { element, open } from "./dialog.ts";

export interface Hit {
  kind: "lesson" | "lab" | "reference";
  title: string;
  /** Title of its module; empty for a reference page. */
  module: string;
  href: string;
  heading: string | null;
  /** Every second piece is what was looked for. */
  excerpt: string[];
}

const KINDS = { lesson: "Lesson", lab: "Lab", reference: "Reference" };
/** Pause in typing before the server is asked, in milliseconds. */
const PAUSE_MS = 80;

/** How a place is called: its page, and the heading there. */
export const called = ({ title, heading }: Hit): string => (heading ? `${title}: ${heading}` : title);

/** Where it belongs. */
export const belongs = ({ kind, module }: Hit): string => (module ? `${KINDS[kind]} · ${module}` : KINDS[kind]);

function drawn(hit: Hit): HTMLElement {
  const pieces = hit.excerpt.map((piece, at) => (at % 2 ? element("mark", {}, piece) : piece));
  const excerpt = pieces.length > 0 ? [element("span", { class: "search-excerpt" }, ...pieces)] : [];
  const name = element("span", {}, called(hit));
  return element("li", {}, element("a", { href: hit.href }, name, element("small", {}, belongs(hit)), ...excerpt));
}

async function ask(course: string, query: string, signal: AbortSignal): Promise<Hit[]> {
  const url = `/api/v1/courses/${encodeURIComponent(course)}/search?q=${encodeURIComponent(query)}`;
  const answer = await fetch(url, { headers: { accept: "application/json" }, signal });
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  return ((await answer.json()) as { hits: Hit[] }).hits;
}

export function openSearch(): void {
  const course = document.documentElement.dataset["course"];
  if (!course || document.querySelector("dialog[open]")) return;

  const field = element("input", {
    type: "text", // a search field keeps the first Escape to itself
    class: "field",
    maxlength: "100",
    placeholder: "Words of a title, a heading or a text",
    "aria-label": "Search the course",
    autocomplete: "off",
  });
  const results = element("ul", { class: "search-results" });
  const say = element("p", { class: "search-say", role: "status" }, "Loading …");
  open("Search the course", "search", field, say, results);
  field.focus();

  let asked = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const look = async () => {
    asked.abort();
    asked = new AbortController();
    const { signal } = asked;
    const query = field.value;
    try {
      const hits = await ask(course, query, signal);
      if (signal.aborted) return;
      results.replaceChildren(...hits.map(drawn));
      const count = hits.length === 1 ? "1 page" : `${hits.length} pages`;
      if (!query.trim()) say.textContent = "Everything there is, in order";
      else say.textContent = hits.length === 0 ? "Nothing was found. Try fewer words, or only the beginning of a word." : count;
    } catch {
      if (!signal.aborted) say.textContent = "The server does not answer. Type again in a moment.";
    }
  };
  void look();
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => void look(), PAUSE_MS);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") results.querySelector("a")?.click();
    if (event.key === "ArrowDown") {
      event.preventDefault();
      results.querySelector("a")?.focus();
    }
  });
  results.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const links = [...results.querySelectorAll("a")];
    const at = links.indexOf(document.activeElement as HTMLAnchorElement) + step;
    (links[at] ?? (at < 0 ? field : undefined))?.focus();
  });
  // A place on the page that is open already: nothing is loaded, so the dialog has to go.
  results.addEventListener("click", (event) => {
    if (event.target instanceof Element && event.target.closest("a")) document.querySelector("dialog")?.close();
  });
}
