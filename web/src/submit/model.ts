// What the API tells of submissions.

export interface Check {
  step: string;
  title: string;
  state: "pass" | "fail" | "error";
  found: string;
  points: number;
  earned: number;
  hidden: boolean;
}

export interface Submission {
  id: string;
  state: "queued" | "grading" | "graded" | "error";
  score: number | null;
  max_score: number | null;
  checks: Check[];
  position?: number;
  fault?: string;
  note?: string;
  assignment: string | null;
  attempt: number;
  submitted_at: string;
}

export interface Assignment {
  id: string;
  class: string;
  due_at: string | null;
  closes_at: string | null;
  late_percent: number;
  late_days: number;
  max_attempts: number | null;
  attempts_left: number | null;
  counts: "best" | "last";
  grading: "live" | "clean";
  refused?: string;
}

export type Summary = Pick<
  Submission,
  "id" | "assignment" | "attempt" | "state" | "score" | "max_score" | "submitted_at"
>;

export interface Overview {
  assignments: Assignment[];
  practice: "live" | "clean";
  hidden_checks: number;
  submissions: Summary[];
}

const MOMENT = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const SIZES = ["B", "kB", "MB"];

export const moment = (text: string): string => MOMENT.format(new Date(text));

/** `2.5`, `3`: at most two digits after the point. */
export const points = (value: number): string => String(Number(value.toFixed(2)));

export const plural = (count: number, one: string): string => `${count} ${count === 1 ? one : `${one}s`}`;

/** As Docker prints sizes: powers of 1000. */
export function size(bytes: number): string {
  let unit = 0;
  for (; bytes >= 1000 && unit < SIZES.length - 1; unit += 1) bytes /= 1000;
  return `${unit && bytes < 10 ? bytes.toFixed(1) : Math.round(bytes)} ${SIZES[unit]}`;
}

/** Where a submission stands, in one line. */
export function standing(one: Summary & { position?: number }): string {
  switch (one.state) {
    case "queued":
      if (!one.position || one.position === 1) return "Stored. It is graded next.";
      return `Stored. ${plural(one.position - 1, "submission")} before it in line.`;
    case "grading":
      return "Being graded…";
    case "error":
      return "Not graded: our side failed.";
    case "graded":
      return `${points(one.score ?? 0)} of ${points(one.max_score ?? 0)} points`;
  }
}

/** What an assignment asks, in short sentences. */
export function terms(task: Assignment): string[] {
  const said: string[] = [];
  if (task.due_at) {
    said.push(`Due ${moment(task.due_at)}.`);
    if (task.late_days > 0) {
      const off = Math.min(100, task.late_percent * task.late_days);
      said.push(off > 0 ? `It is late: ${off} % are taken off now.` : "It is late; nothing is taken off.");
    } else if (task.late_percent > 0) {
      said.push(`Each day that begins after that takes ${task.late_percent} % off.`);
    }
  }
  if (task.closes_at) said.push(`Nothing is taken after ${moment(task.closes_at)}.`);
  if (task.attempts_left !== null) {
    said.push(`${plural(task.attempts_left, "attempt")} left of ${task.max_attempts}; the ${task.counts} one counts.`);
  } else {
    said.push(`As often as you like; the ${task.counts} one counts.`);
  }
  return said;
}
