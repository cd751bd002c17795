// Which rows of a long list are drawn: those near the screen, and those that somebody has a hand on. Pure functions.

/** From one row to another, both included. */
export type Range = readonly [first: number, last: number];

/** What stands in the list: rows, and between them room for those that are not drawn, in pixels. */
export type Piece = { kind: "rows"; first: number; last: number } | { kind: "room"; before: number; height: number };

/** Where each row begins, and last where the list ends. */
export function placesOf(heights: Iterable<number>, count: number): Float64Array {
  const places = new Float64Array(count + 1);
  let index = 0;
  for (const height of heights) {
    places[index + 1] = (places[index] ?? 0) + height;
    index += 1;
  }
  return places;
}

/** The rows of which something lies between two heights; null: none. */
export function between(places: Float64Array, top: number, bottom: number): Range | null {
  const count = places.length - 1;
  if (count < 1 || bottom <= 0 || top >= (places[count] ?? 0)) return null;
  return [rowAt(places, Math.max(top, 0)), rowAt(places, Math.min(bottom, (places[count] ?? 0) - 1))];
}

/** The last row that begins at or above a height. */
function rowAt(places: Float64Array, height: number): number {
  let [low, high] = [0, places.length - 2];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((places[middle] ?? 0) <= height) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The whole list in pieces: what is in one of the ranges is drawn. */
export function piecesOf(places: Float64Array, ranges: readonly Range[]): Piece[] {
  const count = places.length - 1;
  const within = ranges
    .map(([first, last]): Range => [Math.max(first, 0), Math.min(last, count - 1)])
    .filter(([first, last]) => first <= last)
    .sort((a, b) => a[0] - b[0]);
  const pieces: Piece[] = [];
  let next = 0;
  const room = (until: number) => {
    const height = (places[until] ?? 0) - (places[next] ?? 0);
    if (until > next) pieces.push({ kind: "room", before: until, height });
  };
  for (const [first, last] of within) {
    if (last < next) continue;
    const before = pieces.at(-1);
    if (before?.kind === "rows" && first <= next) before.last = last;
    else {
      room(first);
      pieces.push({ kind: "rows", first, last });
    }
    next = last + 1;
  }
  room(count);
  return pieces;
}
