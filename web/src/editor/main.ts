// The editor of a lab: the files beside, one code editor that shows the file of the chosen tab. Loaded when the pane is
// first shown.

import { forEachDiagnostic } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import { EditorView } from "@codemirror/view";

import { confirm, element } from "../dialog.ts";
import { Files } from "./api.ts";
import { offer } from "./ask.ts";
import { changeTo, stateOf } from "./code.ts";
import { sideBySide } from "./difference.ts";
import { OpenFile, type Seen } from "./document.ts";
import { Drafts } from "./drafts.ts";
import { Explorer } from "./explorer.ts";
import { described, type Found } from "./lint.ts";
import { fileName, isWithin, shown } from "./names.ts";
import { Notice } from "./notice.ts";
import { Status } from "./status.ts";
import { TabStrip } from "./tabs.ts";
import { lineBreak } from "./text.ts";

/** Files that are open at once. */
const MOST = 12;

interface Tab {
  file: OpenFile;
  /** Its text while another tab is shown; the view has it otherwise. */
  state: EditorState;
  /** Why it cannot be shown; empty when it is. */
  unfit: string;
}

export class EditorPane {
  private readonly files: Files;
  private readonly drafts: Drafts;
  private readonly explorer: Explorer;
  private readonly strip: TabStrip;
  private readonly notice: Notice;
  private readonly status = new Status();
  private readonly place = element("div", { class: "code-place", role: "tabpanel", "aria-label": "File" });
  private readonly empty = element("p", { class: "pane-empty" });
  private readonly tabs = new Map<string, Tab>();
  private readonly ends: (() => void)[] = [];
  private view: EditorView | undefined;
  private active = "";
  private keeping: ReturnType<typeof setTimeout> | undefined;
  private restored: Promise<void>;

  /** @param url Address of the session. */
  constructor(
    private readonly host: HTMLElement,
    readonly url: string,
  ) {
    this.files = new Files(url);
    this.drafts = new Drafts(url.slice(url.lastIndexOf("/") + 1));
    this.explorer = new Explorer(this.files, {
      open: (path) => void this.open(path),
      moved: (from, to) => this.moved(from, to),
      deleted: (path) => this.deleted(path),
    });
    this.strip = new TabStrip({ show: (path) => this.show(path, true), close: (path) => void this.close(path) });
    this.notice = new Notice({
      keepMine: () => void this.current?.file.keepMine(),
      takeTheirs: () => this.current?.file.takeTheirs(),
      difference: () => void this.showConflict(),
      close: () => void this.close(this.active, true),
    });
    const editing = element(
      "div",
      { class: "editing" },
      this.strip.element,
      this.notice.element,
      this.place,
      this.status.element,
    );
    this.host.replaceChildren(this.explorer.element, editing);
    this.listen();
    this.redraw();
    void this.explorer.list();
    this.restored = this.restore();
  }

  /** The server said that this path changed. */
  heard(path: string): void {
    this.explorer.refresh();
    for (const { file, unfit } of this.tabs.values()) if (!unfit && isWithin(file.path, path)) void file.look();
  }

  /** The connection is there again: anything may have changed. */
  connected(): void {
    this.explorer.refresh();
    for (const { file, unfit } of this.tabs.values()) {
      if (!unfit) void file.look();
      if (file.state === "failed") void file.save();
    }
  }

  focus(): void {
    if (this.view && this.current && !this.current.unfit) this.view.focus();
    else this.explorer.first.focus();
  }

  /** Lets go of everything; what is unsaved stays kept. */
  end(): void {
    this.keep();
    for (const { file } of this.tabs.values()) file.close();
    for (const end of this.ends) end();
    this.explorer.close();
    this.view?.destroy();
    this.host.replaceChildren();
  }

  /** Opens a file, or shows it if it is open. */
  async open(path: string): Promise<void> {
    await this.restored;
    if (await this.load(path)) this.show(path, true);
  }

  /** A file that the instructions show: opened, or offered to be made or replaced. */
  async offerFile(path: string, shownText: string): Promise<void> {
    await this.restored;
    const text = shownText.replace(/\n*$/, "\n");
    const seen = this.tabs.has(path) ? undefined : await this.files.read(path);
    if (seen?.kind === "gone") {
      const yes = "Create it with this content";
      const code = element("pre", { tabindex: "0" }, element("code", {}, text));
      const words = element("p", {}, "There is no such file yet. This is what the instructions put into it:");
      if (!(await offer(`Create ${shown(path)}?`, "offer", [words, code], yes))) return;
      const written = await this.files.write(path, text, undefined);
      if (written.kind === "failed") return this.explorer.tell(`${shown(path)} was not created: ${written.reason}`);
    }
    await this.open(path);
    const tab = this.tabs.get(path);
    if (!tab || tab.unfit || tab.file.state === "conflict") return;
    this.explorer.tree.reveal(path);
    const mine = this.textOf(tab);
    if (mine.trimEnd() === text.trimEnd()) return;
    const { node, end } = sideBySide(path, { title: "Your file", text: mine }, { title: "The instructions", text });
    const replace = await offer(`${shown(path)} is different`, "offer wide", [node], "Replace mine with it", "Keep mine");
    end();
    // As if it was typed: Ctrl+Z brings the old text back.
    if (replace && this.active === path && this.view) {
      this.view.dispatch(changeTo(this.view.state, text, "here"));
      void tab.file.save();
    }
    this.focus();
  }

