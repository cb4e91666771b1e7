// One open file: what the server has, what was typed here, and what has to happen for the two to agree. Knows neither
// the page nor the network, so that every order of events can be tested.
//
//              typed                pause, Ctrl+S              written
//   saved ──────────────> unsaved ──────────────> saving ───────────────> saved
//     │                      │                      │ └─ no answer: failed, tried again
//     │ changed elsewhere    │ changed elsewhere    │ refused: changed elsewhere
//     v                      v                      v
//   taken over            conflict  <───────────────┘     deleted elsewhere: deleted
//
// Nothing is written over what this page has not seen: a write names the version that it replaces.

/** What the server has. */
export interface Version {
  text: string;
  /** Entity tag of the content. */
  tag: string;
}

export type Seen =
  | { kind: "text"; version: Version }
  | { kind: "gone" }
  | { kind: "unfit"; tag: string; reason: string }
  | { kind: "failed"; reason: string; passing: boolean };

export type Written =
  | { kind: "done"; tag: string }
  | { kind: "changed" }
  | { kind: "failed"; reason: string; passing: boolean };

export interface Store {
  read(path: string): Promise<Seen>;
  /** Writes over the version with this tag; without one, only where no file is. */
  write(path: string, text: string, over: string | undefined): Promise<Written>;
}

/** What survives a reload. */
export interface Draft {
  text: string;
  /** The version that it was typed over. */
  over: string | undefined;
}

export type State = "saved" | "unsaved" | "saving" | "failed" | "conflict" | "deleted";

export interface View {
  /** The text as it is now. */
  text(): string;
  /** Puts another text in its place. */
  replace(text: string): void;
  /** The state, or what is known of the file, is another. */
  changed(): void;
}

/** Milliseconds without typing before it is saved. */
const PAUSE = 800;
/** Milliseconds before a write without an answer is tried again. */
const AGAIN = [1000, 2000, 5000, 10_000];

export class OpenFile {
  state: State = "saved";
  /** Why it is not saved, for the reader. */
  reason = "";
  /** In a conflict: what the server has. */
  theirs: Version | undefined;
  private view: View | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private tries = 0;
  /** A read or write is under way. */
  private working = false;
  /** What to do when it is through. */
  private next = { look: false, save: false };
  /** Counts what was typed, to tell whether a write had all of it. */
  private typed = 0;
  private closed = false;

  /**
   * @param base What both sides had last; `undefined` for a file that is not there yet.
   */
  constructor(
    public path: string,
    private base: Version | undefined,
    private readonly store: Store,
  ) {}

  /** Shows it; a draft of before a reload stands in the view already. */
  attach(view: View, draft?: Draft): void {
    this.view = view;
    if (!draft) return;
    if (draft.text === this.base?.text) this.set("saved");
    else if (draft.over === this.base?.tag) this.edited();
    else if (this.base) this.conflict(this.base);
    else this.set("deleted", "It was deleted in the meantime.");
  }

  /** The version that the text was typed over. */
  get over(): string | undefined {
    return this.base?.tag;
  }

  get isUnsaved(): boolean {
    return this.state !== "saved";
  }

  /** Something was typed. */
  edited(): void {
    this.typed += 1;
    if (this.state === "conflict" || this.state === "deleted") {
      this.view?.changed();
      return;
    }
    this.tries = 0;
    if (this.state !== "saving") this.set("unsaved");
    this.later(PAUSE);
  }

