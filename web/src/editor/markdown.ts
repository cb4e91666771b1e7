// Markdown as one looks at it while writing: headings, code, emphasis, links, lists.

import type { StreamParser } from "@codemirror/language";

interface State {
  /** What ends the code block that this line is in. */
  fence: string;
}

export const markdown: StreamParser<State> = {
  name: "markdown",
  startState: () => ({ fence: "" }),
  token(stream, state) {
    if (stream.sol()) {
      const fence = stream.match(/^ {0,3}(```+|~~~+)/);
      if (state.fence) {
        const ends = Array.isArray(fence) && fence[1]!.startsWith(state.fence);
        stream.skipToEnd();
        if (ends) state.fence = "";
        return "monospace";
      }
      if (Array.isArray(fence)) {
        state.fence = fence[1]!;
        stream.skipToEnd();
        return "monospace";
      }
      if (stream.match(/^ {0,3}#{1,6}(\s.*)?$/)) return "heading";
      if (stream.match(/^ {0,3}>.*/)) return "quote";
      if (stream.match(/^\s*([-*+]|\d+[.)])(?=\s)/)) return "list";
    }
    if (stream.match(/^`+[^`]*`+/)) return "monospace";
    if (stream.match(/^\*\*[^*]+\*\*/) || stream.match(/^__[^_]+__/)) return "strong";
    if (stream.match(/^\*[^*\s][^*]*\*/)) return "emphasis";
    if (stream.match(/^!?\[[^\]]*\]\([^)]*\)/) || stream.match(/^<https?:[^>]*>/)) return "link";
    stream.next();
    stream.eatWhile(/[^`*_![<\\]/);
    return null;
  },
};
