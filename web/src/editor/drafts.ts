// What this browser tab keeps for a reload: which files are open, and what is not saved of them.

import type { Draft } from "./document.ts";

export interface Tabs {
  paths: string[];
  active: string;
}

export class Drafts {
  constructor(private readonly session: string) {}

  tabs(): Tabs {
    const kept = this.get("editor") as Partial<Tabs> | undefined;
    const paths = Array.isArray(kept?.paths) ? kept.paths.filter((path) => typeof path === "string") : [];
    return { paths, active: typeof kept?.active === "string" ? kept.active : "" };
  }

  keepTabs(tabs: Tabs): void {
    this.set("editor", tabs);
  }

  draft(path: string): Draft | undefined {
    const kept = this.get(`draft ${path}`) as Partial<Draft> | undefined;
    return typeof kept?.text === "string" ? { text: kept.text, over: kept.over } : undefined;
  }

  /** False when there is no room: then the page has to ask before it goes. */
  keep(path: string, draft: Draft): boolean {
    return this.set(`draft ${path}`, draft);
  }

  drop(path: string): void {
    try {
      sessionStorage.removeItem(this.key(`draft ${path}`));
    } catch {
      // There was none.
    }
  }

  private key(name: string): string {
    return `${this.session} ${name}`;
  }

  private get(name: string): unknown {
    try {
      return JSON.parse(sessionStorage.getItem(this.key(name)) ?? "null") ?? undefined;
    } catch {
      return undefined;
    }
  }

  private set(name: string, value: unknown): boolean {
    try {
      sessionStorage.setItem(this.key(name), JSON.stringify(value));
      return true;
    } catch {
      return false;
    }
  }
}
