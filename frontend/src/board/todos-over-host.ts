// The list as the board reads and changes it: the tools that the model has, called over the host, in the shape that the page's
// own components know (api/todos.ts).

import { Failure } from "../api/failure.ts";
import type { HistoryPage, Patch, TodosApi } from "../api/todos.ts";
import type { Delta, HistoryEntry, Saved } from "../list/delta.ts";
import type { Todo } from "../list/todo.ts";
import * as words from "../texts/board.ts";
import { NOT_READABLE, WRONG } from "../texts/failures.ts";
import { NoAnswer, Refused, type CallToolResult, type Host } from "./host.ts";

/** What `listTodos` gives. */
type Page = { todos: Todo[]; nextCursor?: string; open: number; completed: number; version: number };

/** What every tool that changes something gives. */
type Changed = {
  change: HistoryEntry["deed"] | "unchanged";
  changeNumber?: number;
  todo?: NonNullable<HistoryEntry["todo"]>;
  changed: number;
  open: number;
  completed: number;
};

/** The most that one `listTodos` gives. */
const PAGE = 200;

/** The most that a board shows; a conversation is no place for more. */
export const MOST_TODOS = 1_000;

/** Of how many of the user's last changes the model is told. */
const MOST_TOLD = 20;

/** How often a list that changes while it is read is begun again. */
const ATTEMPTS = 4;

const PAGES = MOST_TODOS / PAGE;

export type BoardApi = TodosApi & {
  /**
   * Takes the list from a result that the host handed over, if it is newer than the version that is known; where more can be
   * had, a part of it is not enough. True: the next reading will give it.
   */
  take(result: CallToolResult, known: number | null): Promise<boolean>;
  /** How many todos the list has beyond those that are shown. */
  beyond(): number;
};

export function createBoardApi(host: Promise<Host>): BoardApi {
  let handed: Page | null = null;
  let beyond = 0;
  /** The newest version that the server has told of. */
  let newest = 0;
  /** What the user has done here, in the tools' words, oldest first. */
  let done: string[] = [];

  async function connected(): Promise<Host> {
    try {
      return await host;
    } catch {
      throw new Failure("unreachable", words.HOST_IS_SILENT);
    }
  }

  async function result(name: string, args: Record<string, unknown>): Promise<CallToolResult> {
    const reached = await connected();
    if (!reached.callsTools) throw new Failure("refused", words.ONLY_LOOKED_AT);
    return sent(reached, name, args);
  }

  const call = async <T>(name: string, args: Record<string, unknown>) => contentOf<T>(await result(name, args));

  async function change(name: string, args: Record<string, unknown>): Promise<Delta> {
    const answer = await result(name, args);
    const changed = contentOf<Changed>(answer);
    newest = Math.max(newest, changed.changeNumber ?? 0);
    const words = wordsOf(answer);
    if (changed.changeNumber !== undefined && words) {
      done = [...done, words].slice(-MOST_TOLD);
      (await connected()).tellModel(`In the board, the user themselves did this to the TODO list:\n${done.join("\n")}`);
    }
    return deltaOf(changed);
  }

  /** The list in pages, all of the same version; none: it is at the version that is known. */
  async function read(known: number | null): Promise<Saved | null> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      let page = await call<Page>("listTodos", { limit: PAGE });
      const { version, open, completed } = page;
      if (version === known) return null;
      const todos = [...page.todos];
      for (let pages = 1; page.nextCursor !== undefined && pages < PAGES && page.version === version; pages++) {
        page = await call<Page>("listTodos", { limit: PAGE, cursor: page.nextCursor });
        todos.push(...page.todos);
      }
      if (page.version !== version) continue;
      beyond = open + completed - todos.length;
      newest = Math.max(newest, version);
      return { version, todos };
    }
    throw new Failure("server", words.CHANGES_TOO_FAST);
  }

  async function list(known: number | null): Promise<Saved | null> {
    const first = handed;
    handed = null;
    if (first && first.version >= newest && first.version !== known) {
      beyond = beyondOf(first);
      return { version: first.version, todos: first.todos };
    }
    const { callsTools } = await connected();
    return callsTools || known === null ? read(known) : null;
  }

  async function take(result: CallToolResult, known: number | null): Promise<boolean> {
    const page = result.isError ? undefined : (result.structuredContent as Page | undefined);
    if (!Array.isArray(page?.todos) || (known !== null && page.version <= known)) return false;
    const { callsTools } = await connected();
    if (callsTools && beyondOf(page) > 0) return false;
    handed = page;
    return true;
  }

  return {
    // A host may ask its user each time.
    resends: false,
    list,
    take,
    beyond: () => beyond,
    create: (key, todoText, dueOn) => change("createTodo", { todoText, ...(dueOn !== null && { dueOn }), idempotencyKey: key }),
    edit: (_, id, patch) => change("updateTodo", { todoID: id, ...editing(patch) }),
    complete: (_, id) => change("markTodoComplete", { todoID: id }),
    reopen: (_, id) => change("reopenTodo", { todoID: id }),
    remove: (_, id) => change("deleteTodo", { todoID: id }),
    clearCompleted: () => change("clearCompleted", {}),
    undo: (_, number) => change("undoChange", { changeNumber: number }),
    history: (before) => call<HistoryPage>("listHistory", { limit: 50, ...(before !== undefined && { before }) }),
  };
}

function beyondOf({ todos, open, completed }: Page): number {
  return open + completed - todos.length;
}

async function sent(host: Host, name: string, args: Record<string, unknown>): Promise<CallToolResult> {
  try {
    return await host.callServerTool(name, args);
  } catch (error) {
    if (error instanceof NoAnswer) throw new Failure("unreachable", words.NO_ANSWER);
    if (error instanceof Refused) throw new Failure("refused", words.refusedFor(error.message));
    throw new Failure("server", WRONG);
  }
}

/** What a tool gave; its refusal, in the words that it has for it. */
function contentOf<T>(result: CallToolResult): T {
  if (result.isError) throw new Failure("refused", wordsOf(result) ?? words.REFUSED);
  if (result.structuredContent === undefined) throw new Failure("server", NOT_READABLE);
  return result.structuredContent as T;
}

function wordsOf({ content }: CallToolResult): string | undefined {
  return content?.find((block) => block.type === "text")?.text;
}

function editing({ text, dueOn }: Patch): Record<string, unknown> {
  const due = dueOn === null ? { noDueDate: true } : { dueOn };
  return { ...(text !== undefined && { todoText: text }), ...(dueOn !== undefined && due) };
}

/** What a result tells. It names at most one todo; of anything else the list itself must tell. */
function deltaOf({ change, changeNumber, todo, changed, open, completed }: Changed): Delta {
  if (change === "unchanged" || changeNumber === undefined) {
    return { version: 0, todos: [], removed: [], open, completed, reload: true };
  }
  const gone = change === "deleted" || change === "cleared";
  const known = todo !== undefined && change !== "undone";
  return {
    version: changeNumber,
    // What the list store looks at: which change it was.
    change: { number: changeNumber, at: "", by: { kind: "browser" }, deed: change, todos: changed, undoable: true, ...(todo && { todo }) },
    todos: known && !gone ? [todo] : [],
    removed: known && gone ? [todo.id] : [],
    open,
    completed,
    ...(!known && { reload: true }),
  };
}
