import assert from "node:assert/strict";
import { test } from "node:test";
import type { Todo } from "../api/schema.ts";
import type { HistoryEntry } from "../list/delta.ts";
import { told } from "./changes.ts";
import { textOf } from "./sentence.ts";

const change: HistoryEntry = { number: 1, at: "", by: { kind: "browser" }, deed: "edited", todos: 1, undoable: true };
const todo = (id: string, text: string): Todo => ({ id, text, completed: false, createdAt: "" });

test("a change is told as a person would", () => {
  const entry = (fields: Partial<HistoryEntry>): string => textOf(told({ ...change, ...fields }));
  assert.equal(entry({ deed: "completed", todo: todo("1", "Buy milk") }), "completed ‘Buy milk’");
  assert.equal(entry({ textBefore: "Buy mlik", todo: todo("1", "Buy milk") }), "changed ‘Buy mlik’ to ‘Buy milk’");
  assert.match(entry({ todo: { ...todo("1", "Buy milk"), dueOn: "2026-12-24" } }), /^set .*24.* as the due date of ‘Buy milk’$/);
  assert.equal(entry({ todo: todo("1", "Buy milk") }), "took the due date off ‘Buy milk’");
  const due = { ...todo("1", "Buy milk"), dueOn: "2026-12-24" };
  assert.match(entry({ deed: "created", todo: due }), /^added ‘Buy milk’, due .*24/);
  assert.match(entry({ textBefore: "Buy mlik", todo: due }), /^changed ‘Buy mlik’ to ‘Buy milk’, due .*24/);
  assert.equal(entry({ deed: "cleared", todos: 3 }), "cleared 3 todos that were done");
  assert.equal(
    entry({ deed: "undone", undoes: { number: 1, deed: "deleted" }, todo: todo("1", "Buy milk") }),
    "undid the deletion of ‘Buy milk’",
  );
});
