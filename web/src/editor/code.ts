// The part of a file's editor that CodeMirror does: its state, and what the keys do.

import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { bracketMatching, indentOnInput } from "@codemirror/language";
import { lintGutter, lintKeymap } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { Annotation, EditorState, type Extension, Text } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from "@codemirror/view";

import { isDockerfile, languageOf, languageSupport } from "./languages.ts";
import { dockerfileProblems } from "./lint.ts";
import { shown } from "./names.ts";
import { difference, lineBreak } from "./text.ts";
import { theme } from "./theme.ts";

/** Marks what was not typed here. */
export const fromOutside = Annotation.define<boolean>();

interface Hooks {
  typed(): void;
  moved(): void;
  save(): void;
}

/**
 * Typing over a selection, done here and not by the browser: Chromium would carry the look of the replaced text over as
 * an inline style, which the site's policy refuses.
 */
const typedOver = EditorView.domEventHandlers({
  beforeinput: (event, view) => {
    const { state } = view;
    if (event.inputType !== "insertText" || event.isComposing || !event.data || state.readOnly) return false;
    if (state.selection.main.empty) return false;
    view.dispatch(state.replaceSelection(event.data), { userEvent: "input.type", scrollIntoView: true });
    return true;
  },
});

/** A file's text with all that goes with it. */
export function stateOf(path: string, text: string, hooks: Hooks): EditorState {
  const extensions: Extension[] = [
    lineNumbers(),
    highlightActiveLineGutter(),
    highlightSpecialChars(),
    history(),
    drawSelection(),
    indentOnInput(),
    bracketMatching(),
    highlightActiveLine(),
    highlightSelectionMatches(),
    search({ top: true }),
    EditorState.tabSize.of(4),
    EditorState.lineSeparator.of(lineBreak(text)),
    // Pasted text ends its lines as this file does.
    EditorView.clipboardInputFilter.of((pasted, state) => pasted.replace(/\r\n?|\n/g, state.lineBreak)),
    EditorView.contentAttributes.of({
      "data-focus": "",
      "aria-label": `${shown(path)}. Escape, then Tab leaves the editor.`,
      autocorrect: "off",
      spellcheck: languageOf(path)?.name === "Markdown" ? "true" : "false",
    }),
    keymap.of([
      { key: "Mod-s", run: () => (hooks.save(), true), preventDefault: true },
      ...lintKeymap,
      ...defaultKeymap,
      ...searchKeymap,
      ...historyKeymap,
      indentWithTab,
    ]),
    typedOver,
    languageSupport(path, text),
    isDockerfile(path) ? [dockerfileProblems(), lintGutter()] : [],
    theme,
    EditorView.updateListener.of((update) => {
      if (update.docChanged && !update.transactions.some((one) => one.annotation(fromOutside))) hooks.typed();
      hooks.moved();
    }),
  ];
  return EditorState.create({ doc: text, extensions });
}

/** The change that makes this text of it; the cursor stays where it is, and it can be undone. */
export function changeTo(state: EditorState, text: string, from: "here" | "outside") {
  const change = difference(state.doc.toString(), text.replaceAll(state.lineBreak, "\n"));
  const changes = change ? [{ from: change.from, to: change.to, insert: Text.of(change.insert.split("\n")) }] : [];
  return state.update({ changes, annotations: from === "outside" ? fromOutside.of(true) : [] });
}
