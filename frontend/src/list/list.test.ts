import assert from "node:assert/strict";
import { test } from "node:test";
import type { Command, Given } from "./commands.ts";
import type { Delta } from "./delta.ts";
import { EMPTY_LIST, idOf, reduce, rowsOf, type Event, type List, type Pins } from "./list.ts";
import type { Todo } from "./todo.ts";

const milk: Todo = { id: "1", text: "Buy milk", completed: false, version: 1 };
const call: Todo = { id: "2", text: "Call mum", completed: false, version: 2 };
const done = (todo: Todo): Todo => ({ ...todo, completed: true });

const given = (id: string, command: Command, fields: Partial<Given> = {}): Given => ({
  id,
  command,
  about: "",
  at: 0,
  seen: 1,
  state: "waiting",
  tries: 0,
  ...fields,
});
const add = (key: string, text: string): Command => ({ kind: "add", key, text, dueOn: null });
const complete = (key: string): Command => ({ kind: "complete", key });
const remove = (key: string): Command => ({ kind: "remove", key });

const run = (...events: Event[]): List => events.reduce(reduce, EMPTY_LIST);
const read = (version: number, ...todos: Todo[]): Event => ({ type: "read", saved: { version, todos } });
const gave = (id: string, command: Command): Event => ({ type: "given", given: given(id, command) });
const sent = (id: string): Event => ({ type: "sent", id });
const delta = (version: number, todos: Todo[], removed: string[] = []): Delta => ({
  version,
  change: { number: version, at: "", by: { kind: "browser" }, deed: "edited", todos: 1, undoable: true },
  todos: todos as Delta["todos"],
  removed,
  open: 0,
  completed: 0,
});
const answered = (id: string, version: number, todos: Todo[], removed: string[] = []): Event => ({
  type: "answered",
  id,
  delta: delta(version, todos, removed),
  todo: todos[0]?.id,
  done: version,
});
const postponed = (id: string, state: "waiting" | "refused" = "waiting"): Event => ({
  type: "postponed",
  id,
  problem: { kind: "unreachable", message: "No network." },
  state,
});
const shown = (list: List, pins?: Pins, settling?: ReadonlySet<string>) =>
  rowsOf(list, pins, settling).map((row) => `${row.text}${row.completed ? " ✓" : ""}${row.state === "saved" ? "" : ` (${row.state})`}`);

test("an addition shows at once and keeps its row when the server names it", () => {
  const before = run(read(1, milk), gave("k", add("k", "Call mum")), sent("k"));
  assert.deepEqual(shown(before), ["Buy milk", "Call mum (saving)"]);
  const after = reduce(before, answered("k", 2, [call]));
  assert.deepEqual(shown(after), ["Buy milk", "Call mum"]);
  assert.deepEqual(rowsOf(after).map((row) => row.key), ["1", "k"]);
  assert.equal(idOf(after, "k"), "2");
  assert.deepEqual(after.given, []);
});

test("two additions of the same text are two rows with a key each", () => {
  const twin: Todo = { ...call, id: "3", version: 3 };
  const list = run(
    read(1),
    gave("a", add("a", "Call mum")),
    gave("b", add("b", "Call mum")),
    sent("a"),
    sent("b"),
    answered("a", 2, [call]),
    answered("b", 3, [twin]),
  );
  assert.deepEqual(rowsOf(list).map((row) => [row.key, row.id]), [["a", "2"], ["b", "3"]]);
});

test("what was added is shown once, also where the list tells of it before its answer does", () => {
  const before = run(read(1, milk), gave("k", add("k", "Call mum")), sent("k"), { type: "heard", deltas: [delta(2, [call])] });
  assert.deepEqual(shown(before), ["Buy milk", "Call mum (saving)"]);
  assert.deepEqual(shown(reduce(before, answered("k", 2, [call]))), ["Buy milk", "Call mum"]);
  // One that was there before is another's.
  const other = run(read(2, call), { type: "given", given: given("k", add("k", "Call mum"), { seen: 2 }) }, sent("k"));
  assert.deepEqual(shown(other), ["Call mum", "Call mum (saving)"]);
});

test("additions stand in the order in which they were typed until all are answered", () => {
  const [a, b]: Todo[] = [{ ...call, id: "5", text: "a" }, { ...call, id: "4", text: "b" }] as const;
  const half = run(read(1), gave("a", add("a", "a")), gave("b", add("b", "b")), sent("a"), sent("b"), answered("b", 2, [b as Todo]));
  assert.deepEqual(shown(half), ["a (saving)", "b"]);
  assert.deepEqual(shown(reduce(half, answered("a", 3, [a as Todo]))), ["b", "a"]);
});

test("an addition that gets no answer keeps its text and says so, and can be refused, and sent again", () => {
  const list = run(read(1, milk), gave("k", add("k", "Call mum")), sent("k"), postponed("k"));
  assert.deepEqual(shown(list), ["Buy milk", "Call mum (unsaved)"]);
  assert.equal(rowsOf(list)[1]?.problem?.message, "No network.");
  assert.deepEqual(shown(reduce(list, sent("k"))), ["Buy milk", "Call mum (saving)"]);
  const refused = reduce(list, postponed("k", "refused"));
  assert.deepEqual(shown(run(read(2))).concat(shown(reduce(refused, read(2)))), ["Call mum (refused)"]);
  assert.deepEqual(shown(reduce(refused, { type: "dropped", id: "k" })), ["Buy milk"]);
});

