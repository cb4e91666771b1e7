// The terminal's colours and font are the style sheet's: tokens.css has both themes.

import type { ITheme } from "@xterm/xterm";

const ANSI = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"] as const;

export function colours(host: Element): ITheme {
  // A token may hold `light-dark(…)`: as the colour of an element the browser works it out.
  const probe = document.createElement("span");
  host.append(probe);
  const token = (name: string) => {
    probe.style.color = `var(--term-${name})`;
    return getComputedStyle(probe).color;
  };
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
  probe.remove();
  return theme;
}

/** `rgb(1, 2, 3)` as `#010203`: the search marks its hits in colours written so. */
export function hex(host: Element, name: string): string {
  const probe = document.createElement("span");
  host.append(probe);
  probe.style.color = `var(--term-${name})`;
  const parts = getComputedStyle(probe).color.match(/\d+/g) ?? [];
  probe.remove();
  return `#${parts.slice(0, 3).map((part) => Number(part).toString(16).padStart(2, "0")).join("")}`;
}

export const font = (host: Element): string => getComputedStyle(host).getPropertyValue("--mono").trim();
