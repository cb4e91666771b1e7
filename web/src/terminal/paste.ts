// Several lines may run as several commands: that is asked about, once.

import { confirm, element } from "../dialog.ts";

let asked = false;

/** Lines of a text that would each be entered; a break at the end adds none. */
export const lineCount = (text: string): number => text.replace(/[\r\n]+$/, "").split(/\r\n|\r|\n/).length;

export async function mayPaste(text: string): Promise<boolean> {
  const lines = lineCount(text);
  if (asked || lines < 2) return true;
  const preview = element("pre", { class: "paste-preview", tabindex: "0" }, text.slice(0, 2000));
  const paste = await confirm(
    `Paste ${lines} lines?`,
    "Lines can run as commands as soon as they arrive. This is not asked again on this page.",
    "Paste",
    preview,
  );
  asked ||= paste;
  return paste;
}
