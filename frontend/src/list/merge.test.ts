import assert from "node:assert/strict";
import { test } from "node:test";
import { merge, type Fields } from "./merge.ts";

const base: Fields = { text: "Buy milk", dueOn: null };

test("a text here and a date there are no conflict", () => {
  assert.deepEqual(merge(base, { text: "Buy oat milk" }, { ...base, dueOn: "2026-12-01" }), { patch: { text: "Buy oat milk" }, conflicts: [] });
});

test("the same field set to two things is one, set to the same is none and needs no sending", () => {
  assert.deepEqual(merge(base, { text: "Mine" }, { ...base, text: "Theirs" }), { patch: { text: "Mine" }, conflicts: ["text"] });
  assert.deepEqual(merge(base, { text: "Same" }, { ...base, text: "Same" }), { patch: {}, conflicts: [] });
});

test("what is as it was before is changed without a question", () => {
  assert.deepEqual(merge(base, { text: "Mine", dueOn: null }, base), { patch: { text: "Mine" }, conflicts: [] });
});
