// How figures are compared and written: medians, and ratios within a round. What a round could not tell is left out, and said.

export const TOO_SMALL = "too small to tell";

export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** One divided by the other, round by round; `undefined` where either of the two is no figure. */
export function ratios(own: number[], other: number[]): (number | undefined)[] {
  const isFigure = (value: number | undefined): value is number => value !== undefined && Number.isFinite(value) && value > 0;
  return own.map((value, round) => {
    const by = other[round];
    return isFigure(value) && isFigure(by) ? value / by : undefined;
  });
}

/** The median of the rounds, and the least and the most of them. */
export function spread(values: (number | undefined)[]): string {
  const told = values.filter((value) => value !== undefined);
  if (told.length === 0) return TOO_SMALL;
  const missing = told.length < values.length ? `, ${told.length} of ${values.length} rounds` : "";
  return `**${digits(median(told))}** (${digits(Math.min(...told))} – ${digits(Math.max(...told))}${missing})`;
}

function digits(value: number): string {
  if (value < 0.01) return value.toPrecision(1);
  return value.toFixed(value < 10 ? 2 : 1);
}

export function kilobytes(count: number): string {
  return `${Math.round(count / 1_000).toLocaleString("en")} KB`;
}
