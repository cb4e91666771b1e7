// A session's event stream, followed until the session is over. The browser's EventSource comes
// back by itself after a dropped connection, but not after an error status, nor does it say which
// status that was: those two are mended here.

import { Backoff } from "./backoff.ts";

type Hear = (name: string, data: string) => void;

const NAMES = ["session", "check", "build", "engine", "file"];

/** Who wants to know beside the island that listens. */
const others = new Set<(name: string, data: string, url: string) => void>();

/** Hears every event of the session's stream too, with the stream's address. */
export function alsoHear(hear: (name: string, data: string, url: string) => void): void {
  others.add(hear);
}

let source: EventSource | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;

export function stopListening(): void {
  clearTimeout(timer);
  source?.close();
  source = undefined;
}

export function listen(url: string, island: Hear): void {
  stopListening();
  const hear: Hear = (name, data) => {
    island(name, data);
    for (const other of others) other(name, data, url);
  };
  const backoff = new Backoff();
  const connect = () => {
    const own = new EventSource(url);
    source = own;
    for (const name of NAMES) {
      own.addEventListener(name, (event) => {
        if (source === own) hear(name, (event as MessageEvent<string>).data);
      });
    }
    own.addEventListener("open", () => {
      backoff.reset();
      hear("open", "");
    });
    own.addEventListener("error", () => {
      if (source !== own) return;
      own.close();
      hear("lost", "");
      timer = setTimeout(async () => {
        if (await isGone(url)) {
          if (source === own) hear("gone", "");
        } else if (source === own) {
          connect();
        }
      }, backoff.next());
    });
  };
  connect();
}

/** Whether the session is known to be over: the server answers, and does not know it. */
async function isGone(events: string): Promise<boolean> {
  try {
    const answer = await fetch(events.replace(/\/events$/, ""), { headers: { accept: "application/json" } });
    return answer.status === 404 || answer.status === 410;
  } catch {
    return false;
  }
}
