// Lines between the parts of a lab: dragged, or moved with the arrow keys. One stands between the instructions and the
// machine, two between the panes of the machine.

interface Line {
  selector: string;
  /** The custom property with the share, set on the line's parent. */
  property: string;
  /** Where the share is kept. */
  key: string;
  first: number;
  least: number;
  most: number;
  /** The side of the parent that the part whose share it is begins at. */
  side: "left" | "top" | "bottom";
}

const LINES: Line[] = [
  { selector: ".lab-split", property: "--split", key: "split", first: 42, least: 25, most: 70, side: "left" },
  { selector: "[data-split=upper]", property: "--upper", key: "split upper", first: 38, least: 15, most: 70, side: "top" },
  { selector: "[data-split=drawer]", property: "--drawer", key: "split drawer", first: 34, least: 15, most: 70, side: "bottom" },
];

/** Keeps a share (in percent) usable on both sides. */
export const within = (share: number, { least, most }: { least: number; most: number }): number =>
  Math.round(Math.min(most, Math.max(least, share)) * 10) / 10;

/** The share of the box, in percent, that a pointer asks for. */
export function asked(side: Line["side"], box: DOMRect, pointer: { clientX: number; clientY: number }): number {
  switch (side) {
    case "left":
      return ((pointer.clientX - box.left) / box.width) * 100;
    case "top":
      return ((pointer.clientY - box.top) / box.height) * 100;
    case "bottom":
      return ((box.bottom - pointer.clientY) / box.height) * 100;
  }
}

export function makeSplits(): void {
  for (const line of LINES) {
    const element = document.querySelector<HTMLElement>(line.selector);
    if (element?.parentElement) makeSplit(line, element, element.parentElement);
  }
}

function makeSplit(line: Line, element: HTMLElement, parent: HTMLElement): void {
  let share = line.first;
  const set = (wanted: number) => {
    share = within(wanted, line);
    parent.style.setProperty(line.property, `${share}%`);
    element.setAttribute("aria-valuenow", String(Math.round(share)));
  };
  const keep = () => {
    try {
      localStorage.setItem(line.key, String(share));
    } catch {
      // Kept for this page only.
    }
  };
  try {
    const kept = Number.parseFloat(localStorage.getItem(line.key) ?? "");
    if (!Number.isNaN(kept)) set(kept);
  } catch {
    // The usual place it is.
  }

  const lab = parent.closest(".lab") ?? parent;
  element.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    element.setPointerCapture(event.pointerId);
    lab.classList.add("is-dragging");
    event.preventDefault();
  });
  element.addEventListener("pointermove", (event) => {
    if (element.hasPointerCapture(event.pointerId)) set(asked(line.side, parent.getBoundingClientRect(), event));
  });
  element.addEventListener("lostpointercapture", () => {
    lab.classList.remove("is-dragging");
    keep();
  });
  const [less, more] = { left: ["ArrowLeft", "ArrowRight"], top: ["ArrowUp", "ArrowDown"], bottom: ["ArrowDown", "ArrowUp"] }[
    line.side
  ] as [string, string];
  element.addEventListener("keydown", (event) => {
    const wanted = { [less]: share - 2, [more]: share + 2, Home: line.least, End: line.most }[event.key];
    if (wanted === undefined) return;
    event.preventDefault();
    set(wanted);
    keep();
  });
}