  private get current(): Tab | undefined {
    return this.tabs.get(this.active);
  }

  private textOf(tab: Tab): string {
    return (tab === this.current && this.view && !tab.unfit ? this.view.state : tab.state).sliceDoc();
  }

  /** Reads a file into a tab of its own. */
  private async load(path: string): Promise<boolean> {
    if (this.tabs.has(path)) return true;
    if (this.tabs.size >= MOST) {
      this.explorer.tell(`${MOST} files are open. Close one first.`);
      return false;
    }
    const seen = await this.files.read(path);
    if (this.tabs.has(path)) return true;
    const draft = this.drafts.draft(path);
    if (seen.kind === "failed") {
      this.explorer.tell(`${shown(path)} could not be opened: ${seen.reason}`);
      return false;
    }
    if (seen.kind === "gone" && !draft) {
      this.explorer.tell(`There is no file ${shown(path)} any more.`);
      return false;
    }
    this.add(path, seen, draft);
    return true;
  }

  private add(path: string, seen: Seen, draft: ReturnType<Drafts["draft"]>): void {
    const base = seen.kind === "text" ? seen.version : undefined;
    const unfit = seen.kind === "unfit" ? seen.reason : "";
    const file = new OpenFile(path, base, this.files);
    const tab: Tab = { file, unfit, state: this.newState(file, draft?.text ?? base?.text ?? "") };
    this.tabs.set(path, tab);
    file.attach(
      {
        text: () => this.textOf(tab),
        replace: (text) => this.replace(tab, text),
        changed: () => this.changed(tab),
      },
      unfit ? undefined : draft,
    );
  }

  private newState(file: OpenFile, text: string): EditorState {
    return stateOf(file.path, text, {
      typed: () => {
        file.edited();
        clearTimeout(this.keeping);
        this.keeping = setTimeout(() => this.keep(), 200);
      },
      moved: () => this.drawStatus(),
      save: () => void file.save(),
    });
  }

  private replace(tab: Tab, text: string): void {
    const isShown = tab === this.current && this.view !== undefined && !tab.unfit;
    if (lineBreak(text) !== (isShown ? this.view! : tab).state.lineBreak) {
      // Other line ends are another kind of text: begun anew.
      tab.state = this.newState(tab.file, text);
      if (isShown) this.view!.setState(tab.state);
    } else if (isShown) {
      this.view!.dispatch(changeTo(this.view!.state, text, "outside"));
    } else {
      tab.state = changeTo(tab.state, text, "outside").state;
    }
  }

  private changed(tab: Tab): void {
    if (!tab.file.isUnsaved) this.drafts.drop(tab.file.path);
    if (tab === this.current) this.notice.show(tab.file);
    this.drawStatus();
    this.drawTabs();
  }

  private show(path: string, focus: boolean): void {
    const before = this.current;
    if (before && this.view && !before.unfit) before.state = this.view.state;
    this.active = path;
    this.redraw();
    this.drafts.keepTabs({ paths: [...this.tabs.keys()], active: path });
    if (focus) this.focus();
  }

  /** Draws everything anew for the shown tab. */
  private redraw(): void {
    const tab = this.current;
    if (tab && !tab.unfit) {
      if (this.view) this.view.setState(tab.state);
      else this.view = new EditorView({ state: tab.state });
      if (!this.place.contains(this.view.dom)) this.place.replaceChildren(this.view.dom);
    } else {
      const name = tab ? shown(fileName(tab.file.path)) : "";
      this.empty.replaceChildren(
        ...(tab
          ? [`${name} is not opened. ${tab.unfit} `]
          : ["Choose a file, or make a new one. What you type is saved by itself, and what the shell changes shows here."]),
      );
      this.place.replaceChildren(this.empty);
    }
    this.place.toggleAttribute("data-empty", !tab);
    if (tab) this.place.setAttribute("aria-labelledby", "editor-tab");
    else this.place.removeAttribute("aria-labelledby");
    this.explorer.first.toggleAttribute("data-focus", !tab || tab.unfit !== "");
    this.notice.show(tab?.file);
    this.drawTabs();
    this.drawStatus();
  }

