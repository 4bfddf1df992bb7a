/** What a section found: one line of the table. Every figure stands beside its target or beside another of the same run. */
export interface Figure {
  readonly section: string;
  readonly what: string;
  /** The median over the runs. */
  readonly value: number;
  readonly unit: string;
  /** The most that is allowed, in the same unit; a figure without one is there to compare with. */
  readonly atMost?: number;
  /** How it stands to its base of the same run, such as `1/77 of stock`. */
  readonly ratio?: string;
  readonly note?: string;
}

/** Sections hand over each figure as soon as they have it, so that a long run shows that it lives. */
export type Report = (figure: Figure) => void;

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

export function isMet({ value, atMost }: Figure): boolean {
  return atMost === undefined || value <= atMost;
}

/** `1/77` or `× 1.4`: how `value` stands to `base`. */
export function ratioTo(value: number, base: number, baseName: string): string {
  const times = value / base;
  return times < 0.95
    ? `1/${(1 / times).toFixed(times > 0.2 ? 1 : 0)} of ${baseName}`
    : `× ${times.toFixed(2)} of ${baseName}`;
}

/** The table in Markdown, which reads well on a terminal too. */
export function formatTable(figures: readonly Figure[]): string {
  const head = ["section", "figure", "median", "target", "met", "in the same run"];
  const rows = figures.map((figure) => [
    figure.section,
    figure.what,
    `${formatNumber(figure.value)} ${figure.unit}`,
    figure.atMost === undefined ? "" : `≤ ${formatNumber(figure.atMost)} ${figure.unit}`,
    figure.atMost === undefined ? "" : isMet(figure) ? "yes" : "NO",
    [figure.ratio, figure.note].filter((part) => part !== undefined).join("; "),
  ]);
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => (row[column] ?? "").length)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}

function formatNumber(value: number): string {
  if (value === 0) return "0";
  const magnitude = Math.abs(value);
  return magnitude >= 100 ? value.toFixed(0) : magnitude >= 10 ? value.toFixed(1) : value.toPrecision(2);
}
