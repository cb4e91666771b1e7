// The files of the lab beside the editor: the tree, and what can be done with them.

import { confirm, element } from "../dialog.ts";
import { type Entry, type Files, LARGEST, Refused } from "./api.ts";
import { askPath } from "./ask.ts";
import { type Icon, icon } from "./icons.ts";
import { fileName, folderOf, join, shown, size, wrongWith } from "./names.ts";
import { Tree } from "./tree.ts";

/** Files that are uploaded in one go. */
const MOST = 50;
/** Milliseconds between two listings at least: a program that writes many files says so of each. */
const PACE = 300;

interface Hooks {
  open(path: string): void;
  moved(from: string, to: string): void;
  deleted(path: string): void;
}

export class Explorer {
  readonly element = element("div", { class: "explorer" });
  readonly tree: Tree;
  private readonly say = element("p", { class: "explorer-say", role: "status" });
  private readonly buttons = new Map<string, HTMLButtonElement>();
  private readonly picker = element("input", { type: "file", multiple: "", hidden: "", "aria-label": "Files to upload" });
  private timer: ReturnType<typeof setTimeout> | undefined;
  private listing = false;
  private again = false;
  private closed = false;

  constructor(
    private readonly files: Files,
    private readonly hooks: Hooks,
  ) {
    this.tree = new Tree({
      open: (entry) => this.open(entry),
      rename: (entry) => void this.rename(entry),
      remove: (entry) => void this.remove(entry),
      selected: (entry) => this.enable(entry),
    });
    const most = size(LARGEST);
    const bar = element(
      "div",
      { class: "explorer-bar", role: "toolbar", "aria-label": "Files" },
      this.button("newFile", "New file", () => void this.create()),
      this.button("newFolder", "New folder", () => void this.createFolder()),
      this.button("upload", `Upload files, each up to ${most} (or drop them here)`, () => this.picker.click()),
      this.button("zip", "Download all files as a zip", () => void this.downloadAll()),
      element("span", { class: "explorer-gap" }),
      this.button("rename", "Rename (F2)", () => this.with((entry) => this.rename(entry))),
      this.button("download", "Download this file", () => this.with((entry) => this.download(entry))),
      this.button("remove", "Delete", () => this.with((entry) => this.remove(entry))),
    );
    this.element.append(bar, this.tree.element, this.say, this.picker);
    this.enable(undefined);
    this.drops(most);
  }

  /** Lists again, soon: several changes are one. */
  refresh(): void {
    if (this.closed) return;
    this.again = true;
    if (this.timer === undefined && !this.listing) this.timer = setTimeout(() => void this.list(), 30);
  }

  async list(): Promise<void> {
    clearTimeout(this.timer);
    this.listing = true;
    this.again = false;
    try {
      const listing = await this.files.list();
      if (this.closed) return;
      this.tree.show(listing);
      if (listing.truncated) this.tell("There are more files than are listed here. The shell shows all of them.");
      else if (listing.files.length === 0) this.tell("There are no files yet.");
      else if (this.say.dataset["list"]) this.tell("");
      this.say.dataset["list"] = listing.truncated || listing.files.length === 0 ? "true" : "";
    } catch (error) {
      if (!this.closed) this.fail("The files could not be listed", error);
    } finally {
      this.listing = false;
      this.timer = this.closed
        ? undefined
        : setTimeout(() => {
            this.timer = undefined;
            if (this.again) this.refresh();
          }, PACE);
    }
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
  }

  tell(text: string): void {
    this.say.textContent = text;
    this.say.dataset["kind"] = "";
  }

  /** The button that gets the keyboard when there is nothing to type into. */
  get first(): HTMLButtonElement {
    return this.buttons.get("newFile")!;
  }

  private fail(what: string, error: unknown): void {
    this.tell(`${what}: ${error instanceof Error ? error.message : String(error)}`);
    this.say.dataset["kind"] = "problem";
  }

  private button(name: Icon, label: string, act: () => void): HTMLButtonElement {
    const button = element("button", { type: "button", class: "icon-button", "aria-label": label, title: label }, icon(name));
    button.addEventListener("click", act);
    this.buttons.set(name, button);
    return button;
  }

  private enable(entry: Entry | undefined): void {
    for (const name of ["rename", "remove"]) this.buttons.get(name)!.disabled = !entry?.addressable;
    this.buttons.get("download")!.disabled = !entry?.addressable || entry.kind === "dir" || entry.kind === "special";
  }

  private with(act: (entry: Entry) => unknown): void {
    const entry = this.tree.selected;
    if (entry) void act(entry);
  }

  private open(entry: Entry): void {
    if (!entry.addressable) {
      this.tell("The name of this file holds bytes that are no text: it can only be reached in the shell.");
    } else {
      this.tell("");
      this.hooks.open(entry.path);
    }
  }

  private async create(): Promise<void> {
    let made = "";
    const done = await askPath({
      title: "New file",
      label: "Name, with the folder it is to lie in",
      value: join(this.tree.folder, ""),
      yes: "Create",
      act: async (path) => {
        await this.files.upload(path, new Blob([]), false).catch(taken(path));
        made = path;
      },
    });
    if (!done) return;
    await this.list();
    this.tree.reveal(made);
    this.hooks.open(made);
  }

