// The pane "Engine": images → containers → volumes and networks, joined by lines. Things appear, move and fade as
// they do in the engine; who asked for less motion gets the word "removed" in place of it.

import { element } from "../dialog.ts";
import type { Page } from "../engine-panes.ts";
import { boxes, fill, told, type Box, type Does } from "./boxes.ts";
import type { Change, View } from "./main.ts";
import { exampleRun, type EngineMap } from "./model.ts";

/** How long a removed thing can still be seen, in milliseconds. */
const FADE = 1500;
const MOVE = 250;
/** Between two announcements to screen readers. */
const SAY = 1200;
const SVG = "http://www.w3.org/2000/svg";

const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

export class MapView implements View {
  private readonly does: Does;
  private readonly map = element("div", { class: "engine-map" });
  private readonly lines = document.createElementNS(SVG, "svg");
  private readonly lists: Record<Box["kind"], HTMLUListElement>;
  private readonly counts: Record<Box["kind"], HTMLElement>;
  private readonly empty = element("div", { class: "engine-empty" });
  private readonly example = element("code");
  private readonly more = element("p", { class: "engine-more" });
  private readonly said = element("p", { class: "visually-hidden", role: "status" });
  private readonly items = new Map<string, HTMLElement>();
  private known = new Map<string, Box>();
  /** Containers that were made since the last snapshot, and may be gone before the next. */
  private made = new Set<string>();
  private news: string[] = [];
  private saying: ReturnType<typeof setTimeout> | undefined;
  private first = true;
  private frame = 0;
  private moving = 0;

  constructor(place: HTMLElement, open: (port: number) => void, page: Page) {
    this.does = { run: (command) => page.run(command), open };
    const list = () => element("ul", { class: "engine-list" });
    this.lists = { image: list(), container: list(), volume: list(), network: list() };
    const number = () => element("span", { class: "engine-count" });
    this.counts = { image: number(), container: number(), volume: number(), network: number() };
    const column = (title: string, kind: Box["kind"]) => {
      const id = `engine-${kind}s`;
      return element("section", { "aria-labelledby": id }, element("h3", { id }, title, " ", this.counts[kind]), this.lists[kind]);
    };
    this.lines.setAttribute("class", "engine-lines");
    this.lines.setAttribute("aria-hidden", "true");
    this.map.append(
      this.lines,
      element("div", { class: "engine-column" }, column("Images", "image")),
      element("div", { class: "engine-column" }, column("Containers", "container")),
      element("div", { class: "engine-column" }, column("Volumes", "volume"), column("Networks", "network")),
    );
    const run = element("button", { type: "button", class: "engine-run", "aria-label": "Run it", title: "Type it into the terminal" }, "▸");
    run.addEventListener("click", () => page.run(this.example.textContent ?? ""));
    this.empty.append(
      element("p", {}, "No containers. Make one and watch it come and go:"),
      element("p", { class: "engine-command" }, this.example, run),
    );
    this.lists.container.before(this.empty);
    place.replaceChildren(this.map, this.more, this.said);
    this.map.addEventListener("toggle", () => this.follow(MOVE), { capture: true });
    new ResizeObserver(() => this.follow(0)).observe(this.map);
    this.clear();
  }

  clear(): void {
    for (const item of this.items.values()) item.remove();
    this.items.clear();
    this.known.clear();
    this.made.clear();
    this.first = true;
    this.map.hidden = true;
    this.more.textContent = "";
  }

  hear({ kind, action, name }: Change): void {
    if (kind === "container" && action === "create") this.made.add(name);
  }

  draw(map: EngineMap): void {
    this.map.hidden = false;
    const now = new Map(boxes(map).map((box) => [box.key, box]));
    const places = this.first || calm() ? undefined : this.places();
    for (const box of now.values()) this.put(box);
    for (const [key, box] of this.known) if (!now.has(key)) this.takeAway(key, box);
    this.missed(map);
    this.order(now);
    for (const kind of ["image", "container", "volume", "network"] as const) {
      this.counts[kind].textContent = String([...now.values()].filter((box) => box.kind === kind).length);
    }
    this.example.textContent = exampleRun(map);
    this.empty.hidden = map.containers.length > 0;
    this.more.textContent = map.more > 0 ? `${map.more} more are not shown: list them in the terminal.` : "";
    this.known = now;
    this.first = false;
    if (places) this.move(places);
    this.follow(places ? MOVE : 0);
  }

  /** Makes or changes a box. */
  private put(box: Box): void {
    const before = this.known.get(box.key);
    let item = this.items.get(box.key);
    if (!item || item.dataset["leaving"]) {
      item?.remove();
      item = element("li");
      this.items.set(box.key, item);
      this.lists[box.kind].append(item);
      fill(item, box, this.does);
      if (!this.first) {
        this.say(told(box.kind, box.name, box.kind === "container" ? box.sub : "is there"));
        if (!calm()) item.animate({ opacity: [0, 1], transform: ["scale(0.9)", "none"] }, { duration: MOVE, easing: "ease-out" });
      }
      return;
    }
    fill(item, box, this.does);
    if (before && before.state !== box.state && box.kind === "container") this.say(told(box.kind, box.name, box.sub));
  }

