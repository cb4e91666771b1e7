// Makefiles: targets, variables, recipes. Follows the GNU make manual, chapter 3 ("Writing Makefiles").

import type { StreamParser } from "@codemirror/language";

interface State {
  /** In a recipe, or in a line that goes on from one. */
  recipe: boolean;
  /** The line before ended in a backslash. */
  goesOn: boolean;
  /** What follows stands before the first colon or equals sign. */
  head: boolean;
}

const DIRECTIVE =
  /^(-?include|sinclude|define|endef|undefine|ifdef|ifndef|ifeq|ifneq|else|endif|export|unexport|override|private|vpath)\b/;

export const makefile: StreamParser<State> = {
  name: "makefile",
  startState: () => ({ recipe: false, goesOn: false, head: true }),
  token(stream, state) {
    if (stream.sol()) {
      if (!state.goesOn) {
        state.recipe = stream.peek() === "\t";
        state.head = !state.recipe;
      }
      state.goesOn = /\\$/.test(stream.string);
      if (state.recipe && stream.eatSpace()) {
        stream.match(/^[@+-]+/);
        if (stream.current().trim()) return "meta";
        return null;
      }
    }
    if (stream.eatSpace()) return null;
    if (stream.peek() === "#") {
      stream.skipToEnd();
      return "comment";
    }
    if (stream.match(/^\$[({](?:[^(){}$]|\$\([^()]*\))*[)}]/) || stream.match(/^\$[@<^+?*%|$\w]/)) return "variableName.special";
    if (stream.match(/^"(?:[^"\\]|\\.)*"/) || stream.match(/^'[^']*'/)) return state.recipe ? "string" : null;
    if (state.head) {
      const directive = stream.match(DIRECTIVE);
      if (Array.isArray(directive)) {
        // After these a variable is set or named; after the others stand conditions and file names.
        state.head = /^(un)?(export|define)$|^(override|private)$/.test(directive[0]!);
        return "keyword";
      }
      if (stream.match(/^(::?:?|[?+!])?=/)) {
        state.head = false;
        return "operator";
      }
      if (stream.match(/^&?::?/)) {
        state.head = false;
        return "operator";
      }
      if (stream.match(/^\.[A-Z_]+/)) return "keyword";
      if (stream.match(/^[^\s:=?+!#$&]+/)) return /^\s*(::?:?|[?+!])?=/.test(stream.string.slice(stream.pos)) ? "variableName" : "typeName";
    }
    stream.next();
    stream.eatWhile(/[^\s#$"'\\]/);
    return null;
  },
  languageData: { commentTokens: { line: "#" } },
};
