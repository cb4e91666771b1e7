// A part of a page that keeps itself up to date (`data-live`: seconds between two looks; 0: it is settled). The server
// draws it: the page is fetched again and the part is put in the place of the old one, so there is one drawing and not two.

const QUIET_MS = 30_000;

export function followLive(): void {
  const part = document.querySelector<HTMLElement>("[data-live]");
  if (part) void follow(part);
}

async function follow(part: HTMLElement): Promise<void> {
  const pause = () => Number(part.dataset["live"]) * 1000;
  for (let wait = pause(); wait > 0; ) {
    await new Promise((done) => setTimeout(done, wait));
    if (document.hidden || busy(part)) continue;
    const fresh = await look().catch(() => undefined);
    // Who was signed out, or a server that is away: the old state stays, and is asked for less often.
    wait = fresh ? pause() : QUIET_MS;
    if (!fresh || busy(part)) continue;
    part.replaceWith(fresh);
    part = fresh;
    wait = pause();
  }
}

/** Nothing is taken away from under the keyboard or a selection. */
function busy(part: HTMLElement): boolean {
  const selection = document.getSelection();
  return part.contains(document.activeElement) || Boolean(selection && !selection.isCollapsed);
}

async function look(): Promise<HTMLElement | undefined> {
  const answer = await fetch(location.href, { headers: { accept: "text/html" } });
  if (!answer.ok || answer.redirected) return undefined;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const part = page.querySelector<HTMLElement>("[data-live]");
  return part ? document.adoptNode(part) : undefined;
}
