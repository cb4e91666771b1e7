// How the editor looks. All colours are the style sheet's own, so a change of the theme needs no work here.

import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const colours = HighlightStyle.define([
  { tag: tags.comment, color: "var(--ink-faint)", fontStyle: "italic" },
  { tag: [tags.keyword, tags.operatorKeyword, tags.modifier, tags.controlKeyword], color: "var(--term-magenta)" },
  { tag: [tags.string, tags.special(tags.string), tags.regexp], color: "var(--term-green)" },
  { tag: [tags.number, tags.bool, tags.atom, tags.null], color: "var(--term-yellow)" },
  { tag: [tags.propertyName, tags.attributeName, tags.definition(tags.variableName)], color: "var(--term-blue)" },
  { tag: [tags.typeName, tags.tagName, tags.className, tags.function(tags.variableName)], color: "var(--term-blue)" },
  { tag: [tags.special(tags.variableName), tags.standard(tags.variableName), tags.meta], color: "var(--term-cyan)" },
  { tag: [tags.heading, tags.strong], fontWeight: "700" },
  { tag: tags.heading, color: "var(--term-blue)" },
  { tag: tags.emphasis, fontStyle: "italic" },
  { tag: [tags.link, tags.url], color: "var(--accent)" },
  { tag: tags.monospace, color: "var(--term-green)" },
  { tag: [tags.quote, tags.list], color: "var(--ink-soft)" },
  { tag: tags.invalid, color: "var(--bad)" },
]);

const look = EditorView.theme({
  "&": { height: "100%", fontSize: "0.875rem", color: "var(--term-foreground)", backgroundColor: "var(--term-background)" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.55" },
  ".cm-content": { caretColor: "var(--term-cursor)" },
  ".cm-cursor, .cm-dropCursor": { borderLeftColor: "var(--term-cursor)", borderLeftWidth: "2px" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "var(--term-selection)",
  },
  ".cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--accent-soft) 45%, transparent)" },
  ".cm-gutters": { backgroundColor: "var(--surface)", color: "var(--ink-faint)", border: "0", borderRight: "1px solid var(--line)" },
  ".cm-activeLineGutter": { backgroundColor: "var(--accent-soft)", color: "var(--ink)" },
  ".cm-searchMatch": { backgroundColor: "var(--term-match)" },
  ".cm-searchMatch.cm-searchMatch-selected": { backgroundColor: "var(--term-match-active)", color: "#10161e" },
  ".cm-selectionMatch": { backgroundColor: "color-mix(in srgb, var(--term-match) 60%, transparent)" },
  ".cm-matchingBracket, &.cm-focused .cm-matchingBracket": { backgroundColor: "var(--accent-soft)", outline: "1px solid var(--accent)" },
  ".cm-nonmatchingBracket, &.cm-focused .cm-nonmatchingBracket": { backgroundColor: "var(--bad-soft)", color: "var(--bad)" },
  ".cm-panels": { backgroundColor: "var(--surface)", color: "var(--ink)" },
  ".cm-panels.cm-panels-top": { borderBottom: "1px solid var(--line)" },
  ".cm-panels.cm-panels-bottom": { borderTop: "1px solid var(--line)" },
  ".cm-panel": { fontFamily: "var(--sans)", fontSize: "var(--text-note)" },
  ".cm-textfield": { fontSize: "0.85rem", border: "1px solid var(--line-strong)", borderRadius: "4px", backgroundColor: "var(--paper)", color: "var(--ink)" },
  ".cm-button": { fontSize: "0.85rem", backgroundImage: "none", backgroundColor: "var(--paper)", color: "var(--ink)", border: "1px solid var(--line-strong)", borderRadius: "4px" },
  ".cm-panel.cm-search [name=close]": { color: "var(--ink)", fontSize: "1.1rem" },
  ".cm-tooltip": { backgroundColor: "var(--paper)", color: "var(--ink)", border: "1px solid var(--line-strong)", borderRadius: "6px", boxShadow: "var(--shadow)" },
  ".cm-diagnostic": { fontFamily: "var(--sans)", fontSize: "var(--text-note)", maxWidth: "30rem", padding: "0.4rem 0.7rem" },
  ".cm-diagnostic-error": { borderLeft: "3px solid var(--bad)" },
  ".cm-diagnostic-warning": { borderLeft: "3px solid var(--warn)" },
  ".cm-diagnostic-info": { borderLeft: "3px solid var(--accent)" },
  ".cm-lintRange-error, .cm-lintRange-warning, .cm-lintRange-info": {
    backgroundImage: "none",
    textDecoration: "underline wavy 1.5px",
    textUnderlineOffset: "3px",
    paddingBottom: "0",
  },
  ".cm-lintRange-error": { textDecorationColor: "var(--bad)" },
  ".cm-lintRange-warning": { textDecorationColor: "var(--warn)" },
  ".cm-lintRange-info": { textDecorationColor: "var(--accent)" },
  ".cm-lintRange-active": { backgroundColor: "var(--warn-soft)" },
  ".cm-changedLine, &.cm-merge-a .cm-changedLine, .cm-deletedChunk": { backgroundColor: "var(--bad-soft)" },
  "&.cm-merge-b .cm-changedLine, .cm-inlineChangedLine": { backgroundColor: "var(--good-soft)" },
  "&.cm-merge-a .cm-changedText, .cm-deletedChunk .cm-deletedText": { background: "color-mix(in srgb, var(--bad) 25%, transparent)" },
  "&.cm-merge-b .cm-changedText": { background: "color-mix(in srgb, var(--good) 25%, transparent)" },
  ".cm-collapsedLines": { color: "var(--ink-soft)", background: "var(--surface)" },
});

export const theme = [look, syntaxHighlighting(colours)];
