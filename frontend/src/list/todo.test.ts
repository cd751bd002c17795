import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { onOneLine, textLength, textProblem } from "./todo.ts";

/** What the server's rule takes and refuses (crates/text). */
const { texts } = JSON.parse(readFileSync(new URL("../../../crates/text/tests/samples.json", import.meta.url), "utf8"));

test("a text has 1 to 1000 characters after trimming", () => {
  assert.equal(textProblem("x".repeat(1000)), null);
  assert.equal(textProblem(`  ${"x".repeat(1000)}  `), null);
  assert.equal(textProblem("x".repeat(1001)), "Too long by 1 character. The limit is 1000.");
  assert.equal(textProblem("x".repeat(1007)), "Too long by 7 characters. The limit is 1000.");
});

test("a character is what people take for one, as the server counts", () => {
  assert.equal(textProblem("🛒".repeat(1000)), null);
  assert.equal(textProblem("e\u0301".repeat(1000)), null);
  assert.equal(textProblem("e\u0301".repeat(1001)), "Too long by 1 character. The limit is 1000.");
  assert.equal(textLength("👩\u200D💻".repeat(900)), 900);
  assert.match(textProblem("👩\u200D💻".repeat(900)) ?? "", /^Too long/);
});

test("pasted lines become one", () => {
  assert.equal(onOneLine("milk\r\nbread\tand eggs"), "milk bread and eggs");
  assert.equal(onOneLine("a\u0000b\u0085c\u2028d"), "a b c d");
});

test("what spelling and emoji need stays, what nobody sees is left out", () => {
  for (const text of texts.fine) assert.equal(onOneLine(text), text, JSON.stringify(text));
  for (const text of texts.hidden) assert.notEqual(onOneLine(text), text, JSON.stringify(text));
  for (const text of texts.blank) assert.equal(textLength(onOneLine(text)), 0, JSON.stringify(text));
  assert.equal(onOneLine("Buy\u200B mi\u00ADlk\u{E0041}\uFEFF"), "Buy milk");
});

test("a joiner that was just typed waits for what it joins", () => {
  assert.equal(onOneLine("PDF\u200C"), "PDF\u200C");
  assert.equal(onOneLine("PDF\u200Cs"), "PDFs");
});

test("marks do not pile up", () => {
  for (const text of texts.piled) assert.notEqual(textProblem(text), null);
});
