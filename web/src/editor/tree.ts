// The learner's files as a tree that the keyboard walks: arrows, Enter opens, F2 renames, Delete deletes.

import { element } from "../dialog.ts";
import type { Entry, Listing } from "./api.ts";
import { icon } from "./icons.ts";
import { fileName, folderOf, isWithin, shown } from "./names.ts";

/** Folders that the server lists without what is in them. */
const HEAVY = new Set([".git", "node_modules", "__pycache__", ".cache", ".venv"]);

export interface Row {
  entry: Entry;
  level: number;
  /** Of a folder: whether what is in it is shown. */
  open: boolean | undefined;
}

/** The rows that are seen, folders first, when these folders are open. */
export function rowsOf(files: Entry[], open: ReadonlySet<string>): Row[] {
  const within = new Map<string, Entry[]>();
  for (const entry of files) {
    const folder = folderOf(entry.path);
    const there = within.get(folder);
    if (there) there.push(entry);
    else within.set(folder, [entry]);
  }
  const order = (a: Entry, b: Entry) =>
    Number(b.kind === "dir") - Number(a.kind === "dir") || (a.path < b.path ? -1 : a.path > b.path ? 1 : 0);
  const rows: Row[] = [];
  const add = (folder: string, level: number) => {
    for (const entry of (within.get(folder) ?? []).sort(order)) {
      const enters = entry.kind === "dir" && entry.addressable && !HEAVY.has(fileName(entry.path));
      const isOpen = enters ? open.has(entry.path) : undefined;
      rows.push({ entry, level, open: isOpen });
      if (isOpen) add(entry.path, level + 1);
    }
  };
  add("", 1);
  return rows;
}

interface Actions {
  open(entry: Entry): void;
  rename(entry: Entry): void;
  remove(entry: Entry): void;
  /** Another entry is selected, or none. */
  selected(entry: Entry | undefined): void;
}

export class Tree {
  readonly element = element("ul", { class: "file-tree", role: "tree", "aria-label": "Files" });
  private files: Entry[] = [];
  private rows: Row[] = [];
  private readonly open = new Set<string>();
  private path = "";

  constructor(private readonly actions: Actions) {
    this.element.addEventListener("keydown", (event) => this.key(event));
    // What has the keyboard is what keys and buttons act on, however it got there.
    this.element.addEventListener("focusin", (event) => {
      const row = this.rowOf(event.target);
      if (row && row.entry.path !== this.path) this.select(row.entry.path, false);
    });
    this.element.addEventListener("click", (event) => {
      const row = this.rowOf(event.target);
      if (!row) return;
      this.select(row.entry.path, true);
      this.enter(row);
    });
  }

  private rowOf(target: EventTarget | null): Row | undefined {
    return this.rows[[...this.element.children].indexOf((target as Element).closest("li") as Element)];
  }

  get selected(): Entry | undefined {
    return this.files.find((entry) => entry.path === this.path);
  }

  /** The folder that is selected, or that holds what is. */
  get folder(): string {
    const entry = this.selected;
    return entry ? (entry.kind === "dir" ? entry.path : folderOf(entry.path)) : "";
  }

  has(path: string): boolean {
    return this.files.some((entry) => entry.path === path);
  }

  /** Entries at this path and below it. */
  within(path: string): Entry[] {
    return this.files.filter((entry) => isWithin(entry.path, path));
  }

  show(listing: Listing): void {
    // A home that is seen for the first time opens its folders, if there are few.
    if (this.files.length === 0) {
      const folders = listing.files.filter((entry) => entry.kind === "dir" && !fileName(entry.path).startsWith("."));
      if (folders.length <= 4) for (const folder of folders) this.open.add(folder.path);
    }
    this.files = listing.files;
    this.draw();
    this.actions.selected(this.selected);
  }

  /** Selects an entry and opens the folders that it lies in. */
  reveal(path: string): void {
    for (let folder = folderOf(path); folder; folder = folderOf(folder)) this.open.add(folder);
    this.select(path, false);
    this.draw();
  }

  private select(path: string, focus: boolean): void {
    this.path = path;
    this.mark();
    if (focus) this.element.querySelector<HTMLElement>("[tabindex='0']")?.focus({ preventScroll: false });
    this.actions.selected(this.selected);
  }

