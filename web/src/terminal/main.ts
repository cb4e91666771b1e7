// One terminal: xterm.js on the screen's side, a WebSocket on the shell's. Loaded by lab pages only.

import { FitAddon } from "@xterm/addon-fit";
import { SearchAddon } from "@xterm/addon-search";
import { Unicode11Addon } from "@xterm/addon-unicode11";
import { WebLinksAddon } from "@xterm/addon-web-links";
import { Terminal } from "@xterm/xterm";
import "./xterm.css";

import { copyText } from "../code.ts";
import { element } from "../dialog.ts";
import { onThemeChange } from "../theme-button.ts";
import { FindLine } from "./find.ts";
import { Pace } from "./pace.ts";
import { mayPaste } from "./paste.ts";
import { colours, font } from "./colours.ts";
import { ShellSocket } from "./socket.ts";

const utf8 = new TextEncoder();

interface Options {
  screenReader: boolean;
}

/** Where tests read the screen: xterm keeps its text in rows that are drawn only while in sight. */
interface Host extends HTMLElement {
  screenText?: () => string;
}

export class Pane {
  private readonly host: Host;
  private readonly terminal: Terminal;
  private readonly fit = new FitAddon();
  private readonly socket: ShellSocket;
  private readonly finder: FindLine;
  private readonly overlay = element("div", { class: "terminal-overlay", role: "status" });
  private readonly ends: (() => void)[] = [];
  private readonly pace = new Pace((bytes) => this.terminal.write(bytes));
  /** Replies to what is only replayed must not reach the shell a second time. */
  private replaying = 0;
  private ended = false;

  constructor(host: Host, url: string, options: Options) {
    this.host = host;
    host.replaceChildren();
    delete host.dataset["connection"];
    const box = element("div", { class: "terminal-box" });
    host.append(box, this.overlay);

    this.terminal = new Terminal({
      allowProposedApi: true, // for the Unicode version
      cursorBlink: !matchMedia("(prefers-reduced-motion: reduce)").matches,
      fontFamily: font(host),
      fontSize: 14,
      lineHeight: 1.15,
      macOptionIsMeta: true,
      minimumContrastRatio: 4.5,
      screenReaderMode: options.screenReader,
      scrollback: 5000,
      theme: colours(host),
    });
    const search = new SearchAddon();
    this.terminal.loadAddon(this.fit);
    this.terminal.loadAddon(search);
    this.terminal.loadAddon(new Unicode11Addon());
    this.terminal.loadAddon(new WebLinksAddon((_, link) => window.open(link, "_blank", "noopener,noreferrer")));
    this.terminal.unicode.activeVersion = "11";
    this.terminal.open(box);
    this.terminal.textarea?.setAttribute("aria-label", "Terminal. Ctrl+` leaves it.");
    this.finder = new FindLine(host, search, this.terminal, () => this.terminal.focus());
    this.keys();
    this.paste(box);
    host.screenText = () => this.text();

    // The size is known before the shell is asked for its first prompt: nothing is drawn twice.
    this.fitNow();
    this.socket = new ShellSocket(
      url,
      () => ({ cols: this.terminal.cols, rows: this.terminal.rows }),
      {
        bytes: (bytes) => this.write(bytes),
        replay: () => {
          this.pace.flush();
          this.terminal.reset();
        },
        live: () => this.say(""),
        lost: () => this.say("Reconnecting …"),
        exit: (code) => this.exited(code),
        fault: (detail) => this.say(`${detail} Reconnecting …`),
      },
    );
    this.terminal.onData((data) => {
      if (this.ended) this.again();
      else if (this.replaying === 0) this.socket.send(utf8.encode(data));
    });
    this.terminal.onBinary((data) => {
      if (this.replaying === 0) this.socket.send(Uint8Array.from(data, (char) => char.charCodeAt(0)));
    });
    this.terminal.onResize((size) => this.socket.resize(size));

    const watch = new ResizeObserver(() => this.fitNow());
    watch.observe(host);
    this.ends.push(
      () => watch.disconnect(),
      onThemeChange(() => (this.terminal.options.theme = colours(host))),
    );
  }

