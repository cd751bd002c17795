// What the server tells of changes: one by one as they happen, as the answer to a command, and as the history. And what a
// page makes of it: its copy of the list, brought up to date.

import type { Entry, News } from "../api/schema.ts";
import { quoted, sentence, written, type Sentence } from "./sentence.ts";
import type { Todo } from "./todo.ts";

export type { Entry, News };
export type Actor = Entry["by"];
export type Deed = Entry["deed"];

/** The list as the server has it at a version. */
export type Saved = { version: number; todos: readonly Todo[] };

/** The list after the news, in whatever order they came; null when they leave a gap, so that it must be read again. */
export function bring(saved: Saved, news: readonly News[]): Saved | null {
  let current = saved;
  for (const item of news.toSorted((a, b) => a.version - b.version)) {
    if (item.version <= current.version) continue;
    if (item.version !== current.version + 1 || item.reload || !item.change) return null;
    const gone = new Set([...item.removed, ...item.todos.map((todo) => todo.id)]);
    const todos = [...current.todos.filter((todo) => !gone.has(todo.id)), ...item.todos];
    current = { version: item.version, todos: todos.sort(inOrder) };
  }
  return current;
}

/** Open before completed, each oldest first: ids sort by creation. */
function inOrder(a: Todo, b: Todo): number {
  if (a.completed !== b.completed) return a.completed ? 1 : -1;
  return a.id < b.id ? -1 : 1;
}

/** What was done by taking back a change of that kind. */
const UNDID: Record<Deed, string> = {
  created: "undid the addition of",
  edited: "undid a change of",
  completed: "undid the completion of",
  reopened: "undid the reopening of",
  deleted: "undid the deletion of",
  cleared: "undid the clearing of",
  undone: "did again what was undone to",
};

/** A change as a person would tell it: “completed ‘Buy milk’”. Whoever did it comes before. */
export function told(entry: Entry): Sentence {
  const what = entry.todo ? quoted(entry.todo.text) : sentence`${entry.todos} ${entry.todos === 1 ? "todo" : "todos"}`;
  switch (entry.deed) {
    case "created":
      return sentence`added ${what}`;
    case "edited":
      if (entry.textBefore !== undefined) return sentence`changed ${quoted(entry.textBefore)} to ${what}`;
      return entry.todo?.dueOn ? sentence`set a due date for ${what}` : sentence`took the due date off ${what}`;
    case "cleared":
      return entry.todo ? sentence`cleared ${what}` : sentence`cleared ${what} that were done`;
    case "undone":
      return sentence`${UNDID[entry.undoes?.deed ?? "edited"]} ${what}`;
    default:
      return sentence`${entry.deed} ${what}`;
  }
}

export function actorName(by: Actor): Sentence {
  return by.kind === "app" ? written(by.name) : ["You"];
}
