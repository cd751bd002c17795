import assert from "node:assert/strict";
import { test } from "node:test";
import { dueState, today } from "./due.ts";

test("a day is the calendar’s, not a moment’s", () => {
  assert.equal(today(new Date(2026, 0, 5, 23, 59)), "2026-01-05");
  assert.equal(dueState("2026-01-05", "2026-01-05"), "today");
  assert.equal(dueState("2026-01-04", "2026-01-05"), "overdue");
  assert.equal(dueState("2026-01-06", "2026-01-05"), "later");
});