  /** Sizes it to its place, which may have changed while it was hidden, and gives it the keyboard. */
  show(): void {
    this.fitNow();
    this.terminal.focus();
  }

  run(command: string): void {
    // A pasted text of several lines would wait for Enter in a shell; typed lines run one by one.
    if (this.ended) this.again();
    this.socket.send(utf8.encode(`${command.replaceAll("\n", "\r")}\r`));
    this.terminal.scrollToBottom();
    this.terminal.focus();
  }

  find(): void {
    this.finder.open();
  }

  screenReader(on: boolean): void {
    this.terminal.options.screenReaderMode = on;
  }

  close(): void {
    this.socket.close();
    for (const end of this.ends) end();
    delete this.host.screenText;
    this.terminal.dispose();
    this.host.replaceChildren();
  }

  private fitNow(): void {
    // A hidden place has no size; it is measured again when shown.
    if (this.host.offsetParent === null) return;
    try {
      this.fit.fit();
    } catch (error) {
      console.debug("the terminal could not be measured", error);
    }
  }

  private write(bytes: Uint8Array): void {
    if (this.socket.isReplay) {
      this.replaying += 1;
      this.terminal.write(bytes, () => (this.replaying -= 1));
    } else {
      this.pace.take(bytes);
    }
  }

  private exited(code: number): void {
    this.ended = true;
    this.say(code === 0 ? "The shell has ended. " : `The shell has ended with code ${code}. `);
    const button = element("button", { type: "button", class: "button" }, "Open a new one");
    button.addEventListener("click", () => {
      this.again();
      this.terminal.focus();
    });
    this.overlay.append(button);
  }

  private again(): void {
    this.ended = false;
    this.terminal.reset();
    this.socket.connect();
  }

  private say(text: string): void {
    if (this.overlay.textContent === text) return;
    this.overlay.textContent = text;
    this.host.dataset["connection"] = text ? "lost" : "open";
  }

  private keys(): void {
    this.terminal.attachCustomKeyEventHandler((event) => {
      if (event.type !== "keydown") return true;
      const key = event.key.toLowerCase();
      const shift = event.ctrlKey && event.shiftKey;
      if (shift && key === "f") {
        event.preventDefault();
        this.find();
        return false;
      }
      // With something selected, Ctrl+C copies as everywhere else; otherwise it interrupts.
      if (event.ctrlKey && key === "c" && (event.shiftKey || this.terminal.hasSelection())) {
        event.preventDefault();
        void copyText(this.terminal.getSelection());
        if (!event.shiftKey) this.terminal.clearSelection();
        return false;
      }
      // Left to the browser, which answers with a paste event.
      if (event.ctrlKey && !event.altKey && key === "v") return false;
      if (event.altKey && event.key === "F1") {
        event.preventDefault();
        document.querySelector<HTMLElement>("[data-action=screen-reader]")?.click();
        return false;
      }
      return true;
    });
  }

  private paste(box: HTMLElement): void {
    box.addEventListener(
      "paste",
      async (event) => {
        const text = event.clipboardData?.getData("text/plain") ?? "";
        event.preventDefault();
        event.stopPropagation();
        if (text && (await mayPaste(text))) this.terminal.paste(text);
        this.terminal.focus();
      },
      { capture: true },
    );
  }

  /** Everything on the screen and scrolled off it; a wrapped line is one line. */
  private text(): string {
    const buffer = this.terminal.buffer.active;
    const lines: string[] = [];
    for (let row = 0; row < buffer.length; row += 1) {
      const line = buffer.getLine(row);
      if (!line) continue;
      const text = line.translateToString(!buffer.getLine(row + 1)?.isWrapped);
      if (line.isWrapped && lines.length > 0) lines[lines.length - 1] += text;
      else lines.push(text);
    }
    return lines.join("\n").trimEnd();
  }
}