test("a completion that gets no answer stays where it is, and says that it is not saved", () => {
  const list = run(read(1, milk, call), gave("c", complete("1")), sent("c"));
  assert.deepEqual(shown(list), ["Call mum", "Buy milk ✓ (saving)"]);
  assert.deepEqual(shown(reduce(list, postponed("c"))), ["Buy milk ✓ (unsaved)", "Call mum"]);
  assert.deepEqual(shown(reduce(list, { type: "dropped", id: "c" })), ["Buy milk", "Call mum"]);
});

test("a deletion that gets no answer puts the todo back in its place", () => {
  const before = run(read(1, milk, call), gave("d", remove("1")), sent("d"));
  assert.deepEqual(shown(before), ["Call mum"]);
  assert.deepEqual(shown(reduce(before, postponed("d"))), ["Buy milk (unsaved)", "Call mum"]);
});

test("answers may come in any order: what is missing between is waited for, and nothing flickers", () => {
  const list = run(read(1, milk, call), gave("c", complete("1")), gave("d", remove("2")), sent("c"), sent("d"));
  const second = reduce(list, answered("d", 3, [], ["2"]));
  assert.deepEqual(shown(second), ["Buy milk ✓ (saving)"]);
  const both = reduce(second, answered("c", 2, [{ ...done(milk), version: 2 }]));
  assert.deepEqual(shown(both), ["Buy milk ✓"]);
  assert.deepEqual([both.saved?.version, both.given, both.ahead], [3, [], []]);
});

test("a reading that is newer than an answer takes its command in", () => {
  const list = run(read(1, milk), gave("c", complete("1")), sent("c"), answered("c", 3, [{ ...done(milk), version: 3 }]));
  assert.deepEqual(shown(list), ["Buy milk ✓"]);
  assert.equal(list.given.length, 1);
  assert.deepEqual(reduce(list, read(3, { ...done(milk), version: 3 })).given, []);
});

test("a todo can be completed before the server has named it, and the command finds it afterwards", () => {
  const before = run(read(1), gave("k", add("k", "Call mum")), gave("c", complete("k")), sent("k"));
  assert.deepEqual(shown(before), ["Call mum ✓ (saving)"]);
  const after = reduce(before, answered("k", 2, [call]));
  assert.deepEqual(shown(after), ["Call mum ✓ (saving)"]);
  assert.equal(idOf(after, "k"), "2");
});

test("what someone else adds or completes is fresh; the first reading and one's own changes are not", () => {
  const first = run(read(1, milk));
  assert.deepEqual([...first.fresh], []);
  assert.deepEqual([...reduce(first, read(2, milk, call)).fresh], ["2"]);
  assert.deepEqual([...reduce(first, { type: "heard", deltas: [delta(2, [done(milk)])] }).fresh], ["1"]);
  const own = [gave("k", add("k", "Call mum")), sent("k"), { type: "heard", deltas: [delta(2, [call])] } satisfies Event];
  assert.deepEqual([...own.reduce(reduce, first).fresh], []);
});

test("a command for a todo that someone else deleted shows nothing and has no id to send", () => {
  const list = run(read(1, milk), gave("c", complete("1")), read(2));
  assert.deepEqual(shown(list), []);
  assert.equal(idOf(list, "1"), null);
});

test("an edit shows at once, and says when it is not saved", () => {
  const base = { text: "Buy milk", dueOn: null };
  const edit: Command = { kind: "edit", key: "1", patch: { text: "Buy oat milk", dueOn: "2026-12-01" }, base };
  const before = run(read(1, milk), gave("e", edit), sent("e"));
  assert.deepEqual(shown(before), ["Buy oat milk (saving)"]);
  assert.equal(rowsOf(before)[0]?.dueOn, "2026-12-01");
  assert.deepEqual(shown(reduce(before, { type: "dropped", id: "e" })), ["Buy milk"]);
  const off: Command = { kind: "edit", key: "1", patch: { dueOn: null }, base: { text: "Buy milk", dueOn: "2026-12-01" } };
  assert.equal(rowsOf(run(read(1, { ...milk, dueOn: "2026-12-01" }), gave("e", off)))[0]?.dueOn, undefined);
});

test("clearing hides what is completed, reopening opens, an undo waits for the server", () => {
  assert.deepEqual(shown(run(read(1, call, done(milk)), gave("c", { kind: "clear" }))), ["Call mum"]);
  assert.deepEqual(shown(run(read(1, done(milk)), gave("r", { kind: "reopen", key: "1" }))), ["Buy milk (saving)"]);
  const undo: Command = { kind: "undo", of: { change: 1 }, what: "completed", key: "1", again: false };
  assert.deepEqual(shown(run(read(1, milk), gave("u", undo))), ["Buy milk"]);
});