  /** Saves now, if there is anything to save and nothing to decide first. */
  async save(): Promise<void> {
    if (this.closed || this.state === "saved" || this.state === "conflict" || this.state === "deleted") return;
    if (this.working) {
      this.next.save = true;
      return;
    }
    clearTimeout(this.timer);
    this.working = true;
    this.set("saving");
    const typed = this.typed;
    const text = this.view?.text() ?? "";
    const written = await this.store.write(this.path, text, this.base?.tag);
    this.working = false;
    if (this.closed) return;
    switch (written.kind) {
      case "done":
        this.base = { text, tag: written.tag };
        this.tries = 0;
        if (typed === this.typed) {
          this.set("saved");
        } else {
          this.set("unsaved");
          this.later(PAUSE);
        }
        break;
      case "changed":
        this.set("unsaved");
        this.next.look = true;
        break;
      case "failed":
        this.set("failed", written.reason);
        if (written.passing) this.later(AGAIN[Math.min(this.tries++, AGAIN.length - 1)]!);
    }
    await this.goOn();
  }

  /** The server said that the file changed, or the connection is back: sees what is there. */
  async look(): Promise<void> {
    if (this.closed) return;
    if (this.working) {
      this.next.look = true;
      return;
    }
    this.working = true;
    const seen = await this.store.read(this.path);
    this.working = false;
    if (this.closed) return;
    switch (seen.kind) {
      case "text":
        this.compare(seen.version);
        break;
      case "gone":
        // A file that is yet to be written for the first time is no deleted one.
        if (this.base && this.state !== "deleted") {
          clearTimeout(this.timer);
          this.theirs = undefined;
          this.set("deleted", "It was deleted or renamed in the shell.");
        }
        break;
      case "unfit":
        if (seen.tag !== this.base?.tag) {
          clearTimeout(this.timer);
          this.theirs = undefined;
          this.set("conflict", seen.reason);
        }
        break;
      case "failed":
        // What was typed is saved, or tried again, by itself.
        break;
    }
    await this.goOn();
  }

  /** Decides a conflict, or a deletion, for what is here. */
  async keepMine(): Promise<void> {
    if (this.state !== "conflict" && this.state !== "deleted") return;
    if (this.state === "conflict" && !this.theirs) {
      // No text of theirs was ever seen: the file becomes what is here, whatever it is.
      const seen = await this.store.read(this.path);
      if (seen.kind === "failed") return this.set("conflict", seen.reason);
      this.base =
        seen.kind === "text" ? seen.version : seen.kind === "unfit" ? { text: "", tag: seen.tag } : undefined;
    } else {
      this.base = this.theirs;
    }
    this.theirs = undefined;
    this.set("unsaved");
    await this.save();
  }

  /** Decides a conflict for what the server has. */
  takeTheirs(): void {
    if (this.state === "conflict" && this.theirs) this.takeOver(this.theirs);
  }

  /** The file has another name now; what is typed goes there. */
  renamed(path: string): void {
    this.path = path;
    this.view?.changed();
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
  }

  private compare(version: Version): void {
    const back = this.state === "deleted" || this.state === "conflict";
    if (version.tag === this.base?.tag && !back) return;
    const mine = this.view?.text() ?? "";
    if (version.text === mine) {
      clearTimeout(this.timer);
      this.base = version;
      this.theirs = undefined;
      this.set("saved");
    } else if (mine === this.base?.text) {
      this.takeOver(version);
    } else if (version.tag === this.base?.tag) {
      // It is again what this was typed over.
      this.theirs = undefined;
      this.set("unsaved");
      this.later(PAUSE);
    } else {
      this.conflict(version);
    }
  }

  private takeOver(version: Version): void {
    clearTimeout(this.timer);
    this.base = version;
    this.theirs = undefined;
    this.view?.replace(version.text);
    this.set("saved");
  }

  private conflict(version: Version): void {
    clearTimeout(this.timer);
    this.theirs = version;
    this.set("conflict", "It was changed in the shell while there was something unsaved here.");
  }

  private later(wait: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.save(), wait);
  }

  private set(state: State, reason = ""): void {
    this.state = state;
    this.reason = reason;
    this.view?.changed();
  }

  private async goOn(): Promise<void> {
    const { look, save } = this.next;
    this.next = { look: false, save: false };
    if (look) await this.look();
    if (save) await this.save();
  }
}
