import assert from "node:assert/strict";
import { test } from "node:test";

import { median, ratios, spread, TOO_SMALL } from "./figures.ts";

test("a ratio is taken within a round", () => {
  assert.deepEqual(ratios([1, 4, 9], [2, 2, 3]), [0.5, 2, 3]);
  assert.equal(median([9, 1, 5]), 5);
  assert.equal(spread(ratios([1, 4, 9], [2, 2, 3])), "**2.00** (0.50 – 3.00)");
});

test("a round without a figure gives no ratio, and is told: nothing is infinite, negative or not a number", () => {
  const figures = [4, 0, -1, Number.NaN, Number.POSITIVE_INFINITY];
  for (const [one, other] of [[figures, Array(5).fill(2)], [Array(5).fill(8), figures]] as const) {
    assert.deepEqual(ratios(one, other).slice(1), [undefined, undefined, undefined, undefined]);
    assert.match(spread(ratios(one, other)), /^\*\*2\.00\*\* \(2\.00 – 2\.00, 1 of 5 rounds\)$/);
  }
  assert.equal(spread(ratios([0], [0])), TOO_SMALL);
  assert.equal(spread(ratios([1, 2], [])), TOO_SMALL);
});

test("a small ratio is not told as none", () => {
  assert.equal(spread([0.004]), "**0.004** (0.004 – 0.004)");
});
