import assert from "node:assert/strict";
import { test } from "node:test";
import { bring, told, type Entry, type News, type Saved } from "./news.ts";
import { textOf } from "./sentence.ts";
import type { Todo } from "../api/schema.ts";

const todo = (id: string, text = id, completed = false): Todo => ({ id, text, completed, createdAt: "" });
const change: Entry = { number: 1, at: "", by: { kind: "browser" }, deed: "edited", todos: 1, undoable: true };
const news = (version: number, todos: Todo[], removed: string[] = []): News => ({ version, change, todos, removed, open: 0, completed: 0 });
const saved: Saved = { version: 3, todos: [todo("a"), todo("c"), todo("b", "b", true)] };

test("news are laid over the list in the order of their versions, whatever order they came in", () => {
  const after = bring(saved, [news(5, [], ["c"]), news(4, [todo("a", "a", true)])]);
  assert.deepEqual(after, { version: 5, todos: [todo("a", "a", true), todo("b", "b", true)] });
});

test("what comes back stands where it stood", () => {
  assert.deepEqual(
    bring({ version: 1, todos: [todo("a"), todo("c")] }, [news(2, [todo("b")])])?.todos.map(({ id }) => id),
    ["a", "b", "c"],
  );
});

test("what is known already is passed over", () => {
  assert.equal(bring(saved, [news(3, [], ["a"]), news(1, [], ["a"])]), saved);
});

test("a gap, or more than was told, means reading again", () => {
  assert.equal(bring(saved, [news(5, [])]), null);
  assert.equal(bring(saved, [{ ...news(4, []), reload: true }]), null);
  assert.equal(bring(saved, [{ version: 4, todos: [], removed: [], open: 0, completed: 0 }]), null);
});

test("a change is told as a person would", () => {
  const entry = (fields: Partial<Entry>): string => textOf(told({ ...change, ...fields }));
  assert.equal(entry({ deed: "completed", todo: todo("1", "Buy milk") }), "completed ‘Buy milk’");
  assert.equal(entry({ textBefore: "Buy mlik", todo: todo("1", "Buy milk") }), "changed ‘Buy mlik’ to ‘Buy milk’");
  assert.equal(entry({ todo: { ...todo("1", "Buy milk"), dueOn: "2026-12-01" } }), "set a due date for ‘Buy milk’");
  assert.equal(entry({ deed: "cleared", todos: 3 }), "cleared 3 todos that were done");
  assert.equal(
    entry({ deed: "undone", undoes: { number: 1, deed: "deleted" }, todo: todo("1", "Buy milk") }),
    "undid the deletion of ‘Buy milk’",
  );
});
