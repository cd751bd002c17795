// The list as the person sees it: what the server last said, with what they have done since laid over it. Pure functions, so
// that the promise "nothing you typed is lost, nothing is shown as saved that is not" can be tested without a browser.

import type { Command, Given, Problem } from "./commands.ts";
import { advance, inOrder, type Delta, type Saved } from "./delta.ts";
import type { Todo } from "./todo.ts";

export type List = {
  /** What the server last said; null until the first time. */
  saved: Saved | null;
  /** The first todos of it, while the rest is on its way for the first time. */
  beginning: Saved | null;
  /** Deltas that came before one that is missing between. */
  ahead: readonly Delta[];
  /** Commands that are not part of `saved`, oldest first. */
  given: readonly Given[];
  /** Server id → row key, for todos that were added on this page. */
  keys: ReadonlyMap<string, string>;
  /** Rows of additions in the order in which they were typed, while any of them is under way: none passes another. */
  typed: readonly string[];
  /** Ids that the latest news from elsewhere (an agent, another tab) added or changed. */
  fresh: ReadonlySet<string>;
};

export type Row = {
  key: string;
  /** The server's id; null until it has one. */
  id: string | null;
  text: string;
  completed: boolean;
  dueOn?: string | undefined;
  version?: number | undefined;
  createdAt?: string | undefined;
  /**
   * `saving`: no answer yet. `unsaved`: what it shows is not at the server, and `problem` says why. `refused`: an addition that
   * the server did not take. `gone`: deleted by someone while the person edits it.
   */
  state: "saved" | "saving" | "unsaved" | "refused" | "gone";
  /** The command that `state` is about. */
  given?: Given;
  problem?: Problem;
  /** Where it stands: what is being edited stays in its place. */
  amongOpen: boolean;
  /** Changed by someone else just now. */
  fresh: boolean;
};

/** A row that is being edited, as it was when that began. */
export type Pin = { id: string | null; text: string; dueOn: string | null; completed: boolean };
export type Pins = ReadonlyMap<string, Pin>;

export type Event =
  /** The person did something, now or before the page was closed. */
  | { type: "given"; given: Given }
  /** It is on its way. */
  | { type: "sent"; id: string }
  /** The server did it: `delta` is what changed, `todo` the id of the todo it was about, `done` the version that has it. */
  | { type: "answered"; id: string; delta: Delta | null; todo: string | undefined; done: number }
  /** It was not done, or nobody knows; it stays, as `state` says. */
  | { type: "postponed"; id: string; problem: Problem; state: "waiting" | "refused" }
  /** It is so old that the server may not know it any more: sent again, it might be done twice. */
  | { type: "doubted"; id: string }
  /** The person wants it sent again. */
  | { type: "retried"; id: string; at: number }
  /** It will not be done. */
  | { type: "dropped"; id: string }
  /** Something happened, here or elsewhere. */
  | { type: "heard"; deltas: readonly Delta[] }
  /** The first reading has got that far; null: it has failed. */
  | { type: "began"; beginning: Saved | null }
  /** The whole list as it is now. */
  | { type: "read"; saved: Saved };

/** How far this clock may be from the server's. */
const CLOCKS_MS = 15 * 60 * 1_000;

export const EMPTY_LIST: List = { saved: null, beginning: null, ahead: [], given: [], keys: new Map(), typed: [], fresh: new Set() };

export function reduce(list: List, event: Event): List {
  return settled(step(list, event));
}

function step(list: List, event: Event): List {
  switch (event.type) {
    case "given": {
      const { command } = event.given;
      return {
        ...list,
        given: [...list.given.filter(({ id }) => id !== event.given.id), event.given],
        typed: command.kind === "add" ? [...list.typed.filter((key) => key !== command.key), command.key] : list.typed,
        // Theirs until the person's own hand is on it.
        fresh: "key" in command && command.key !== null ? withoutId(list.fresh, idOf(list, command.key)) : list.fresh,
      };
    }
    case "sent":
      return withGiven(list, event.id, (given) => ({ ...withoutProblem(given), state: "sent", tries: given.tries + 1 }));
    case "answered": {
      const command = list.given.find(({ id }) => id === event.id)?.command;
      const isNamed = command?.kind === "add" && event.todo !== undefined;
      return advanced(
        {
          ...withGiven(list, event.id, (given) => ({ ...withoutProblem(given), state: "answered", done: event.done })),
          // The row of what was added keeps its key.
          keys: isNamed ? new Map(list.keys).set(event.todo as string, command.key) : list.keys,
        },
        event.delta ? [event.delta] : [],
      );
    }
    case "postponed":
      return withGiven(list, event.id, (given) => ({ ...given, state: event.state, problem: event.problem }));
    case "doubted":
      return withGiven(list, event.id, (given) => ({ ...given, state: "asking" }));
    case "retried":
      return withGiven(list, event.id, (given) => ({
        ...withoutProblem(given),
        // The server has forgotten it, so that it is a new one.
        ...(given.state === "asking" && { at: event.at, tries: 0 }),
        state: "waiting",
      }));
    case "dropped":
      return { ...list, given: list.given.filter(({ id }) => id !== event.id) };
    case "heard": {
      const after = advanced(list, event.deltas);
      const fresh = event.deltas.flatMap(({ todos }) => todos.map(({ id }) => id)).filter((id) => !isMine(after, id));
      return fresh.length > 0 ? { ...after, fresh: new Set(fresh) } : after;
    }
    case "began":
      return list.saved ? list : { ...list, beginning: event.beginning };
    case "read": {
      const { saved, ahead } = advance(event.saved, list.ahead);
      return { ...list, saved, beginning: null, ahead, fresh: freshIn(list, saved.todos) };
    }
  }
}

