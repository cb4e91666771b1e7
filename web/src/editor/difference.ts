// Two texts side by side, what differs marked.

import { MergeView } from "@codemirror/merge";
import { EditorState, type Extension } from "@codemirror/state";
import { EditorView, lineNumbers } from "@codemirror/view";

import { element } from "../dialog.ts";
import { languageSupport } from "./languages.ts";
import { theme } from "./theme.ts";

export interface Side {
  title: string;
  text: string;
}

/** The two sides to be put into the page, and what lets go of them. */
export function sideBySide(path: string, left: Side, right: Side): { node: HTMLElement; end: () => void } {
  const side = ({ title, text }: Side) => {
    const extensions: Extension[] = [
      lineNumbers(),
      EditorState.readOnly.of(true),
      EditorView.contentAttributes.of({ "aria-label": title }),
      languageSupport(path, text),
      theme,
    ];
    return { doc: text, extensions };
  };
  const place = element("div", { class: "difference-sides", tabindex: "0", role: "group", "aria-label": "Differences" });
  const view = new MergeView({ a: side(left), b: side(right), parent: place, collapseUnchanged: { margin: 3, minSize: 6 } });
  const titles = element("div", { class: "difference-titles" }, element("span", {}, left.title), element("span", {}, right.title));
  return { node: element("div", { class: "difference" }, titles, place), end: () => view.destroy() };
}
