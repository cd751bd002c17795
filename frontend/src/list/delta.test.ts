import assert from "node:assert/strict";
import { test } from "node:test";
import type { Todo } from "../api/schema.ts";
import { advance, type Delta, type HistoryEntry, type Saved } from "./delta.ts";

const todo = (id: string, text = id, completed = false): Todo => ({ id, text, completed, createdAt: "" });
const change: HistoryEntry = { number: 1, at: "", by: { kind: "browser" }, deed: "edited", todos: 1, undoable: true };
const delta = (version: number, todos: Todo[], removed: string[] = []): Delta => ({ version, change, todos, removed, open: 0, completed: 0 });
const saved: Saved = { version: 3, todos: [todo("a"), todo("c"), todo("b", "b", true)] };

test("deltas are laid over the list in the order of their versions, whatever order they came in", () => {
  const after = advance(saved, [delta(5, [], ["c"]), delta(4, [todo("a", "a", true)])]);
  assert.deepEqual(after, { saved: { version: 5, todos: [todo("a", "a", true), todo("b", "b", true)] }, ahead: [] });
});

test("what comes back stands where it stood", () => {
  const { saved } = advance({ version: 1, todos: [todo("a"), todo("c")] }, [delta(2, [todo("b")])]);
  assert.deepEqual(saved.todos.map(({ id }) => id), ["a", "b", "c"]);
});

test("what is known already is passed over", () => {
  assert.equal(advance(saved, [delta(3, [], ["a"]), delta(1, [], ["a"])]).saved, saved);
});

test("what lies behind a gap, or does not tell everything, is kept for later", () => {
  for (const ahead of [delta(5, []), { ...delta(4, []), reload: true }, { version: 4, todos: [], removed: [], open: 0, completed: 0 }]) {
    assert.deepEqual(advance(saved, [ahead]), { saved, ahead: [ahead] });
  }
});
