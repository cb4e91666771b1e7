// Virtual machines beside containers: the view.

import { all, enable, find, mark, onPress, say } from "./dom.ts";
import { rows, said, type Scene } from "./machines-model.ts";

export function playMachines(figure: HTMLElement): void {
  const scene = JSON.parse(figure.dataset["scene"] ?? "") as Scene;
  const sides = all(figure, ".vm-side").map((side) => all(side, ".vm-box"));
  const status = find(figure, "[role=status]");
  const add = find<HTMLButtonElement>(figure, "[data-act=add]");
  const less = find<HTMLButtonElement>(figure, "[data-act=less]");
  let count = scene.shown;

  const draw = () => {
    for (const boxes of sides) {
      boxes.forEach((box, at) => {
        const fresh = at < count && box.dataset["shown"] === "false";
        mark(box, "data-shown", String(at < count));
        mark(box, "data-fresh", fresh ? "true" : undefined);
      });
    }
    for (const [key, { words, shares }] of Object.entries(rows(scene, count))) {
      const cells = all(find(figure, `[data-row=${key}]`), "td");
      cells.forEach((cell, at) => {
        say(find(cell, ".vm-value"), words[at] ?? "");
        find(cell, "rect").setAttribute("width", (shares[at] ?? 0).toFixed(1));
      });
    }
    enable(add, count < scene.most);
    enable(less, count > 1);
  };
  const change = (by: number) => {
    count += by;
    draw();
    say(status, said(scene, count));
  };
  onPress(add, () => change(1));
  onPress(less, () => change(-1));
  draw();
}
