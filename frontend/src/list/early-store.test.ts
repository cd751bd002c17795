import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { Failure } from "../api/failure.ts";
import type { TodosApi } from "../api/todos.ts";
import { textOf } from "../texts/sentence.ts";
import type { Delta, HistoryEntry, Saved } from "./delta.ts";
import { ListStore } from "./list-store.ts";

const NOW = "2026-11-26T12:00:00Z";
const todo = (id: string, text: string, version = 1) => ({ id, text, completed: false, version, createdAt: NOW });
const LIST: Saved = { version: 5, todos: [todo("1", "Buy milk"), todo("2", "Call mum")] };

/** The server, as far as the page sees it: the list has begun to come, and comes whole when it is told to. */
class Server implements TodosApi {
  readonly resends = true;
  /** What was sent to it, in words. */
  readonly sent: string[] = [];
  changes: HistoryEntry[] = [];
  /** It has no history to tell of. */
  forgets = false;
  /** Nobody can be reached. */
  isAway = false;
  version = LIST.version;
  arrives: () => void = () => undefined;
  breaks: () => void = () => undefined;
  #list = LIST;
  /** What an undoing took off the list, by its number. */
  readonly #removed = new Map<number, Saved["todos"]>();

  list(_known: number | null, onBeginning?: (beginning: Saved) => void): Promise<Saved | null> {
    const begun = this.#list;
    onBeginning?.({ ...begun, todos: begun.todos.slice(0, 2) });
    return new Promise((resolve, reject) => {
      this.arrives = () => resolve(this.#list);
      this.breaks = () => reject(new Failure("unreachable", "No network."));
    });
  }

  /** Somebody else deletes it. */
  loses(id: string): void {
    const gone = this.#list.todos.find((one) => one.id === id);
    const { change } = this.#change("deleted", this.#list.todos.filter((one) => one.id !== id));
    this.changes.push({ ...change, by: { kind: "app", id: "a", name: "Claude" }, todo: gone } as HistoryEntry);
  }

  async create(_key: string, text: string): Promise<Delta> {
    this.sent.push(`add ${text}`);
    const added = todo(`9${this.version}`, text, this.version + 1);
    return { ...this.#change("created", [...this.#list.todos, added]), todos: [added as Delta["todos"][number]] };
  }

  async complete(_key: string, id: string): Promise<Delta> {
    this.sent.push(`complete ${id}`);
    const before = this.#list.todos.find((one) => one.id === id);
    if (!before) throw new Failure("refused", `There is no todo with the id “${id}” in this list.`, "unknown_todo");
    const done = { ...before, completed: true };
    return { ...this.#change("completed", [...this.#list.todos.filter((one) => one.id !== id), done]), todos: [done as Delta["todos"][number]] };
  }

  async undo(_key: string, number: number): Promise<Delta> {
    this.sent.push(`undo ${number}`);
    if (this.isAway) throw new Failure("unreachable", "No network.");
    const back = this.#removed.get(number) ?? [];
    const added = this.#list.todos.filter(({ version }) => version === number);
    this.#removed.set(this.version + 1, added);
    const todos = [...this.#list.todos.filter((one) => !added.includes(one)), ...back];
    return { ...this.#change("undone", todos), todos: back as Delta["todos"], removed: added.map(({ id }) => id) };
  }

  history = async () => {
    if (this.forgets) throw new Failure("server", "The server had a problem.");
    return { changes: this.changes.toReversed() };
  };
  edit = this.#never;
  reopen = this.#never;
  remove = this.#never;
  clearCompleted = this.#never;

  #change(deed: HistoryEntry["deed"], todos: Saved["todos"]): Delta & { change: HistoryEntry } {
    this.version += 1;
    this.#list = { version: this.version, todos };
    const change: HistoryEntry = { number: this.version, at: NOW, by: { kind: "browser" }, deed, todos: 1, undoable: true };
    return { version: this.version, change, todos: [], removed: [], open: 0, completed: 0 };
  }

  #never(): Promise<Delta> {
    throw new Error("not asked for here");
  }
}

/** Lets what is ready to run run to its end. */
const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
};
const passes = async (ms: number): Promise<void> => {
  mock.timers.tick(ms);
  await settled();
};
const shown = (store: ListStore) => store.rows.get().map(({ text, completed }) => `${text}${completed ? " ✓" : ""}`);
const notice = (store: ListStore) => textOf(store.notices.shown.get()?.words ?? []);
const press = (store: ListStore) => {
  const { id, action } = store.notices.shown.get() ?? assert.fail("nothing is said");
  store.notices.dismiss(id);
  action?.run();
};
const row = (store: ListStore, text: string) => store.rows.get().find((one) => one.text === text) ?? assert.fail(`no row ${text}`);

beforeEach(() => {
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: Date.parse(NOW) });
  mock.method(performance, "now", () => Date.now());
});
afterEach(() => {
  mock.timers.reset();
  mock.restoreAll();
});

async function early(): Promise<{ store: ListStore; server: Server }> {
  const server = new Server();
  const store = new ListStore(server, () => undefined);
  void store.refresh();
  await settled();
  assert.ok(store.goesOn.get(), "the list is on its way");
  return { store, server };
}

