// What the server tells of a change (`ListDelta` and `HistoryEntry` of its interface), and the page's copy of the list, brought up to date
// by it.

import type { HistoryEntry, ListDelta } from "../api/schema.ts";
import type { Todo } from "./todo.ts";

/** Brings a copy of the list from the version before up to its own. */
export type Delta = ListDelta;
/** One change, as the history has it. */
export type { HistoryEntry };
export type Actor = HistoryEntry["by"];
export type ChangeKind = HistoryEntry["deed"];

/** The list as the server has it at a version. */
export type Saved = { version: number; todos: readonly Todo[] };

/**
 * The list as far as the deltas lead without a gap, whatever order they came in, and those that are ahead of it. A delta that
 * does not tell everything is a gap that no other fills: then the list must be read.
 */
export function advance(saved: Saved, deltas: readonly Delta[]): { saved: Saved; ahead: Delta[] } {
  let current = saved;
  const ahead: Delta[] = [];
  for (const delta of deltas.toSorted((a, b) => a.version - b.version)) {
    if (delta.version <= current.version) continue;
    if (delta.version === current.version + 1 && isWhole(delta)) current = laid(current, delta);
    else ahead.push(delta);
  }
  return { saved: current, ahead };
}

export function isWhole(delta: Delta): boolean {
  return delta.change !== undefined && !delta.reload;
}

function laid({ todos }: Saved, delta: Delta): Saved {
  const touched = new Set([...delta.removed, ...delta.todos.map(({ id }) => id)]);
  const after = [...todos.filter(({ id }) => !touched.has(id)), ...delta.todos];
  return { version: delta.version, todos: after.sort(inOrder) };
}

/** Open before completed, each oldest first: ids sort by creation. */
export function inOrder(a: Pick<Todo, "id" | "completed">, b: Pick<Todo, "id" | "completed">): number {
  if (a.completed !== b.completed) return a.completed ? 1 : -1;
  return a.id < b.id ? -1 : 1;
}
