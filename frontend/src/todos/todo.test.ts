import assert from "node:assert/strict";
import { test } from "node:test";
import { onOneLine, textLength, textProblem } from "./todo.ts";

test("a text has 1 to 1000 characters after trimming", () => {
  assert.equal(textProblem("x".repeat(1000)), null);
  assert.equal(textProblem(`  ${"x".repeat(1000)}  `), null);
  assert.equal(textProblem("x".repeat(1001)), "Too long by 1 character. The limit is 1000.");
  assert.equal(textProblem("x".repeat(1007)), "Too long by 7 characters. The limit is 1000.");
});

test("an emoji is one character, as the server counts", () => {
  assert.equal(textLength("🛒"), 1);
  assert.equal(textProblem("🛒".repeat(1000)), null);
});

test("control characters are refused", () => {
  assert.notEqual(textProblem("a\u0000b"), null);
  assert.notEqual(textProblem("a\u0085b"), null);
  assert.equal(textProblem("naïve — 買う 🛒"), null);
});

test("pasted lines become one", () => {
  assert.equal(onOneLine("milk\r\nbread\tand eggs"), "milk bread and eggs");
});