/** Without the commands that are part of the list by now. */
function settled(list: List): List {
  const version = list.saved?.version ?? -1;
  const given = list.given.filter(({ state, done = 0 }) => state !== "answered" || done > version);
  const isTyping = given.some(({ command, state }) => command.kind === "add" && state !== "refused");
  return {
    ...list,
    given: given.length < list.given.length ? given : list.given,
    typed: isTyping || list.typed.length === 0 ? list.typed : [],
  };
}

function advanced(list: List, deltas: readonly Delta[]): List {
  if (!list.saved) return { ...list, ahead: [...list.ahead, ...deltas] };
  return { ...list, ...advance(list.saved, [...list.ahead, ...deltas]) };
}

function withGiven(list: List, id: string, change: (given: Given) => Given): List {
  return { ...list, given: list.given.map((given) => (given.id === id ? change(given) : given)) };
}

function withoutProblem({ problem: _, ...given }: Given): Given {
  return given;
}

/** The server's id of a row, once it has one. */
export function idOf(list: List, key: string): string | null {
  for (const [id, rowKey] of list.keys) if (rowKey === key) return id;
  return list.saved?.todos.some((todo) => todo.id === key) ? key : null;
}

/** As much of the list as there is, with what was told of it since. */
export function known({ saved, beginning, ahead }: List): Saved | null {
  return saved ?? (beginning && advance(beginning, ahead).saved);
}

/** What the server calls a row, or called it before it was deleted. */
export function nameOf(list: List, key: string): string {
  for (const [id, rowKey] of list.keys) if (rowKey === key) return id;
  return key;
}

export function keyOf(list: List, id: string): string {
  return list.keys.get(id) ?? id;
}

/** Whether a row has a command of this page on it, so that news of it are no news. */
function isMine(list: List, id: string): boolean {
  const key = keyOf(list, id);
  return list.given.some(({ command }) => "key" in command && command.key === key) || additionsIn(list, known(list)?.todos ?? []).has(id);
}

/**
 * Todos that the server has told of while the addition that made them is still without an answer: the same text, newer than
 * what the page had, if it had any list, and not there long before. They are shown once, as the row that was typed.
 */
function additionsIn({ given, keys }: List, todos: readonly Todo[]): ReadonlySet<string> {
  const found = new Set<string>();
  for (const { command, state, tries, seen, at } of given) {
    if (command.kind !== "add" || tries === 0 || state === "answered" || state === "refused") continue;
    const twin = todos.find(
      ({ id, text, version = 0, createdAt = "" }) =>
        text === command.text && version > seen && !(Date.parse(createdAt) < at - CLOCKS_MS) && !keys.has(id) && !found.has(id),
    );
    if (twin) found.add(twin.id);
  }
  return found;
}

/**
 * The rows in the order of the page: open before completed, each oldest first, and last what the server does not know yet.
 * Rows that are `settling` stay among the open ones (settling.ts).
 */
export function rowsOf(list: List, pins: Pins = new Map(), settling: ReadonlySet<string> = new Set()): Row[] {
  const isAsSaved = list.given.length === 0 && pins.size === 0 && settling.size === 0;
  const todos = known(list)?.todos ?? [];
  if (isAsSaved) return todos.map((todo) => rowOf(todo, keyOf(list, todo.id), list.fresh.has(todo.id)));
  const rows = new Map<string, Row>();
  const additions = additionsIn(list, todos);
  for (const todo of todos) {
    if (!additions.has(todo.id)) rows.set(keyOf(list, todo.id), rowOf(todo, keyOf(list, todo.id), list.fresh.has(todo.id)));
  }
  if (!list.saved) for (const { command } of list.given) if (command.kind === "edit" && !rows.has(command.key)) rows.set(command.key, unread(list, command));
  for (const given of list.given) lay(rows, given);
  for (const key of takenOff(list.given)) rows.delete(key);
  for (const [key, pin] of pins) {
    const row = rows.get(key);
    if (row) rows.set(key, { ...row, amongOpen: !pin.completed });
    // Before the list was read for the first time nobody knows whether the todo is still there.
    else rows.set(key, { ...ghost(key, pin), state: list.saved ? "gone" : "saved" });
  }
  for (const key of settling) {
    const row = rows.get(key);
    if (row && !row.amongOpen && !pins.has(key)) rows.set(key, { ...row, amongOpen: true });
  }
  return [...rows.values()].sort(placedLike(list.typed));
}

