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
  const all: Place[] = [{ path: "/", title: "Drydock" }, { path: home, title }, ...lessons, ...labs];
  return { title, lessons, labs, all };
}

/** `/courses/docker/labs/first-image` → `courses-docker-labs-first-image`, for names of screenshots. */
export const fileName = (path: string) => path.replace(/^\/$/, "home").replace(/^\//, "").replaceAll("/", "-");
