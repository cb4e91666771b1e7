/** `drydock serve --watch`: the page comes back when its content was saved. */
export function reloadOnChange(): void {
  const url = document.documentElement.dataset["reload"];
  if (url) new EventSource(url).addEventListener("reload", () => location.reload());
}
