// The line between a lab's instructions and its machine: dragged, or moved with the arrow keys.

const KEY = "split";
const LEAST = 25;
const MOST = 70;

/** Keeps a share of the width (in percent) usable on both sides. */
export const within = (share: number): number => Math.round(Math.min(MOST, Math.max(LEAST, share)) * 10) / 10;

export function makeSplit(): void {
  const line = document.querySelector<HTMLElement>(".lab-split");
  const lab = line?.parentElement;
  if (!line || !lab) return;

  let share = 42;
  const set = (wanted: number) => {
    share = within(wanted);
    lab.style.setProperty("--split", `${share}%`);
    line.setAttribute("aria-valuenow", String(Math.round(share)));
  };
  const keep = () => {
    try {
      localStorage.setItem(KEY, String(share));
    } catch {
      // Kept for this page only.
    }
  };
  try {
    const kept = Number.parseFloat(localStorage.getItem(KEY) ?? "");
    if (!Number.isNaN(kept)) set(kept);
  } catch {
    // The usual place it is.
  }

  line.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    line.setPointerCapture(event.pointerId);
    lab.classList.add("is-dragging");
    event.preventDefault();
  });
  line.addEventListener("pointermove", (event) => {
    if (!line.hasPointerCapture(event.pointerId)) return;
    const box = lab.getBoundingClientRect();
    set(((event.clientX - box.left) / box.width) * 100);
  });
  line.addEventListener("lostpointercapture", () => {
    lab.classList.remove("is-dragging");
    keep();
  });
  line.addEventListener("keydown", (event) => {
    const wanted = { ArrowLeft: share - 2, ArrowRight: share + 2, Home: LEAST, End: MOST }[event.key];
    if (wanted === undefined) return;
    event.preventDefault();
    set(wanted);
    keep();
  });
}