  /** Lets a box fade: what was there and is not any more. */
  private takeAway(key: string, box: Box): void {
    const item = this.items.get(key);
    if (!item) return;
    this.say(told(box.kind, box.name, "was removed"));
    this.fade(key, item);
  }

  private fade(key: string, item: HTMLElement): void {
    item.dataset["leaving"] = "true";
    const sub = item.querySelector(".engine-sub");
    if (sub) sub.textContent = "removed";
    const gone = () => {
      if (this.items.get(key) === item) this.items.delete(key);
      item.remove();
      this.follow(0);
    };
    if (calm()) {
      setTimeout(gone, FADE);
      return;
    }
    item.animate({ opacity: [1, 0.75, 0], transform: ["none", "none", "scale(0.92)"], offset: [0, 0.4, 1] }, { duration: FADE, fill: "forwards" });
    setTimeout(gone, FADE);
  }

  /** A container that came and went between two snapshots is shown going. */
  private missed(map: EngineMap): void {
    const there = new Set(map.containers.map(({ name }) => name));
    const seen = new Set([...this.known.values()].filter(({ kind }) => kind === "container").map(({ name }) => name));
    for (const name of this.made) {
      if (there.has(name) || seen.has(name) || this.first) continue;
      const key = `missed ${name}`;
      if (this.items.has(key)) continue;
      const item = element("li");
      const box: Box = { key, kind: "container", name, sub: "", state: "exited", marks: [], facts: [], commands: [], joins: [] };
      fill(item, box, this.does);
      this.items.set(key, item);
      this.lists.container.append(item);
      this.say(told("container", name, "came and went"));
      this.fade(key, item);
    }
    this.made.clear();
  }

  /** Puts the boxes of each list in the order of the snapshot; what fades stays where it is. */
  private order(now: Map<string, Box>): void {
    for (const kind of ["image", "container", "volume", "network"] as const) {
      const list = this.lists[kind];
      const wanted = [...now.values()].filter((box) => box.kind === kind).map(({ key }) => this.items.get(key));
      let at = list.firstElementChild;
      for (const item of wanted) {
        while (at instanceof HTMLElement && at.dataset["leaving"]) at = at.nextElementSibling;
        if (!item) continue;
        if (at === item) at = at.nextElementSibling;
        else list.insertBefore(item, at);
      }
    }
  }

  private places(): Map<HTMLElement, DOMRect> {
    return new Map([...this.items.values()].map((item) => [item, item.getBoundingClientRect()]));
  }

  /** Lets boxes glide from where they were to where they are. */
  private move(before: Map<HTMLElement, DOMRect>): void {
    for (const [item, was] of before) {
      if (!item.isConnected || item.dataset["leaving"]) continue;
      const is = item.getBoundingClientRect();
      const [x, y] = [was.left - is.left, was.top - is.top];
      if (x === 0 && y === 0) continue;
      item.animate({ transform: [`translate(${x}px, ${y}px)`, "none"] }, { duration: MOVE, easing: "ease-out" });
    }
  }

  /** Draws the lines now, and on every frame for a while: boxes may be under way. */
  private follow(milliseconds: number): void {
    this.moving = Math.max(this.moving, performance.now() + milliseconds);
    if (this.frame) return;
    const step = () => {
      this.drawLines();
      this.frame = performance.now() < this.moving ? requestAnimationFrame(step) : 0;
    };
    this.frame = requestAnimationFrame(step);
  }

  private drawLines(): void {
    const home = this.map.getBoundingClientRect();
    if (home.width === 0) return;
    const paths: SVGPathElement[] = [];
    for (const box of this.known.values()) {
      const from = this.items.get(box.key);
      if (!from || from.dataset["leaving"]) continue;
      const a = from.getBoundingClientRect();
      for (const { key, kind } of box.joins) {
        const to = this.items.get(key);
        if (!to || to.dataset["leaving"]) continue;
        const b = to.getBoundingClientRect();
        const [x1, y1] = [a.right - home.left, a.top - home.top + Math.min(a.height / 2, 20)];
        const [x2, y2] = [b.left - home.left, b.top - home.top + Math.min(b.height / 2, 20)];
        const bend = (x2 - x1) / 2;
        const path = document.createElementNS(SVG, "path");
        path.setAttribute("d", `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`);
        path.setAttribute("data-kind", kind);
        paths.push(path);
      }
    }
    this.lines.replaceChildren(...paths);
  }

  /** Tells screen readers, a few changes at a time. */
  private say(text: string): void {
    if (this.first) return;
    this.news.push(text);
    this.saying ??= setTimeout(() => {
      this.saying = undefined;
      const extra = this.news.length - 4;
      this.said.textContent = this.news.slice(0, 4).join(" ") + (extra > 0 ? ` And ${extra} more changes.` : "");
      this.news = [];
    }, SAY);
  }
}
