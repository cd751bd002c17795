import assert from "node:assert/strict";
import { test } from "node:test";
import { wordDiff } from "./word-diff.ts";

const marked = (before: string, after: string) =>
  wordDiff(before, after)
    .map(({ kind, text }) => (kind === "same" ? text : kind === "gone" ? `[-${text}-]` : `{+${text}+}`))
    .join(" ");

test("words that went and words that came are told, the rest is not repeated", () => {
  assert.equal(marked("Buy mlik", "Buy milk"), "Buy [-mlik-] {+milk+}");
  assert.equal(marked("Call mum", "Call mum at six"), "Call mum {+at six+}");
  assert.equal(marked("Call mum at six", "Call at six"), "Call [-mum-] at six");
  assert.equal(marked("one", "two"), "[-one-] {+two+}");
});

test("both texts can be had back from it", () => {
  const [before, after] = ["a b c d e b", "b a d c e"];
  const pieces = wordDiff(before, after);
  const kept = (kind: string) => pieces.filter((piece) => piece.kind === "same" || piece.kind === kind).map(({ text }) => text).join(" ");
  assert.deepEqual([kept("gone"), kept("new")], [before, after]);
});

test("a very long text is told as a whole", () => {
  assert.equal(wordDiff("x ".repeat(400), "y").length, 2);
});
