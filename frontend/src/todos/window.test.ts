import assert from "node:assert/strict";
import { test } from "node:test";
import { between, piecesOf, placesOf, type Piece, type Range } from "./window.ts";

const places = (...heights: number[]) => placesOf(heights, heights.length);

test("rows are found by where they are", () => {
  const four = places(10, 20, 10, 40);
  assert.deepEqual([...four], [0, 10, 30, 40, 80]);
  assert.deepEqual(between(four, 0, 5), [0, 0]);
  assert.deepEqual(between(four, 10, 31), [1, 2]);
  assert.deepEqual(between(four, -100, 1_000), [0, 3]);
  assert.deepEqual(between(four, 79, 90), [3, 3]);
  assert.equal(between(four, 80, 90), null, "below the list");
  assert.equal(between(four, -20, 0), null, "above it");
  assert.equal(between(places(), 0, 10), null);
});

test("whatever is drawn, the pieces are the whole list, once and in order, as high as it is", () => {
  let seed = 7;
  const random = (below: number) => (seed = (seed * 16_807) % 2_147_483_647) % below;
  for (let round = 0; round < 500; round++) {
    const heights = Array.from({ length: random(40) }, () => 1 + random(50));
    const all = places(...heights);
    const ranges = Array.from({ length: random(5) }, (): Range => {
      const first = random(50) - 5;
      return [first, first + random(10)];
    });
    const pieces = piecesOf(all, ranges);
    const drawn = new Set(pieces.flatMap((piece) => (piece.kind === "rows" ? numbers(piece.first, piece.last) : [])));
    const wanted = numbers(0, heights.length - 1).filter((index) => ranges.some(([first, last]) => first <= index && index <= last));
    assert.deepEqual([...drawn].sort((a, b) => a - b), wanted);
    assert.deepEqual([...drawn], [...drawn].sort((a, b) => a - b), "in order");
    const height = (piece: Piece) =>
      piece.kind === "room" ? piece.height : numbers(piece.first, piece.last).reduce((sum, index) => sum + (heights[index] ?? 0), 0);
    assert.equal(pieces.reduce((sum, piece) => sum + height(piece), 0), all[heights.length]);
    for (const [index, piece] of pieces.entries()) assert.ok(piece.kind !== pieces[index - 1]?.kind, "no two of a kind in a row");
  }
});

function numbers(first: number, last: number): number[] {
  return Array.from({ length: Math.max(last - first + 1, 0) }, (_, index) => first + index);
}
