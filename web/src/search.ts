// "Find a lesson or lab": the titles of the course, filtered while typing.

import { element, open } from "./dialog.ts";

export interface Entry {
  title: string;
  module: string;
  kind: "Lesson" | "Lab";
  href: string;
}

interface Item {
  slug: string;
  title: string;
}
interface Course {
  modules: { title: string; lessons: Item[]; labs: Item[] }[];
}

const plain = (text: string) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/** Entries in which every word is found, those whose title begins with the first word on top. */
export function find(entries: Entry[], typed: string): Entry[] {
  const words = plain(typed).split(/\s+/).filter(Boolean);
  const [first] = words;
  if (first === undefined) return entries;
  const hits = entries.filter((entry) => {
    const text = plain(`${entry.title} ${entry.module} ${entry.kind}`);
    return words.every((word) => text.includes(word));
  });
  const begins = (entry: Entry) => (plain(entry.title).startsWith(first) ? 0 : 1);
  return hits.toSorted((a, b) => begins(a) - begins(b));
}

async function entriesOf(course: string): Promise<Entry[]> {
  const answer = await fetch(`/api/v1/courses/${encodeURIComponent(course)}`, { headers: { accept: "application/json" } });
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  const { modules } = (await answer.json()) as Course;
  return modules.flatMap(({ title: module, lessons, labs }) => [
    ...lessons.map(({ slug, title }) => ({ title, module, kind: "Lesson" as const, href: `/courses/${course}/lessons/${slug}` })),
    ...labs.map(({ slug, title }) => ({ title, module, kind: "Lab" as const, href: `/courses/${course}/labs/${slug}` })),
  ]);
}

let known: Promise<Entry[]> | undefined;

export function openSearch(): void {
  const course = document.documentElement.dataset["course"];
  if (!course || document.querySelector("dialog[open]")) return;

  const field = element("input", {
    type: "text", // a search field keeps the first Escape to itself
    class: "field",
    placeholder: "Words of a title",
    "aria-label": "Find a lesson or lab",
    autocomplete: "off",
  });
  const results = element("ul", { class: "search-results" });
  const say = element("p", { class: "search-say", role: "status" }, "Loading the titles …");
  open("Find a lesson or lab", "search", field, say, results);
  field.focus();

  let entries: Entry[] = [];
  const draw = () => {
    const hits = find(entries, field.value);
    results.replaceChildren(
      ...hits.map(({ title, module, kind, href }) =>
        element(
          "li",
          {},
          element("a", { href }, element("span", {}, title), element("small", {}, `${kind} · ${module}`)),
        ),
      ),
    );
    say.textContent = hits.length === 0 ? "Nothing is called that. Try fewer or other words." : `${hits.length} found`;
  };
  known ??= entriesOf(course);
  known.then(
    (found) => {
      entries = found;
      draw();
    },
    () => {
      known = undefined;
      say.textContent = "The titles could not be loaded: the server does not answer. Close this and try again.";
    },
  );
  field.addEventListener("input", draw);
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
}