test("what is more than a day old is not shown as done; it asks", () => {
  const list = run(read(1, milk), gave("c", complete("1")), { type: "doubted", id: "c" });
  assert.deepEqual(shown(list), ["Buy milk (unsaved)"]);
  const again = reduce(list, { type: "retried", id: "c", at: 9 });
  assert.deepEqual(again.given.map(({ at, tries, state }) => [at, tries, state]), [[9, 0, "waiting"]]);
});

test("a todo in the hand stays in its place, whether it is completed or deleted meanwhile", () => {
  const pins: Pins = new Map([["1", { id: "1", text: "Buy milk", dueOn: null, completed: false }]]);
  assert.deepEqual(shown(run(read(1, call, done(milk))), pins), ["Buy milk ✓", "Call mum"]);
  assert.deepEqual(shown(run(read(1, call)), pins), ["Buy milk (gone)", "Call mum"]);
});

test("a todo that was just completed waits a moment in its place", () => {
  const list = run(read(1, milk, call), gave("c", complete("1")));
  assert.deepEqual(shown(list, undefined, new Set(["1"])), ["Buy milk ✓ (saving)", "Call mum"]);
});

test("rows that have not changed are the very same", () => {
  const list = run(read(1, milk, call));
  const after = reduce(list, { type: "heard", deltas: [delta(2, [done(call)])] });
  assert.equal(rowsOf(after)[0], rowsOf(list)[0]);
});

test("the beginning of a list is shown until the whole is read, with what is done to it laid over it", () => {
  const beginning = run({ type: "began", beginning: { version: 1, todos: [milk, call] } }, gave("c", complete("2")));
  assert.deepEqual(shown(beginning), ["Buy milk", "Call mum ✓ (saving)"]);
  const whole = reduce(beginning, read(1, milk, call, { ...milk, id: "3", text: "Buy bread" }));
  assert.deepEqual(shown(whole), ["Buy milk", "Buy bread", "Call mum ✓ (saving)"]);
  assert.equal(whole.beginning, null);
});

test("the beginning of a list that was not read to its end is gone, and what was done to it waits", () => {
  const failed = run({ type: "began", beginning: { version: 1, todos: [milk] } }, gave("c", complete("1")), { type: "began", beginning: null });
  assert.deepEqual(shown(failed), []);
  assert.deepEqual(shown(reduce(failed, read(2, milk))), ["Buy milk ✓ (saving)"]);
});

test("a beginning that comes late changes nothing of a list that was read", () => {
  const list = run(read(2, milk, call));
  assert.equal(reduce(list, { type: "began", beginning: { version: 1, todos: [milk] } }).beginning, null);
});

test("an addition whose answer was lost is shown once, also in the beginning of a list", () => {
  const lost = { type: "given", given: given("k", add("k", "Call mum"), { tries: 1 }) } satisfies Event;
  const beginning = run(lost, { type: "began", beginning: { version: 2, todos: [milk, call] } });
  assert.deepEqual(shown(beginning), ["Buy milk", "Call mum (saving)"]);
  assert.deepEqual(rowsOf(beginning).map(({ key }) => key), ["1", "k"]);
  assert.deepEqual(shown(reduce(beginning, read(2, milk, call))), ["Buy milk", "Call mum (saving)"]);
});

test("a todo of the same text that was there long before is not taken for what was added before there was a list", () => {
  const at = Date.parse("2026-11-26T12:00:00Z");
  const added = { type: "given", given: given("k", add("k", "Call mum"), { at, seen: 0, tries: 1 }) } satisfies Event;
  const created = (createdAt: string) => shown(run(added, read(2, { ...call, createdAt })));
  assert.deepEqual(created("2026-11-26T11:00:00Z"), ["Call mum", "Call mum (saving)"]);
  assert.deepEqual(created("2026-11-26T12:00:01Z"), ["Call mum (saving)"]);
  assert.deepEqual(created("2026-11-26T11:55:00Z"), ["Call mum (saving)"], "the clocks differ");
});

test("what is told of a list that is on its way shows in its beginning", () => {
  const beginning = run({ type: "began", beginning: { version: 2, todos: [milk, call] } });
  assert.deepEqual(shown(reduce(beginning, { type: "heard", deltas: [delta(3, [], ["1"])] })), ["Call mum"]);
});

test("an edit from before the list was read is seen until it is", () => {
  const edit: Command = { kind: "edit", key: "1", patch: { text: "Buy oat milk" }, base: { text: "Buy milk", dueOn: null } };
  const seen = (list: List) => rowsOf(list).map(({ key, text, state }) => ({ key, text, state }));
  const before = run(gave("a", edit));
  assert.deepEqual(seen(before), [{ key: "1", text: "Buy oat milk", state: "saving" }]);
  assert.deepEqual(seen(reduce(before, { type: "dropped", id: "a" })), []);
  assert.deepEqual(seen(reduce(before, read(1, milk, call))).map(({ text }) => text), ["Buy oat milk", "Call mum"]);
  // Deleted meanwhile: the server says so when the edit gets there.
  assert.deepEqual(seen(reduce(before, read(2, call))).map(({ text }) => text), ["Call mum"]);
});
