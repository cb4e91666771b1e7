// Numbers of a measure, and the table they are shown in.

/** The value below which `share` (0 to 1) of the samples lie. */
export function quantile(samples, share) {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}

export const median = (samples) => quantile(samples, 0.5);

/**
 * One line of the table. `holds` is whether the target is met.
 * @param {{ what: string, drydock: string, plain?: string, ratio?: number, target: string, holds: boolean }} row
 */
export const row = (row) => row;

/** Markdown, so that it can be put into docs/BENCHMARKS.md as it is. */
export function table(rows) {
  const cells = [
    ["what", "Drydock", "the plain thing", "ratio", "target", ""],
    ...rows.map(({ what, drydock, plain, ratio, target, holds }) => [
      what,
      drydock,
      plain ?? "",
      ratio === undefined ? "" : `${ratio.toFixed(2)} ×`,
      target,
      holds ? "holds" : "**missed**",
    ]),
  ];
  const widths = cells[0].map((_, column) => Math.max(...cells.map((line) => line[column].length)));
  const line = (texts) => `| ${texts.map((text, column) => text.padEnd(widths[column])).join(" | ")} |`;
  const [head, ...body] = cells;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...body.map(line)].join("\n");
}

export const ms = (value) => (value < 10 ? `${value.toFixed(2)} ms` : `${Math.round(value)} ms`);
