// Runs before the first paint, so that a chosen theme never flashes the other one.
// The choice lives in this browser only; pages are the same for everybody and can be cached.

const root = document.documentElement;
root.classList.add("js");
try {
  const theme = localStorage.getItem("theme");
  if (theme === "light" || theme === "dark") root.dataset["theme"] = theme;
} catch {
  // Storage is switched off: the system's theme it is.
}
