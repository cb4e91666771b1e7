// What `docker run` does: which part of the drawing is how at which step. Step 0 is the whole picture.

export type PartState = "ahead" | "now" | "past" | "gone" | undefined;

/** A part that appears in step `from` and is gone from step `to` on. */
export function part(step: number, from: number, to = Infinity): PartState {
  if (step === 0) return undefined;
  if (step < from) return "ahead";
  if (step >= to) return "gone";
  return step === from ? "now" : "past";
}

/** An arrow that something goes along in these steps. */
export function arrow(step: number, on: number[]): "now" | "off" | undefined {
  if (step === 0) return undefined;
  return on.includes(step) ? "now" : "off";
}

/** Where a player goes: nowhere beyond the ends. */
export const within = (step: number, of: number) => Math.min(of, Math.max(0, step));

/** Time to read a text before the next step plays, in ms: about 200 words a minute, and a look at the drawing. */
export const pause = (text: string) => 1500 + text.trim().split(/\s+/).length * 300;
