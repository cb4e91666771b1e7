// The files API of a session.

import type { Seen, Store, Written } from "./document.ts";
import { encode } from "./names.ts";
import { decode } from "./text.ts";

export interface Entry {
  path: string;
  /** Whether it can be reached by that path. */
  addressable: boolean;
  size: number;
  kind: "file" | "dir" | "symlink" | "special";
  executable: boolean;
}

export interface Listing {
  files: Entry[];
  truncated: boolean;
}

/** Largest file that the server takes, in bytes. */
export const LARGEST = 5 * 1024 * 1024;

/** What the server refused, in words for the reader. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }

  /** Whether another try may go through. */
  get passing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

async function ask(url: string, options: RequestInit = {}): Promise<Response> {
  let answer: Response;
  try {
    answer = await fetch(url, options);
  } catch {
    throw new Refused(0, "The server does not answer.");
  }
  if (answer.ok) return answer;
  let detail = `The server answered with status ${answer.status}.`;
  try {
    detail = ((await answer.json()) as { detail?: string }).detail || detail;
  } catch {
    // No problem document: the status has to do.
  }
  throw new Refused(answer.status, detail);
}

const refused = (error: unknown): Refused =>
  error instanceof Refused ? error : new Refused(0, error instanceof Error ? error.message : String(error));

export class Files implements Store {
  /** @param session Address of the session. */
  constructor(private readonly session: string) {}

  address(path: string): string {
    return `${this.session}/files/${encode(path)}`;
  }

  /** All files, packed. */
  async zip(): Promise<{ blob: Blob; name: string }> {
    const answer = await ask(`${this.session}/files.zip`);
    const name = /filename="([\w.-]+)"/.exec(answer.headers.get("content-disposition") ?? "")?.[1] ?? "files.zip";
    try {
      return { blob: await answer.blob(), name };
    } catch {
      throw new Refused(0, "The download broke off. Try again.");
    }
  }

  async list(): Promise<Listing> {
    return (await (await ask(`${this.session}/files`)).json()) as Listing;
  }

  async read(path: string): Promise<Seen> {
    try {
      const answer = await ask(this.address(path));
      const tag = answer.headers.get("etag") ?? "";
      const decoded = decode(new Uint8Array(await answer.arrayBuffer()));
      return "text" in decoded
        ? { kind: "text", version: { text: decoded.text, tag } }
        : { kind: "unfit", tag, reason: decoded.unfit };
    } catch (error) {
      const { status, message, passing } = refused(error);
      if (status === 404) return { kind: "gone" };
      if (passing || status === 410) return { kind: "failed", reason: message, passing };
      return { kind: "unfit", tag: "", reason: message };
    }
  }

  async write(path: string, text: string, over: string | undefined): Promise<Written> {
    try {
      const condition: Record<string, string> = over ? { "if-match": over } : { "if-none-match": "*" };
      const answer = await ask(this.address(path), { method: "PUT", body: new Blob([text]), headers: condition });
      return { kind: "done", tag: answer.headers.get("etag") ?? "" };
    } catch (error) {
      const { status, message, passing } = refused(error);
      return status === 412 ? { kind: "changed" } : { kind: "failed", reason: message, passing };
    }
  }

  /** Puts a file there. It throws {@link Refused}: status 412 where one is already, unless that may be replaced. */
  async upload(path: string, bytes: Blob, replace: boolean): Promise<void> {
    const headers: Record<string, string> = replace ? {} : { "if-none-match": "*" };
    await ask(this.address(path), { method: "PUT", body: bytes, headers });
  }

  async makeFolder(path: string): Promise<void> {
    await ask(`${this.session}/folders/${encode(path)}`, { method: "PUT" });
  }

  async move(path: string, to: string): Promise<void> {
    const headers = { "content-type": "application/json" };
    await ask(this.address(path), { method: "PATCH", body: JSON.stringify({ to }), headers });
  }

  async delete(path: string): Promise<void> {
    await ask(this.address(path), { method: "DELETE" });
  }
}
