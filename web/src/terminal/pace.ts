// Keeps a flood of output from taking the page's frames: so many bytes a frame, the rest waits for the next one. What a
// person types and reads comes through at once.

/** Bytes a frame at first, at least and at most. */
const FIRST = 16 * 1024;
const LEAST = 8 * 1024;
const MOST = 128 * 1024;
/** A frame that came later than this, in milliseconds, was late: at 60 a second they come every 16.7. */
const LATE = 20;

export class Pace {
  private waiting: Uint8Array[] = [];
  private frame = FIRST;
  private left = FIRST;
  private last = 0;
  private asked = false;

  /**
   * @param write where bytes go
   * @param nextFrame calls back at the next frame, and never while the page is hidden
   */
  constructor(
    private readonly write: (bytes: Uint8Array) => void,
    private readonly nextFrame: (then: (time: number) => void) => void = (then) => void requestAnimationFrame(then),
    private readonly hidden: () => boolean = () => document.hidden,
  ) {}

  take(bytes: Uint8Array): void {
    if (this.hidden()) {
      // No frames to keep, and none that would empty the queue.
      this.flush();
      this.write(bytes);
      return;
    }
    this.waiting.push(bytes);
    this.pass();
  }

  /** Passes on all that waits. */
  flush(): void {
    for (const bytes of this.waiting.splice(0)) this.write(bytes);
  }

  private pass(): void {
    while (this.left > 0 && this.waiting.length > 0) {
      const first = this.waiting.shift() as Uint8Array;
      if (first.length > this.left) this.waiting.unshift(first.subarray(this.left));
      const now = first.subarray(0, this.left);
      this.left -= now.length;
      this.write(now);
    }
    if (this.asked || this.left === this.frame) return;
    this.asked = true;
    this.nextFrame((time) => {
      this.asked = false;
      this.learn(time);
      this.left = this.frame;
      this.pass();
    });
  }

  /** How much a frame carries depends on the machine: less after a late frame, a little more after one in time. */
  private learn(time: number): void {
    const gap = time - this.last;
    this.last = time;
    // After a rest there is no frame before this one to speak of.
    if (gap > 500 || this.left > 0) return;
    this.frame = gap > LATE ? Math.max(LEAST, Math.floor(this.frame / 2)) : Math.min(MOST, this.frame + 512);
  }
}