  private async createFolder(): Promise<void> {
    let made = "";
    const done = await askPath({
      title: "New folder",
      label: "Name of the folder",
      value: join(this.tree.folder, ""),
      yes: "Create",
      act: async (path) => {
        await this.files.makeFolder(path);
        made = path;
      },
    });
    if (!done) return;
    await this.list();
    this.tree.reveal(made);
  }

  private async rename(entry: Entry): Promise<void> {
    if (!entry.addressable) return;
    let to = "";
    const done = await askPath({
      title: `Rename ${shown(fileName(entry.path))}`,
      label: "New name. With another folder in front it moves there.",
      value: entry.path,
      yes: "Rename",
      act: async (path) => {
        if (path !== entry.path) await this.files.move(entry.path, path);
        to = path;
      },
    });
    if (!done || to === entry.path) return;
    this.hooks.moved(entry.path, to);
    await this.list();
    this.tree.reveal(to);
  }

  private async remove(entry: Entry): Promise<void> {
    if (!entry.addressable) return;
    const below = this.tree.within(entry.path).length - 1;
    const name = shown(entry.path);
    const more = entry.kind === "dir" && below > 0 ? ` and what is in it (${below} listed)` : "";
    if (!(await confirm(`Delete ${shown(fileName(entry.path))}?`, `${name}${more} is deleted for good.`, "Delete"))) return;
    try {
      await this.files.delete(entry.path);
      this.hooks.deleted(entry.path);
      this.tell(`${name} is deleted.`);
    } catch (error) {
      this.fail(`${name} could not be deleted`, error);
    }
    await this.list();
  }

  private download(entry: Entry): void {
    if (entry.size > LARGEST) {
      this.fail("Not downloaded", new Error(`the file is larger than ${size(LARGEST)}. Pack it in the shell, or split it.`));
      return;
    }
    const name = fileName(entry.path);
    element("a", { href: this.files.address(entry.path), download: name }).click();
    this.tell(`${shown(name)} is being downloaded.`);
  }

  /** By way of a request that can be refused in words: a link would open the refusal as a page. */
  private async downloadAll(): Promise<void> {
    this.tell("Packing the files …");
    try {
      const { blob, name } = await this.files.zip();
      const address = URL.createObjectURL(blob);
      element("a", { href: address, download: name }).click();
      setTimeout(() => URL.revokeObjectURL(address), 60_000);
      this.tell(`${name} is downloaded: ${size(blob.size)}.`);
    } catch (error) {
      this.fail("Nothing was downloaded", error);
    }
  }

  private drops(most: string): void {
    this.picker.addEventListener("change", () => {
      void this.upload([...(this.picker.files ?? [])]);
      this.picker.value = "";
    });
    const isFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
    this.element.addEventListener("dragover", (event) => {
      if (!isFiles(event)) return;
      event.preventDefault();
      this.element.dataset["drop"] = "true";
      this.tell(`Up to ${MOST} files of at most ${most} each, into ${shown(this.tree.folder) || "the home folder"}.`);
    });
    const left = () => {
      delete this.element.dataset["drop"];
    };
    this.element.addEventListener("dragleave", left);
    this.element.addEventListener("drop", (event) => {
      if (!isFiles(event)) return;
      event.preventDefault();
      left();
      void this.upload([...(event.dataTransfer?.files ?? [])]);
    });
  }

  private async upload(chosen: File[]): Promise<void> {
    if (chosen.length === 0) return;
    const folder = this.tree.folder;
    const problem = chosen.length > MOST ? `choose at most ${MOST} files at once` : refusal(chosen);
    if (problem) {
      this.fail("Nothing was uploaded", new Error(problem));
      return;
    }
    let done = 0;
    for (const file of chosen) {
      const path = join(folder, file.name);
      this.tell(`Uploading ${shown(file.name)} (${done + 1} of ${chosen.length}) …`);
      try {
        if (await this.put(path, file)) done += 1;
      } catch (error) {
        this.fail(`${shown(file.name)} was not uploaded`, error);
        await this.list();
        return;
      }
    }
    await this.list();
    if (done > 0) this.tree.reveal(join(folder, chosen[0]!.name));
    this.tell(`${done} of ${chosen.length} uploaded into ${shown(folder) || "the home folder"}.`);
  }

  private async put(path: string, file: File): Promise<boolean> {
    try {
      await this.files.upload(path, file, false);
    } catch (error) {
      if (!(error instanceof Refused) || error.status !== 412) throw error;
      const text = `${shown(path)} is there already. Uploading replaces what is in it.`;
      if (!(await confirm(`Replace ${shown(fileName(path))}?`, text, "Replace"))) return false;
      await this.files.upload(path, file, true);
    }
    return true;
  }
}

/** A file that is there already, in the words of who wants to make one. */
const taken = (path: string) => (error: unknown) => {
  if (error instanceof Refused && error.status === 412) {
    throw new Error(`There is a file ${shown(fileName(path))} in ${shown(folderOf(path)) || "the home folder"} already.`);
  }
  throw error;
};

/** Why these files are not sent; empty when they are. */
function refusal(chosen: File[]): string {
  for (const file of chosen) {
    if (file.size > LARGEST) return `${shown(file.name)} has ${size(file.size)}, and ${size(LARGEST)} is the most`;
    const wrong = wrongWith(file.name);
    if (wrong) return `${shown(file.name)}: ${wrong}`;
  }
  return "";
}