  private drawTabs(): void {
    this.strip.show([...this.tabs].map(([path, { file }]) => ({ path, unsaved: file.isUnsaved, file })), this.active);
  }

  private drawStatus(): void {
    const tab = this.current;
    const view = this.view;
    if (!tab || tab.unfit || !view) {
      this.status.show(tab?.file, undefined);
      return;
    }
    const head = view.state.selection.main.head;
    const line = view.state.doc.lineAt(head);
    let here: Found | undefined;
    let problems = 0;
    forEachDiagnostic(view.state, (found, from, to) => {
      problems += 1;
      if (!here && from <= line.to && to >= line.from) here = found as Found;
    });
    const words = here && described(here.problem);
    this.status.show(tab.file, { line: line.number, column: head - line.from + 1, problems, ...(words && { here: words }) });
  }

  private async close(path: string, sure = false): Promise<void> {
    const tab = this.tabs.get(path);
    if (!tab) return;
    if (tab.file.state === "unsaved") await tab.file.save();
    if (tab.file.isUnsaved && !sure) {
      const text = `What you typed into ${shown(path)} is not saved: ${tab.file.reason || "it is being sent."}`;
      if (!(await confirm("Close without saving?", text, "Close it"))) return;
    }
    this.forget(path);
  }

  private forget(path: string): void {
    const tab = this.tabs.get(path);
    if (!tab) return;
    const paths = [...this.tabs.keys()];
    const at = paths.indexOf(path);
    tab.file.close();
    this.drafts.drop(path);
    this.tabs.delete(path);
    if (this.active === path) {
      this.active = "";
      this.show(paths[at + 1] ?? paths[at - 1] ?? "", true);
    } else {
      this.drawTabs();
    }
  }

  private moved(from: string, to: string): void {
    const active = this.active;
    for (const [path, tab] of [...this.tabs]) {
      if (!isWithin(path, from)) continue;
      const now = to + path.slice(from.length);
      const text = this.textOf(tab);
      this.drafts.drop(path);
      this.tabs.delete(path);
      tab.file.renamed(now);
      // Another name may be another language.
      tab.state = this.newState(tab.file, text);
      this.tabs.set(now, tab);
      if (path === active) this.active = now;
      // The server may have said that the old name is gone before this was known here.
      void tab.file.look();
    }
    this.redraw();
    this.keep();
  }

  private deleted(path: string): void {
    for (const open of [...this.tabs.keys()]) if (isWithin(open, path)) this.forget(open);
  }

  private async showConflict(): Promise<void> {
    const tab = this.current;
    const theirs = tab?.file.theirs;
    if (!tab || !theirs) return;
    const { node, end } = sideBySide(
      tab.file.path,
      { title: "In the shell", text: theirs.text },
      { title: "Here, unsaved", text: this.textOf(tab) },
    );
    const words = element("p", {}, "Left is what is in the file, right what you typed. Close this to decide.");
    await offer(`Two versions of ${shown(fileName(tab.file.path))}`, "offer wide", [words, node], "Back to the editor", "Close");
    end();
    this.focus();
  }

  /** Opens what was open before a reload, with what was not saved. */
  private async restore(): Promise<void> {
    const { paths, active } = this.drafts.tabs();
    for (const path of paths.slice(0, MOST)) await this.load(path);
    if (this.tabs.size === 0) return;
    this.show(this.tabs.has(active) ? active : [...this.tabs.keys()][0]!, false);
  }

  /** Keeps what is not saved. False when something did not fit. */
  private keep(): boolean {
    let all = true;
    for (const [path, tab] of this.tabs) {
      if (tab.file.isUnsaved && !tab.unfit) {
        all = this.drafts.keep(path, { text: this.textOf(tab), over: tab.file.over }) && all;
      }
    }
    this.drafts.keepTabs({ paths: [...this.tabs.keys()], active: this.active });
    return all;
  }

  private listen(): void {
    const hidden = () => {
      if (document.visibilityState !== "hidden") return;
      this.keep();
      for (const { file } of this.tabs.values()) if (file.state === "unsaved") void file.save();
    };
    const leaving = (event: BeforeUnloadEvent) => {
      // Kept text comes back after the reload; only what could not be kept would be lost.
      if (!this.keep()) event.preventDefault();
    };
    document.addEventListener("visibilitychange", hidden);
    addEventListener("beforeunload", leaving);
    this.ends.push(
      () => document.removeEventListener("visibilitychange", hidden),
      () => removeEventListener("beforeunload", leaving),
      () => clearTimeout(this.keeping),
    );
  }
}