  /** The selected row is the one that Tab reaches. */
  private mark(): void {
    const at = Math.max(0, this.rows.findIndex(({ entry }) => entry.path === this.path));
    for (const [index, item] of [...this.element.children].entries()) {
      item.setAttribute("tabindex", index === at ? "0" : "-1");
      item.setAttribute("aria-selected", String(this.rows[index]?.entry.path === this.path));
    }
  }

  private draw(): void {
    const focused = this.element.contains(document.activeElement);
    const top = this.element.scrollTop;
    this.rows = rowsOf(this.files, this.open);
    this.element.replaceChildren(...this.rows.map(drawn));
    this.mark();
    this.element.scrollTop = top;
    if (focused) this.element.querySelector<HTMLElement>("[tabindex='0']")?.focus({ preventScroll: true });
  }

  private enter({ entry, open }: Row): void {
    if (open !== undefined) this.fold(entry.path, !open);
    else if (entry.kind !== "dir") this.actions.open(entry);
  }

  private fold(path: string, open: boolean): void {
    if (open) this.open.add(path);
    else this.open.delete(path);
    this.draw();
  }

  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const at = Math.max(0, this.rows.findIndex(({ entry }) => entry.path === this.path));
    const row = this.rows[at];
    if (!row) return;
    const to = (index: number) => {
      const there = this.rows[Math.min(this.rows.length - 1, Math.max(0, index))];
      if (there) this.select(there.entry.path, true);
    };
    switch (event.key) {
      case "ArrowDown":
        to(at + 1);
        break;
      case "ArrowUp":
        to(at - 1);
        break;
      case "Home":
        to(0);
        break;
      case "End":
        to(this.rows.length - 1);
        break;
      case "ArrowRight":
        if (row.open === false) this.fold(row.entry.path, true);
        else if (row.open) to(at + 1);
        break;
      case "ArrowLeft":
        if (row.open) this.fold(row.entry.path, false);
        else to(this.rows.findIndex(({ entry }) => entry.path === folderOf(row.entry.path)));
        break;
      case "Enter":
      case " ":
        this.select(row.entry.path, true);
        this.enter(row);
        break;
      case "F2":
        this.select(row.entry.path, true);
        this.actions.rename(row.entry);
        break;
      case "Delete":
        this.select(row.entry.path, true);
        this.actions.remove(row.entry);
        break;
      default: {
        // A letter goes to the next name that begins with it.
        if (event.key.length !== 1) return;
        const key = event.key.toLowerCase();
        const order = [...this.rows.slice(at + 1), ...this.rows.slice(0, at + 1)];
        const hit = order.find(({ entry }) => fileName(entry.path).toLowerCase().startsWith(key));
        if (hit) this.select(hit.entry.path, true);
      }
    }
    event.preventDefault();
  }
}

function drawn({ entry, level, open }: Row): HTMLElement {
  const name = shown(fileName(entry.path));
  const note = notes(entry, open);
  const item = element(
    "li",
    { role: "treeitem", "aria-level": String(level), tabindex: "-1", title: note ? `${name}: ${note}` : name },
    element("span", { class: "file-fold", "aria-hidden": "true" }, open === undefined ? "" : open ? "▾" : "▸"),
    icon(entry.kind === "dir" ? "folder" : entry.kind === "symlink" ? "link" : "file"),
    element("span", { class: "file-name" }, name),
  );
  if (note) item.append(element("span", { class: "visually-hidden" }, `, ${note}`));
  if (open !== undefined) item.setAttribute("aria-expanded", String(open));
  item.dataset["path"] = entry.path;
  item.dataset["kind"] = entry.kind;
  item.style.setProperty("--level", String(level - 1));
  return item;
}

function notes(entry: Entry, open: boolean | undefined): string {
  if (!entry.addressable) return "its name holds bytes that are no text, so it can only be reached in the shell";
  if (entry.kind === "dir" && open === undefined) return "what is in it is not listed here";
  if (entry.kind === "symlink") return "a symbolic link";
  if (entry.kind === "special") return "no ordinary file";
  return "";
}
