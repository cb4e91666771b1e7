// The button that changes between the light and the dark theme. Until it is used, the system's
// choice holds; theme.ts puts a kept choice back before the first paint.

const root = document.documentElement;
const dark = matchMedia("(prefers-color-scheme: dark)");

/** The theme that is shown. */
export const theme = (): "light" | "dark" =>
  root.dataset["theme"] === "dark" || (root.dataset["theme"] === undefined && dark.matches) ? "dark" : "light";

/** Calls back after each change, whether by the button or by the system. */
export function onThemeChange(hear: () => void): () => void {
  dark.addEventListener("change", hear);
  const seen = new MutationObserver(hear);
  seen.observe(root, { attributeFilter: ["data-theme"] });
  return () => {
    dark.removeEventListener("change", hear);
    seen.disconnect();
  };
}

export function themeButton(): void {
  const button = document.querySelector<HTMLButtonElement>("[data-action=theme]");
  if (!button) return;
  const name = () => button.setAttribute("aria-label", `Use the ${theme() === "dark" ? "light" : "dark"} theme`);
  button.addEventListener("click", () => {
    const next = theme() === "dark" ? "light" : "dark";
    root.dataset["theme"] = next;
    try {
      localStorage.setItem("theme", next);
    } catch {
      // Kept for this page only.
    }
  });
  onThemeChange(name);
  name();
}
