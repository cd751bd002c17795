import assert from "node:assert/strict";
import { test } from "node:test";
import { emptyList, idOf, reduce, rowsOf, type Command, type Event, type List } from "./list.ts";
import type { Todo } from "./todo.ts";

const milk: Todo = { id: "1", text: "Buy milk", completed: false };
const call: Todo = { id: "2", text: "Call mum", completed: false };
const done = (todo: Todo): Todo => ({ ...todo, completed: true });

const add = (key: string, text: string): Command => ({ kind: "add", key, text });
const complete = (key: string): Command => ({ kind: "complete", key });
const remove = (key: string): Command => ({ kind: "remove", key });

const run = (...events: Event[]): List => events.reduce(reduce, emptyList());
const read = (...todos: Todo[]): Event => ({ type: "read", saved: { version: 1, todos } });
const commanded = (command: Command): Event => ({ type: "commanded", command });
/** The todo that an answer is about is its last. */
const accepted = (command: Command, ...todos: Todo[]): Event => ({
  type: "accepted",
  command,
  saved: { version: 2, todos },
  id: todos.at(-1)?.id,
});
const failed = (command: Command, reason = "No network."): Event => ({ type: "failed", command, reason });
const shown = (list: List) => rowsOf(list).map((row) => `${row.text}${row.completed ? " ✓" : ""}${row.state === "saved" ? "" : ` (${row.state})`}`);

test("an addition shows at once and keeps its row when the server names it", () => {
  const command = add("k", "Call mum");
  const before = run(read(milk), commanded(command));
  assert.deepEqual(shown(before), ["Buy milk", "Call mum (saving)"]);
  const after = reduce(before, accepted(command, milk, call));
  assert.deepEqual(shown(after), ["Buy milk", "Call mum"]);
  assert.deepEqual(rowsOf(after).map((row) => row.key), ["1", "k"]);
  assert.equal(idOf(after, "k"), "2");
});

test("two additions of the same text are two rows with a key each", () => {
  const first = add("a", "Call mum");
  const second = add("b", "Call mum");
  const twin: Todo = { ...call, id: "3" };
  const list = run(read(), commanded(first), commanded(second), accepted(first, call), accepted(second, call, twin));
  assert.deepEqual(rowsOf(list).map((row) => [row.key, row.id]), [["a", "2"], ["b", "3"]]);
});

test("an addition that fails keeps its text and can be sent again under its key", () => {
  const command = add("k", "Call mum");
  const list = run(read(milk), commanded(command), failed(command));
  assert.deepEqual(shown(list), ["Buy milk", "Call mum (unsent)"]);
  assert.equal(rowsOf(list)[1]?.reason, "No network.");
  assert.deepEqual(shown(reduce(list, commanded(add("k", "Call mum")))), ["Buy milk", "Call mum (saving)"]);
});

test("an unsent text stays through every reading until it is discarded", () => {
  const command = add("k", "Call mum");
  const list = run(read(), commanded(command), failed(command), read(milk), read());
  assert.deepEqual(shown(list), ["Call mum (unsent)"]);
  assert.deepEqual(shown(reduce(list, { type: "discarded", key: "k" })), []);
});

test("a completion that fails is taken back", () => {
  const command = complete("1");
  const before = run(read(milk), commanded(command));
  assert.deepEqual(shown(before), ["Buy milk ✓ (saving)"]);
  assert.deepEqual(shown(reduce(before, failed(command))), ["Buy milk"]);
});

test("a deletion that fails puts the todo back in its place", () => {
  const command = remove("1");
  const before = run(read(milk, call), commanded(command));
  assert.deepEqual(shown(before), ["Call mum"]);
  assert.deepEqual(shown(reduce(before, failed(command))), ["Buy milk", "Call mum"]);
});

test("the answer to one command does not undo those still waiting", () => {
  const first = complete("1");
  const second = remove("2");
  const list = run(read(milk, call), commanded(first), commanded(second), accepted(first, call, done(milk)));
  assert.deepEqual(shown(list), ["Buy milk ✓"]);
});

test("a todo can be completed before the server has named it, and the command finds it afterwards", () => {
  const first = add("k", "Call mum");
  const second = complete("k");
  const before = run(read(), commanded(first), commanded(second));
  assert.deepEqual(shown(before), ["Call mum ✓ (saving)"]);
  const after = reduce(before, accepted(first, call));
  assert.deepEqual(shown(after), ["Call mum ✓ (saving)"]);
  assert.equal(idOf(after, "k"), "2");
});

test("what was meant for a todo that could not be added is dropped with it", () => {
  const first = add("k", "Call mum");
  const list = run(read(), commanded(first), commanded(complete("k")), failed(first));
  assert.deepEqual(list.waiting, []);
  assert.deepEqual(shown(list), ["Call mum (unsent)"]);
});

test("what someone else adds or completes is fresh; the first reading and one's own changes are not", () => {
  const first = run(read(milk));
  assert.deepEqual([...first.fresh], []);
  assert.deepEqual([...reduce(first, read(milk, call)).fresh], ["2"]);
  assert.deepEqual([...reduce(first, read(done(milk))).fresh], ["1"]);
  const own = add("k", "Call mum");
  const list = [commanded(own), accepted(own, milk, call), read(milk, call)].reduce(reduce, first);
  assert.deepEqual([...list.fresh], []);
});

test("a command for a todo that someone else deleted shows nothing and has no id to send", () => {
  const list = run(read(milk), commanded(complete("1")), read());
  assert.deepEqual(shown(list), []);
  assert.equal(idOf(list, "1"), null);
});

test("an edit shows at once and is taken back when it fails", () => {
  const edit: Command = { kind: "edit", key: "1", patch: { text: "Buy oat milk", dueOn: "2026-12-01" }, version: 1 };
  const before = run(read(milk), commanded(edit));
  assert.deepEqual(shown(before), ["Buy oat milk (saving)"]);
  assert.equal(rowsOf(before)[0]?.dueOn, "2026-12-01");
  assert.deepEqual(shown(reduce(before, failed(edit))), ["Buy milk"]);
  const off: Command = { kind: "edit", key: "1", patch: { dueOn: null } };
  assert.equal(rowsOf(run(read({ ...milk, dueOn: "2026-12-01" }), commanded(off)))[0]?.dueOn, undefined);
});

test("clearing hides what is completed, reopening opens, an undo waits for the server", () => {
  const clear: Command = { kind: "clear", key: "c" };
  assert.deepEqual(shown(run(read(call, done(milk)), commanded(clear))), ["Call mum"]);
  const reopen: Command = { kind: "reopen", key: "1" };
  assert.deepEqual(shown(run(read(done(milk)), commanded(reopen))), ["Buy milk (saving)"]);
  const undo: Command = { kind: "undo", key: "u", change: () => 1 };
  assert.deepEqual(shown(run(read(milk), commanded(undo))), ["Buy milk"]);
});
