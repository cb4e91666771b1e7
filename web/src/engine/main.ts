// What the panes "Engine" and "Preview" know: a snapshot of the engine, asked for anew when something changed and
// one of them is in sight.

import type { Page } from "../engine-panes.ts";
import { PreviewView } from "../preview/view.ts";
import { MapView } from "./map.ts";
import type { EngineMap } from "./model.ts";

/** What a pane does with what is known. */
export interface View {
  /** A snapshot came. */
  draw(map: EngineMap): void;
  /** The machine is another, or gone: what was drawn means nothing any more. */
  clear(): void;
  /** The engine told of a change: the snapshot after it may be too late to show it. */
  hear?(change: Change): void;
}

export interface Change {
  kind: string;
  action: string;
  name: string;
}

/** After a failed request. */
const AGAIN = 1500;

export class Engine {
  private readonly page: Page;
  private readonly views = new Map<HTMLElement, { view: View; shown: boolean }>();
  private url: string | undefined;
  private session = "";
  private alive = false;
  private asking = false;
  private due = false;
  private latest: EngineMap | undefined;
  /** A port that was asked for before the preview was there. */
  private wanted: number | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(page: Page) {
    this.page = page;
  }

  /** Says whether the view in this place is in sight. */
  set(place: HTMLElement, shown: boolean): void {
    const known = this.views.get(place);
    if (known) {
      known.shown = shown;
    } else {
      const view = place.dataset["view"] === "preview" ? new PreviewView(place, this.page) : new MapView(place, (port) => this.open(port), this.page);
      this.views.set(place, { view, shown });
      this.give();
      if (this.latest) view.draw(this.latest);
    }
    if (shown) this.ask();
  }

  /** An event of the session's stream. */
  hear(name: string, data: string, url: string): void {
    switch (name) {
      case "session": {
        const { id, state } = JSON.parse(data) as { id: string; state: string };
        const alive = state === "ready" || state === "ending";
        if (id !== this.session || (this.alive && !alive)) this.forget();
        this.session = id;
        this.url = url.replace(/\/events$/, "/engine");
        this.alive = alive;
        if (alive) this.ask();
        break;
      }
      case "engine": {
        const change = JSON.parse(data) as Change;
        for (const { view, shown } of this.views.values()) if (shown) view.hear?.(change);
        this.ask();
        break;
      }
      case "open":
        this.ask();
        break;
      case "gone":
        this.alive = false;
        this.forget();
        break;
    }
  }

  /** Shows a port in the preview, whose view may have to be made first. */
  private open(port: number): void {
    this.wanted = port;
    this.page.show("preview");
    this.give();
  }

  private give(): void {
    for (const { view } of this.views.values()) {
      if (this.wanted && view instanceof PreviewView) {
        view.show(this.wanted, "/");
        this.wanted = undefined;
      }
    }
  }

  private forget(): void {
    this.latest = undefined;
    for (const { view } of this.views.values()) view.clear();
  }

  /** Asks the server, which makes a new snapshot at most every 150 ms; never twice at once. */
  private ask(): void {
    this.due = true;
    if (!this.asking) void this.fetch();
  }

  private async fetch(): Promise<void> {
    clearTimeout(this.timer);
    const inSight = [...this.views.values()].some(({ shown }) => shown);
    if (!this.url || !this.alive || !inSight) return;
    this.asking = true;
    this.due = false;
    const session = this.session;
    try {
      const answer = await fetch(this.url, { headers: { accept: "application/json" } });
      if (!answer.ok) throw new Error(`${answer.status}`);
      const map = (await answer.json()) as EngineMap;
      if (session === this.session && this.alive) {
        this.latest = map;
        for (const { view } of this.views.values()) view.draw(map);
      }
    } catch {
      // The stream of events says when the server is back; until then from time to time.
      this.timer = setTimeout(() => this.ask(), AGAIN);
    }
    this.asking = false;
    if (this.due) void this.fetch();
  }
}
