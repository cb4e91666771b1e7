// The terminal's colours and font are the style sheet's: tokens.css has both themes.

import type { ITheme } from "@xterm/xterm";

const ANSI = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"] as const;

export function colours(host: Element): ITheme {
  const style = getComputedStyle(host);
  const token = (name: string) => style.getPropertyValue(`--term-${name}`).trim();
  const theme: Record<string, string> = {
    background: token("background"),
    foreground: token("foreground"),
    cursor: token("cursor"),
    cursorAccent: token("background"),
    selectionBackground: token("selection"),
  };
  for (const name of ANSI) {
    theme[name] = token(name);
    theme[`bright${name[0]?.toUpperCase()}${name.slice(1)}`] = token(`bright-${name}`);
  }
  return theme;
}

export const font = (host: Element): string => getComputedStyle(host).getPropertyValue("--mono").trim();
