// What `docker run` does: the view. Back, forward, play; the arrow keys do the same.

import { all, enable, find, mark, onPress, say } from "./dom.ts";
import { arrow, part, pause, within } from "./run-steps-model.ts";

export function playRunSteps(figure: HTMLElement): void {
  const steps = all(figure, ".rs-step");
  const dots = all<HTMLButtonElement>(figure, ".rs-dot");
  const intro = find(figure, ".rs-intro");
  const status = find(figure, "[role=status]");
  const [back, next, play] = ["back", "next", "play"].map((act) => find<HTMLButtonElement>(figure, `[data-act=${act}]`)) as [
    HTMLButtonElement,
    HTMLButtonElement,
    HTMLButtonElement,
  ];
  const parts = all<SVGElement>(figure, ".rs-part");
  const arrows = all<SVGElement>(figure, ".rs-arrow");
  const badges = all<SVGElement>(figure, ".rs-badge");
  let step = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const draw = () => {
    for (const it of parts) {
      const to = it.dataset["to"];
      mark(it, "data-state", part(step, Number(it.dataset["from"]), to ? Number(to) : undefined));
    }
    for (const it of arrows) mark(it, "data-state", arrow(step, (it.dataset["on"] ?? "").split(" ").map(Number)));
    for (const it of badges) mark(it, "data-state", part(step, Number(it.dataset["at"])));
    steps.forEach((it, at) => mark(it, "data-now", at + 1 === step ? "true" : undefined));
    dots.forEach((it, at) => {
      mark(it, "aria-current", at + 1 === step ? "step" : undefined);
      mark(it, "data-past", at + 1 < step ? "true" : undefined);
    });
    mark(intro, "data-over", step > 0 ? "true" : undefined);
    enable(back, step > 0);
    enable(next, step < steps.length);
    say(next, step === 0 ? "First step" : "Next");
  };
  const go = (to: number) => {
    step = within(to, steps.length);
    draw();
    const texts = all(steps[step - 1] ?? intro, "p").map((it) => it.textContent);
    say(status, step === 0 ? "The whole picture" : `Step ${step} of ${steps.length}: ${texts.join(". ")}`);
  };
  const stop = () => {
    clearTimeout(timer);
    timer = undefined;
    say(play, "Play");
  };
  const advance = () => {
    go(step + 1);
    if (step === steps.length) stop();
    else timer = setTimeout(advance, pause(steps[step - 1]?.textContent ?? ""));
  };
  const jump = (to: number) => {
    stop();
    go(to);
  };

  onPress(back, () => jump(step - 1));
  onPress(next, () => jump(step + 1));
  onPress(play, () => {
    if (timer !== undefined) return stop();
    if (step === steps.length) step = 0;
    say(play, "Pause");
    advance();
  });
  dots.forEach((dot, at) => onPress(dot, () => jump(at + 1)));
  figure.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (event.key === "ArrowRight") jump(step + 1);
    else if (event.key === "ArrowLeft") jump(step - 1);
    else return;
    event.preventDefault();
  });
  draw();
}
