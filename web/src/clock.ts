/** The server's clock, as far as its answers show it: a learner's own may be minutes off. */
export class Clock {
  private skew = 0;
  private readonly now: () => number;

  constructor(now: () => number) {
    this.now = now;
  }

  /** Takes the `Date` header of an answer that has just come. */
  hear(date: string | null): void {
    const server = date ? Date.parse(date) : NaN;
    // The header counts whole seconds: a difference below two is no difference.
    if (!Number.isNaN(server)) this.skew = Math.abs(server - this.now()) < 2000 ? 0 : server - this.now();
  }

  secondsUntil(time: string): number {
    const then = Date.parse(time);
    return Number.isNaN(then) ? 0 : (then - this.now() - this.skew) / 1000;
  }
}
