// Bytes of a file as text, such that writing the text gives the same bytes.

/** Larger files are not opened. */
export const LARGEST_TEXT = 1024 * 1024;

export type Decoded = { text: string } | { unfit: string };

export function decode(bytes: Uint8Array): Decoded {
  if (bytes.length > LARGEST_TEXT) return { unfit: "It is larger than 1 MiB. Look at it in the shell, or download it." };
  if (bytes.includes(0)) return { unfit: "It is not text. Look at it in the shell, or download it." };
  try {
    return { text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    return { unfit: "It is not text in UTF-8. Look at it in the shell, or download it." };
  }
}

/** What ends its lines. A carriage return that is not everywhere stays where it is, as part of its line. */
export function lineBreak(text: string): "\n" | "\r\n" {
  const all = text.split("\n").length - 1;
  return all > 0 && text.split("\r\n").length - 1 === all && !/\r(?!\n)/.test(text) ? "\r\n" : "\n";
}

export interface Change {
  from: number;
  to: number;
  insert: string;
}

/** The one piece in which two texts differ; `undefined` when they are the same. */
export function difference(before: string, after: string): Change | undefined {
  if (before === after) return undefined;
  const least = Math.min(before.length, after.length);
  let from = 0;
  while (from < least && before[from] === after[from]) from += 1;
  let end = 0;
  while (end < least - from && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  return { from, to: before.length - end, insert: after.slice(from, after.length - end) };
}
