// The pages that there are, as the server lists them.

import type { APIRequestContext } from "@playwright/test";

export interface Place {
  path: string;
  title: string;
}

interface Item {
  slug: string;
  title: string;
}

interface CourseDocument {
  slug: string;
  title: string;
  modules: { lessons: Item[]; labs: Item[] }[];
}

export async function course(request: APIRequestContext) {
  const answer = await request.get("/api/v1/courses/docker");
  if (!answer.ok()) throw new Error(`the course cannot be listed: ${answer.status()} ${await answer.text()}`);
  const { slug, title, modules } = (await answer.json()) as CourseDocument;
  const home = `/courses/${slug}`;
  const place = (kind: string) => (item: Item): Place => ({ path: `${home}/${kind}/${item.slug}`, title: item.title });
  const lessons = modules.flatMap((module) => module.lessons.map(place("lessons")));
  const labs = modules.flatMap((module) => module.labs.map(place("labs")));
  // Without words a search gives every page.
  const everything = await request.get(`/api/v1/courses/${slug}/search`);
  const { hits } = (await everything.json()) as { hits: { kind: string; title: string; href: string }[] };
  const references = hits
    .filter(({ kind }) => kind === "reference")
    .map(({ title, href }): Place => ({ path: href, title }));
  const search: Place = { path: `${home}/search?q=layer`, title: `Search ${title}` };
  const all: Place[] = [{ path: "/", title: "Drydock" }, { path: home, title }, search, ...lessons, ...labs, ...references];
  return { title, lessons, labs, references, all };
}

/** `/courses/docker/labs/first-image` → `courses-docker-labs-first-image`, for names of screenshots. */
export const fileName = (path: string) => path.replace(/^\/$/, "home").replace(/^\//, "").replaceAll(/[/?=]/g, "-");
