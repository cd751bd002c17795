import assert from "node:assert/strict";
import { test } from "node:test";
import { when } from "./moments.ts";
import { dueText, localeOf } from "./times.ts";

const NOW = new Date("2026-11-22T21:00:00Z");

test("times are told as a person would", () => {
  for (const [time, words] of [
    ["2026-11-22T21:00:30Z", "just now"],
    ["2026-11-22T20:59:00Z", "just now"],
    ["2026-11-22T20:55:00Z", "5 minutes ago"],
    ["2026-11-22T18:30:00Z", "2 hours ago"],
    ["2026-11-21T12:00:00Z", "yesterday"],
    ["2026-11-12T12:00:00Z", "10 days ago"],
    ["2026-03-01T12:00:00Z", "on March 1, 2026"],
  ] as const) {
    assert.equal(when(new Date(time), NOW), words, time);
  }
});

test("dates are written as they are where the person is, in English", () => {
  assert.equal(localeOf(["de-AT", "en-GB"]), "en-GB");
  assert.equal(localeOf(["de"]), "en-DE");
  assert.equal(localeOf(["ar-EG"]), "en-EG");
  assert.equal(localeOf([]), "en-US");
});

test("a due date is told by its distance, and otherwise as a date", () => {
  const day = "2026-11-22";
  assert.equal(dueText("2026-11-22", day), "Today");
  assert.equal(dueText("2026-11-23", day), "Tomorrow");
  assert.equal(dueText("2026-11-21", day), "Yesterday");
  assert.match(dueText("2026-12-24", day), /24/);
  assert.match(dueText("2027-01-02", day), /2027/);
});