test("an addition is taken back while the list is on its way, and not one after the other without a word", async () => {
  const { store, server } = await early();
  for (const text of ["one", "two"]) {
    store.add(text);
    await settled();
    await passes(50);
  }
  store.undoing.undoLast();
  await settled();
  assert.deepEqual(server.sent, ["add one", "add two", "undo 7"]);
  assert.equal(notice(store), "Undone: ‘two’ is taken off the list");
  assert.deepEqual(shown(store), ["Buy milk", "Call mum", "one"]);
  store.undoing.undoLast();
  await settled();
  assert.equal(notice(store), "Undone: ‘one’ is taken off the list");
  store.undoing.redoLast();
  await settled();
  assert.equal(notice(store), "Redone: ‘one’ is back");
  assert.deepEqual(server.sent, ["add one", "add two", "undo 7", "undo 6", "undo 9"]);
  assert.deepEqual(shown(store), ["Buy milk", "Call mum", "one"]);
  server.arrives();
  await settled();
  assert.deepEqual(shown(store), ["Buy milk", "Call mum", "one"]);
});

test("what was done to a todo that has not come yet is taken back from the history with one press, and a second does nothing", async () => {
  const { store, server } = await early();
  const change: HistoryEntry = { number: 4, at: NOW, by: { kind: "browser" }, deed: "edited", todos: 1, undoable: true };
  store.undoing.undoChanges([change]);
  assert.ok(store.undoingOf(4));
  store.undoing.undoChanges([change]);
  await settled();
  store.undoing.undoChanges([change]);
  await settled();
  assert.deepEqual(server.sent, ["undo 4"]);
});

test("an undo that waits for longer than a moment is said to be under way", async () => {
  const { store, server } = await early();
  store.complete(row(store, "Buy milk"));
  store.undoing.undoChanges([{ number: 4, at: NOW, by: { kind: "browser" }, deed: "edited", todos: 1, undoable: true, todo: LIST.todos[0] } as HistoryEntry]);
  await settled();
  await passes(700);
  assert.deepEqual(server.sent, [], "it waits behind the completion");
  assert.equal(notice(store), "Undoing…");
});

test("what was never sent is undone, redone and undone again, and each time it is said", async () => {
  const { store, server } = await early();
  store.complete(row(store, "Buy milk"));
  store.undoing.undoLast();
  assert.equal(notice(store), "Undone: ‘Buy milk’ is open again");
  store.undoing.redoLast();
  assert.equal(notice(store), "Redone: ‘Buy milk’ is completed again");
  assert.deepEqual(shown(store), ["Buy milk ✓", "Call mum"], "it stays a moment in its place");
  press(store);
  assert.equal(notice(store), "Undone: ‘Buy milk’ is open again");
  assert.deepEqual(shown(store), ["Buy milk", "Call mum"]);
  press(store);
  assert.deepEqual(shown(store), ["Buy milk ✓", "Call mum"]);
  server.arrives();
  await settled();
  assert.deepEqual(server.sent, ["complete 1"]);
});

test("a notice that was held while what it offers was done by the key does not do it once more", async () => {
  const { store } = await early();
  store.complete(row(store, "Buy milk"));
  store.undoing.undoLast();
  store.notices.hold("pointer");
  store.undoing.redoLast();
  press(store);
  assert.deepEqual(shown(store), ["Buy milk ✓", "Call mum"]);
  assert.equal(notice(store), "Redone: ‘Buy milk’ is completed again");
});

test("why something could not be done is said once it is known", async () => {
  const { store, server } = await early();
  store.complete(row(store, "Buy milk"));
  server.loses("1");
  server.arrives();
  await settled();
  server.arrives();
  await settled();
  assert.equal(notice(store), "‘Buy milk’ was not completed. Claude deleted this.");
});

test("it is said also where the page had the todo still, and in no identifiers where nothing tells why", async () => {
  const { store, server } = await early();
  server.arrives();
  await settled();
  server.loses("1");
  store.complete(row(store, "Buy milk"));
  await settled();
  server.arrives();
  await settled();
  assert.equal(notice(store), "‘Buy milk’ was not completed. Claude deleted this.");

  server.loses("2");
  server.forgets = true;
  store.complete(row(store, "Call mum"));
  await settled();
  await passes(3_000);
  store.notices.dismiss(store.notices.shown.get()?.id ?? 0);
  assert.equal(notice(store), "‘Call mum’ was not completed. It is gone.");
  assert.deepEqual(server.sent, ["complete 1", "complete 2"]);
});

test("what could not be undone for a while is not said to be so when it is undone", async () => {
  const { store, server } = await early();
  server.isAway = true;
  store.undoing.undoChanges([{ number: 4, at: NOW, by: { kind: "browser" }, deed: "deleted", todos: 1, undoable: true, todo: { text: "Buy bread" } } as HistoryEntry]);
  await settled();
  assert.match(notice(store), /^Not undone\. No network\./);
  server.isAway = false;
  await passes(10_000);
  assert.equal(notice(store), "Undone: ‘Buy bread’ is back");
});
