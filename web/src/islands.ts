// Wakes the wasm islands of the page: the counterpart of Leptos' own islands script, which is
// inline and so not possible under this site's content security policy.

import { hasPart, part } from "./parts.ts";

type Island = (element: HTMLElement) => unknown;

export async function wakeIslands(): Promise<void> {
  if (!hasPart("islands")) return;
  const islands = (await import(part("islands"))) as Record<string, unknown> & {
    default: (options: { module_or_path: Promise<Response> }) => Promise<unknown>;
    hydrate: () => void;
  };
  await islands.default({ module_or_path: fetch(part("wasm"), { credentials: "same-origin" }) });
  islands.hydrate();
  // All in one go: what an island starts runs after every island has woken from the state that the
  // server drew.
  for (const element of document.querySelectorAll<HTMLElement>("leptos-island")) {
    const wake = islands[element.dataset["component"] ?? ""] as Island | undefined;
    if (wake) wake(element);
    else console.error(`The island ${element.dataset["component"]} is not in the wasm file: page and file differ in version`);
  }
}
