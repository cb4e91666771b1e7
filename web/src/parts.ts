/** Address of a file that the page names in a `<link data-part="…">`: hashed names are known to the server only. */
export function part(name: string): string {
  const link = document.querySelector<HTMLLinkElement>(`link[data-part="${name}"]`);
  if (!link) throw new Error(`The page does not name its part "${name}"`);
  return link.href;
}

export const hasPart = (name: string): boolean => document.querySelector(`link[data-part="${name}"]`) !== null;
