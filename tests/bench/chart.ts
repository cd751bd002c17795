// The picture of docs/BENCHMARKS.md.

import { median } from "./figures.ts";
import { ratiosOf, type Measured } from "./rounds.ts";
import type { Contestant } from "./rows.ts";

const COLOURS: [Contestant, string, string][] = [
  ["here", "#2f6fde", "this Worker"],
  ["typescript-sdk", "#c26a1c", "TypeScript SDK"],
  ["mcp-agent", "#8a8f98", "McpAgent"],
];

/** A bar for each contestant in each row that has a peer: how much of what the floor answers in a second, which is the line, it answers. */
export function chart(measured: Measured[]): string {
  const rows = measured.filter(({ rounds }) => rounds["typescript-sdk"] !== undefined);
  const [width, left, top, bar, gap] = [860, 380, 44, 9, 14];
  const floor = 440;
  const height = top + rows.length * (3 * bar + gap) + 10;
  const parts = rows.flatMap((row, index) => {
    const y = top + index * (3 * bar + gap);
    const bars = COLOURS.flatMap(([contestant, colour], place) => {
      const shares = ratiosOf(row.rounds, row.floor, ({ rate }) => rate, contestant)?.filter((share) => share !== undefined) ?? [];
      if (shares.length === 0) return [];
      const length = Math.min(median(shares) * floor, width - left);
      return [`<rect x="${left}" y="${y + place * bar}" width="${length.toFixed(1)}" height="${bar - 1}" fill="${colour}"/>`];
    });
    return [`<text x="${left - 8}" y="${y + 2 * bar}" text-anchor="end">${row.title.replaceAll("`", "")}</text>`, ...bars];
  });
  const keys = COLOURS.map(([, colour, name], index) => `<rect x="${left + index * 115}" y="14" width="10" height="10" fill="${colour}"/><text x="${left + 15 + index * 115}" y="23">${name}</text>`);
  const line = `<line x1="${left + floor}" x2="${left + floor}" y1="30" y2="${height - 8}" class="floor"/><text x="${left + floor}" y="23" text-anchor="middle">the floor</text>`;
  const style = "text{font:12px system-ui,sans-serif;fill:#1b1f24}.floor{stroke:#1b1f24;stroke-width:2}@media(prefers-color-scheme:dark){text{fill:#e6e9ee}.floor{stroke:#e6e9ee}}";
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="Requests a second, as shares of the floor’s"><style>${style}</style>${[...keys, line, ...parts].join("")}</svg>\n`;
}