/** Rows whose addition was taken back at the server, and is not brought about again. */
function takenOff(given: readonly Given[]): ReadonlySet<string> {
  const keys = new Set<string>();
  for (const { command, done } of given) {
    if (command.kind !== "undo" || command.what !== "created" || command.key === null || !done) continue;
    if (command.again) keys.delete(command.key);
    else keys.add(command.key);
  }
  return keys;
}

/** What a command does to the rows as long as the server's own list does not show it. */
function lay(rows: Map<string, Row>, given: Given): void {
  const { command } = given;
  if (command.kind === "undo") return;
  if (command.kind === "clear") {
    if (isShown(stateOf(given))) for (const [key, { completed }] of rows) if (completed) rows.delete(key);
    return;
  }
  const row = rows.get(command.key);
  const mark = markOf(given, row);
  const shows = isShown(mark.state);
  if (command.kind === "add") {
    const { key, text, dueOn } = command;
    rows.set(key, { key, id: null, text, dueOn: dueOn ?? undefined, completed: false, amongOpen: true, fresh: false, ...mark });
    return;
  }
  if (!row) return;
  if (command.kind === "remove" && shows) rows.delete(command.key);
  else if (command.kind === "remove" || given.state === "asking") rows.set(command.key, { ...row, ...mark });
  else if (command.kind === "edit") {
    const { text = row.text, dueOn = row.dueOn ?? null } = command.patch;
    rows.set(command.key, { ...row, text, dueOn: dueOn ?? undefined, ...mark });
  } else {
    const completed = command.kind === "complete";
    // What is not saved stays where the person was when they did it.
    rows.set(command.key, { ...row, completed, amongOpen: shows ? !completed : row.amongOpen, ...mark });
  }
}

/** Whether the list is shown as if it were done: a deletion that is not saved is shown as what it is at the server, a todo. */
function isShown(state: Row["state"]): boolean {
  return state === "saving" || state === "saved";
}

/** How a row fares with a command. One that waits behind another of the same todo fares no better than that. */
function markOf(given: Given, row: Row | undefined): Pick<Row, "state" | "given" | "problem"> {
  const isBehind = given.state === "waiting" && row?.state === "unsaved";
  const problem = given.problem ?? (isBehind ? row.problem : undefined);
  return { state: problem && isBehind ? "unsaved" : stateOf(given), given, ...(problem && { problem }) };
}

function stateOf({ state, problem }: Given): Row["state"] {
  if (state === "answered") return "saved";
  if (state === "refused") return "refused";
  return problem || state === "asking" ? "unsaved" : "saving";
}

function ghost(key: string, { id, text, dueOn, completed }: Pin): Row {
  return { key, id, text, dueOn: dueOn ?? undefined, completed, amongOpen: !completed, state: "gone", fresh: false };
}

/** A todo that was edited before the list was read: nobody knows more of it, and what was typed is not to be out of sight meanwhile. */
function unread(list: List, { key, base }: Command & { kind: "edit" }): Row {
  return { ...ghost(key, { id: nameOf(list, key), ...base, completed: false }), state: "saved" };
}

/** Rows are kept with the todo they show: one that has not changed is the very same and need not be drawn again. */
const drawn = new WeakMap<Todo, Row>();

function rowOf(todo: Todo, key: string, fresh: boolean): Row {
  const known = drawn.get(todo);
  if (known?.key === key && known.fresh === fresh) return known;
  const row: Row = { ...todo, key, state: "saved", amongOpen: !todo.completed, fresh };
  drawn.set(todo, row);
  return row;
}

function placedLike(typed: readonly string[]): (a: Row, b: Row) => number {
  const places = new Map(typed.map((key, place) => [key, place]));
  const last = ({ key, id, state }: Row) => places.get(key) ?? (id === null && state !== "gone" ? typed.length : -1);
  return (a, b) => {
    if (a.amongOpen !== b.amongOpen) return a.amongOpen ? -1 : 1;
    if (last(a) !== last(b)) return last(a) - last(b);
    return inOrder({ id: a.id ?? a.key, completed: false }, { id: b.id ?? b.key, completed: false });
  };
}

function freshIn(list: List, todos: readonly Todo[]): ReadonlySet<string> {
  if (list.saved === null) return list.fresh;
  const before = new Map(list.saved.todos.map((todo) => [todo.id, todo]));
  const isFresh = (todo: Todo, was = before.get(todo.id)) =>
    was?.completed !== todo.completed || was.text !== todo.text || was.dueOn !== todo.dueOn;
  const fresh = todos.filter((todo) => isFresh(todo) && !isMine(list, todo.id));
  return fresh.length > 0 ? new Set(fresh.map(({ id }) => id)) : list.fresh;
}

function withoutId(ids: ReadonlySet<string>, id: string | null): ReadonlySet<string> {
  return id !== null && ids.has(id) ? new Set([...ids].filter((other) => other !== id)) : ids;
}
