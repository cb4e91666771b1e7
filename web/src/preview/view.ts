// The pane "Preview": a port of the lab's machine in a frame. The frame's page is the learner's: it has an opaque
// origin, here by the frame's sandbox and everywhere by the server's policy.

import { element } from "../dialog.ts";
import type { Page } from "../engine-panes.ts";
import type { View } from "../engine/main.ts";
import { address, exampleServer, published, shortName, type EngineMap, type Published } from "../engine/model.ts";

const SANDBOX = "allow-scripts allow-forms allow-popups allow-modals allow-downloads";
export class PreviewView implements View {
  private readonly page: Page;
  private readonly ports = element("div", { class: "preview-ports", role: "group", "aria-label": "Published ports" });
  private readonly line = element("input", {
    type: "text",
    class: "field preview-address",
    "aria-label": "Address in the machine",
    placeholder: "localhost:8080/",
    autocomplete: "off",
    autocapitalize: "off",
    spellcheck: "false",
    "data-focus": "",
  });
  private readonly tab = element("a", { class: "button quiet", target: "_blank", rel: "noopener noreferrer" }, "Open in a tab");
  private readonly again = element("button", { type: "button", class: "button quiet" }, "Reload");
  private readonly empty = element("div", { class: "preview-empty" });
  private readonly example = element("code");
  private readonly problem = element("p", { class: "preview-problem problem", role: "status" });
  private readonly stage = element("div", { class: "preview-stage" });
  private frame: HTMLIFrameElement | undefined;
  private base = "";
  private shown: { port: number; path: string } | undefined;
  /** Who publishes the shown port, and how it is: another one means another page. */
  private behind = "";
  private drawn = "";

  constructor(place: HTMLElement, page: Page) {
    this.page = page;
    const bar = element("form", { class: "preview-bar" }, this.ports, this.line, this.again, this.tab);
    bar.addEventListener("submit", (event) => {
      event.preventDefault();
      this.go();
    });
    this.again.addEventListener("click", () => this.load());
    const run = element("button", { type: "button", class: "button", title: "Type it into the terminal" }, "Run it");
    run.addEventListener("click", () => this.page.run(this.example.textContent ?? ""));
    this.empty.append(
      element("h3", {}, "No port is published yet"),
      element("p", {}, "A container's web server is reached from outside only through a published port, ", element("code", {}, "-p OUTSIDE:INSIDE"), ":"),
      element("p", { class: "preview-example" }, this.example, " ", run),
      element("p", { class: "preview-note" }, "A server that runs on the machine itself can be shown too: type its address above."),
    );
    this.stage.append(this.empty);
    place.replaceChildren(bar, this.problem, this.stage);
    this.clear();
  }

  clear(): void {
    this.frame?.remove();
    this.frame = undefined;
    this.shown = undefined;
    this.behind = "";
    this.drawn = "";
    this.base = "";
    this.ports.replaceChildren();
    this.line.value = "";
    this.problem.textContent = "";
    this.settle();
  }

  draw(map: EngineMap): void {
    const moved = this.base !== map.preview;
    this.base = map.preview;
    this.example.textContent = exampleServer(map);
    const list = published(map);
    const first = list[0];
    if (!this.shown && first) {
      this.shown = { port: first.port, path: "/" };
      this.behind = "";
    }
    this.drawPorts(list);
    if (!this.shown) {
      this.settle();
      return;
    }
    const behind = list
      .filter(({ port }) => port === this.shown?.port)
      .map(({ container }) => `${container.id} ${container.state} ${container.health}`)
      .join();
    if (moved || !this.frame || behind !== this.behind) {
      this.behind = behind;
      this.load();
    }
  }

  private drawPorts(list: Published[]): void {
    const now = JSON.stringify([this.shown?.port, list.map(({ port, container }) => [port, container.name])]);
    if (now === this.drawn) return;
    this.drawn = now;
    const focused = this.ports.contains(document.activeElement) ? document.activeElement?.getAttribute("data-port") : null;
    this.ports.replaceChildren(
      ...list.map(({ port, container }) => {
        const button = element(
          "button",
          { type: "button", class: "preview-port", "data-port": String(port), "aria-pressed": String(port === this.shown?.port) },
          element("span", { class: "preview-number" }, String(port)),
          " ",
          element("span", { class: "preview-name" }, shortName(container.name)),
        );
        button.addEventListener("click", () => this.show(port, "/"));
        return button;
      }),
    );
    if (focused) this.ports.querySelector<HTMLElement>(`[data-port="${focused}"]`)?.focus();
  }

  private go(): void {
    const wanted = address(this.line.value);
    if (!wanted) {
      this.problem.textContent = "Type a port of the machine, and a path if you like: localhost:8080/about";
      return;
    }
    this.show(wanted.port, wanted.path);
  }

  /** Opens a port of the machine. */
  show(port: number, path: string): void {
    this.shown = { port, path };
    for (const button of this.ports.querySelectorAll("[data-port]")) {
      button.setAttribute("aria-pressed", String(button.getAttribute("data-port") === String(port)));
    }
    this.load();
  }

  /** Opens what is chosen, also if it is open already. */
  private load(): void {
    this.problem.textContent = "";
    if (!this.shown || !this.base) return;
    const { port, path } = this.shown;
    const url = `${this.base}/${port}${path}`;
    // A fresh frame: pages that were looked at before are no part of this page's history.
    const frame = element("iframe", {
      class: "preview-frame",
      sandbox: SANDBOX,
      referrerpolicy: "no-referrer",
      title: `Your app on port ${port}`,
      src: url,
    });
    if (this.frame) this.frame.replaceWith(frame);
    else this.stage.append(frame);
    this.frame = frame;
    if (document.activeElement !== this.line) this.line.value = `localhost:${port}${path}`;
    this.tab.href = url;
    this.settle();
  }

  private settle(): void {
    const open = this.frame !== undefined;
    this.empty.hidden = open;
    this.again.disabled = !open;
    this.tab.hidden = !open;
    if (!open) this.tab.removeAttribute("href");
  }
}
