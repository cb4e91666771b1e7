// The build cache: files with versions, and the builds so far. What comes from the cache is said by the crate
// drydock-dockerfile, as wasm.

/** A build as the crate reads it (dockerfile/src/cache). */
export interface Build {
  dockerfile: string;
  /** Contents by path. */
  files: Record<string, string>;
}

export interface Step {
  text: string;
  line: number;
  state: "cached" | "ran" | "setting";
  verdict: string;
  why: string;
  seconds: number;
}

/** What the last build of a history did (dockerfile/src/simulate.rs). */
export interface Report {
  steps: Step[];
  seconds: number;
  saved: number;
  said: string;
}

export type Answer = { ok: Report } | { error: { line: number; message: string } };

export interface Scene {
  dockerfile: string;
  files: string[];
  /** Those that were edited between the first build and the second. */
  edited: string[];
  seconds: Record<string, number>;
  /** How long the two builds took, in seconds. */
  took: number[];
}

/** Builds that an engine remembers here; more than that nobody makes by hand. */
const MOST = 100;

export class Project {
  /** Versions that a file has gone through; the last one is on the disk. */
  private readonly versions = new Map<string, number[]>();
  /** A version that was never given before is a content that was never seen before. */
  private newest = 1;
  builds: Build[] = [];

  constructor(readonly scene: Scene) {
    for (const file of scene.files) this.versions.set(file, [1]);
    this.build(scene.dockerfile);
    this.newest = 2;
    for (const file of scene.edited) this.versions.get(file)?.push(2);
    this.build(scene.dockerfile);
  }

  version(file: string): number {
    return this.versions.get(file)?.at(-1) ?? 1;
  }

  edit(file: string): void {
    this.newest = Math.max(this.newest, this.version(file)) + 1;
    this.versions.get(file)?.push(this.newest);
  }

  canUndo(file: string): boolean {
    return (this.versions.get(file)?.length ?? 0) > 1;
  }

  undo(file: string): void {
    if (this.canUndo(file)) this.versions.get(file)?.pop();
  }

  /** Whether a file differs from what the last build saw. */
  changed(file: string): boolean {
    return this.builds.at(-1)?.files[file] !== this.content(file);
  }

  /** Remembers a build, and gives what the crate wants to know of all of them. */
  build(dockerfile: string): string {
    const files = Object.fromEntries(this.scene.files.map((file) => [file, this.content(file)]));
    this.builds = [...this.builds, { dockerfile, files }].slice(-MOST);
    return this.history();
  }

  /** The history as JSON. */
  history(): string {
    return JSON.stringify({ builds: this.builds, seconds: this.scene.seconds });
  }

  /** Forgets the last build: the engine could not read its Dockerfile. */
  forget(): void {
    this.builds = this.builds.slice(0, -1);
  }

  private content(file: string): string {
    return `version ${this.version(file)}`;
  }
}

/** `0.1 s`, `24 s`. */
export const time = (seconds: number) => `${seconds.toFixed(seconds < 9.95 ? 1 : 0)} s`;
