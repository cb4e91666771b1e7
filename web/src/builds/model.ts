// The build lens as the server tells it: GET …/builds, GET …/builds/{ref}, and the event `build`.

export interface Facts {
  ref: string;
  number: number;
  state: "running" | "done" | "failed" | "canceled";
  started_at: string;
  duration_ms: number | null;
  cached: number;
  image: string | null;
  error: string | null;
  line: number | null;
}

export interface Summary extends Facts {
  steps: number;
}

export interface Step {
  n: number;
  name: string;
  stage: string;
  state: "waiting" | "running" | "done" | "cached" | "error";
  start_ms: number | null;
  duration_ms: number | null;
  error: string | null;
  line: number | null;
  log_bytes: number;
  saved_ms: number | null;
  change: "same" | "now-cached" | "reran" | "new" | "not-reached" | null;
  reason: string | null;
}

export interface Layer {
  name: string;
  size: number;
  base: boolean;
  step: number | null;
}

export interface Detail extends Facts {
  step_count: number;
  steps_cut: boolean;
  image_size: number | null;
  size_change: number | null;
  layers: Layer[];
  steps: Step[];
  preparation: Step[];
  compared_with: { ref: string; number: number } | null;
  first_rerun: number | null;
  gone: { stage: string; name: string }[];
}

/** How long a build has lasted, as far as its steps tell: the browser's clock may be another than the engine's. */
export function lasted(build: Detail): number {
  const ends = [...build.steps, ...build.preparation].map((step) => (step.start_ms ?? 0) + (step.duration_ms ?? 0));
  return Math.max(build.duration_ms ?? 0, 1, ...ends);
}

/** Stages in their order, each with its steps. */
export function stages(build: Detail): [string, Step[]][] {
  const found: [string, Step[]][] = [];
  for (const step of build.steps) {
    const last = found.at(-1);
    if (last?.[0] === step.stage) last[1].push(step);
    else found.push([step.stage, [step]]);
  }
  return found;
}
