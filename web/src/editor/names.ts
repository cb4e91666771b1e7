// Names of files: which may be given, and how strange ones are shown.

const bytes = (text: string) => new TextEncoder().encode(text).length;

/** What is wrong with a path that somebody typed; empty when nothing is. */
export function wrongWith(path: string): string {
  if (path === "") return "Type a name.";
  if (path.startsWith("/")) return "Leave out the slash at the beginning: names start at your home folder.";
  if (/[\u0000-\u001f\u007f-\u009f]/.test(path)) return "A name cannot hold a line break or another control character.";
  const parts = path.split("/");
  if (parts.includes("")) return "There is a slash too many.";
  if (parts.some((part) => part === "." || part === "..")) return "Write the path without “.” and “..”.";
  if (parts.some((part) => bytes(part) > 255) || bytes(path) > 1024) return "The name is too long.";
  return "";
}

/** Characters that draw nothing or turn the direction of others: they would make a name look like another. */
const UNSEEN = /[\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;
/** Longer names are cut in the middle: beginning and ending tell the most. */
const SHOWN = 60;

/** A name fit to be shown: bounded, and with nothing in it that hides. */
export function shown(name: string): string {
  const seen = [...name.replace(UNSEEN, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`)];
  return seen.length <= SHOWN ? seen.join("") : `${seen.slice(0, SHOWN - 21).join("")}…${seen.slice(-20).join("")}`;
}

export const fileName = (path: string): string => path.slice(path.lastIndexOf("/") + 1);
export const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf("/")));
export const join = (folder: string, name: string): string => (folder ? `${folder}/${name}` : name);

/** A path as it stands in an address. */
export const encode = (path: string): string => path.split("/").map(encodeURIComponent).join("/");

/** Whether `path` is `folder` or lies in it. */
export const isWithin = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);

export function size(count: number): string {
  if (count < 1000) return `${count} B`;
  const unit = Math.min(3, Math.floor(Math.log10(count) / 3));
  return `${Number((count / 1000 ** unit).toPrecision(3))} ${["B", "kB", "MB", "GB"][unit]}`;
}
