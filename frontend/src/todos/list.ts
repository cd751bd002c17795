// The list as the person sees it: what the server last said, with what they have done since laid over it. Pure functions,
// so that the promise "nothing you typed is lost, nothing is shown as saved that is not" can be tested without a browser.
//
// Commands are sent one after the other (list-store.ts), so an answer holds everything up to its own command and nothing
// after it: laying the commands that still wait over that answer is then exact.

import type { Patch } from "../api/todos.ts";
import type { Saved } from "./news.ts";
import type { Todo } from "./todo.ts";

/** `key` names a row on the page for as long as it is there: a todo added here keeps its row when the server gives it an id. */
export type Command =
  | { kind: "add"; key: string; text: string }
  | { kind: "complete"; key: string }
  | { kind: "reopen"; key: string }
  /** `version`: what the person saw when they began; without it the edit passes whatever has become of the todo. */
  | { kind: "edit"; key: string; patch: Patch; version?: number }
  | { kind: "remove"; key: string }
  | { kind: "clear"; key: string }
  /** Nothing shows before the server has done it: only it knows what was before. */
  | { kind: "undo"; key: string; change: () => number | undefined };

/** An addition that failed. It stays on the page, with its text, until the person tries again or discards it. */
export type Unsent = { key: string; text: string; reason: string };

export type List = {
  /** The server's last answer; null until the first. */
  saved: Saved | null;
  /** Commands without an answer yet, oldest first. */
  waiting: readonly Command[];
  unsent: readonly Unsent[];
  /** Server id → row key, for todos that were added on this page. */
  keys: ReadonlyMap<string, string>;
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
  state: "saved" | "saving" | "unsent";
  /** Why an unsent row is unsent. */
  reason?: string;
  /** Changed by someone else just now. */
  fresh: boolean;
};

export type Event =
  /** The person did something. */
  | { type: "commanded"; command: Command }
  /** The server did it; `saved` is the list after it, `id` the todo that it was about. */
  | { type: "accepted"; command: Command; saved: Saved; id: string | undefined }
  /** It was not done. */
  | { type: "failed"; command: Command; reason: string }
  /** The list as it is now, changed by someone else perhaps. */
  | { type: "read"; saved: Saved }
  | { type: "discarded"; key: string };

export function emptyList(unsent: readonly Unsent[] = []): List {
  return { saved: null, waiting: [], unsent, keys: new Map(), fresh: new Set() };
}

export function reduce(list: List, event: Event): List {
  switch (event.type) {
    case "commanded":
      return {
        ...list,
        waiting: [...list.waiting, event.command],
        unsent: without(list.unsent, event.command.key),
        // Theirs until the person's own hand is on it.
        fresh: withoutId(list.fresh, idOf(list, event.command.key)),
      };
    case "accepted":
      return {
        ...list,
        saved: event.saved,
        waiting: list.waiting.filter((command) => command !== event.command),
        // The row of what was added keeps its key.
        keys:
          event.command.kind === "add" && event.id !== undefined
            ? new Map(list.keys).set(event.id, event.command.key)
            : list.keys,
      };
    case "failed": {
      const waiting = list.waiting.filter((command) => command !== event.command);
      if (event.command.kind !== "add") return { ...list, waiting };
      const { key, text } = event.command;
      return {
        ...list,
        // What was meant for a todo that does not exist cannot be done either.
        waiting: waiting.filter((command) => command.key !== key),
        unsent: [...list.unsent, { key, text, reason: event.reason }],
      };
    }
    case "read":
      return { ...list, saved: event.saved, fresh: freshIn(list, event.saved.todos) };
    case "discarded":
      return { ...list, unsent: without(list.unsent, event.key) };
  }
}

/** The rows in the order of the page: as the server has them, then what it does not know yet. */
export function rowsOf(list: List): Row[] {
  const rows = new Map<string, Row>();
  for (const todo of list.saved?.todos ?? []) {
    const key = list.keys.get(todo.id) ?? todo.id;
    rows.set(key, { ...todo, key, state: "saved", fresh: list.fresh.has(todo.id) });
  }
  for (const command of list.waiting) {
    const row = rows.get(command.key);
    if (command.kind === "add") {
      rows.set(command.key, { key: command.key, id: null, text: command.text, completed: false, state: "saving", fresh: false });
    } else if (command.kind === "clear") {
      for (const [key, { completed }] of rows) if (completed) rows.delete(key);
    } else if (row && (command.kind === "complete" || command.kind === "reopen")) {
      rows.set(command.key, { ...row, completed: command.kind === "complete", state: "saving" });
    } else if (row && command.kind === "edit") {
      const { text = row.text, dueOn = row.dueOn ?? null } = command.patch;
      rows.set(command.key, { ...row, text, dueOn: dueOn ?? undefined, state: "saving" });
    } else if (row && command.kind === "remove") {
      rows.delete(command.key);
    }
  }
  for (const { key, text, reason } of list.unsent) {
    rows.set(key, { key, id: null, text, completed: false, state: "unsent", reason, fresh: false });
  }
  return [...rows.values()];
}

/** The server's id of a row, once it has one. */
export function idOf(list: List, key: string): string | null {
  for (const [id, rowKey] of list.keys) if (rowKey === key) return id;
  return list.saved?.todos.some((todo) => todo.id === key) ? key : null;
}

function freshIn(list: List, todos: readonly Todo[]): ReadonlySet<string> {
  if (list.saved === null) return list.fresh;
  const before = new Map(list.saved.todos.map((todo) => [todo.id, todo]));
  const isFresh = (todo: Todo, was = before.get(todo.id)) =>
    was?.completed !== todo.completed || was.text !== todo.text || was.dueOn !== todo.dueOn;
  const fresh = todos.filter((todo) => isFresh(todo));
  return fresh.length > 0 ? new Set(fresh.map((todo) => todo.id)) : list.fresh;
}

function withoutId(ids: ReadonlySet<string>, id: string | null): ReadonlySet<string> {
  return id !== null && ids.has(id) ? new Set([...ids].filter((other) => other !== id)) : ids;
}

function without(unsent: readonly Unsent[], key: string): readonly Unsent[] {
  return unsent.filter((entry) => entry.key !== key);
}
