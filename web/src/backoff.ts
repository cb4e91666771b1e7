/** Waiting times between attempts, in milliseconds: quick at first, never longer than 10 seconds. */
export class Backoff {
  private attempt = 0;
  private readonly random: () => number;

  constructor(random: () => number = Math.random) {
    this.random = random;
  }

  /** How long to wait before the next attempt. A little chance keeps a class from coming all at once. */
  next(): number {
    const base = Math.min(250 * 2 ** this.attempt, 10_000);
    this.attempt += 1;
    return Math.round(base * (0.8 + 0.4 * this.random()));
  }

  /** After a success. */
  reset(): void {
    this.attempt = 0;
  }
}
