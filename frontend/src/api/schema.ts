// Written by scripts/api-types.ts from /api/openapi.json. Do not edit.

/** One change of the list. */
export type HistoryEntry = {
  /** The change's number: the changes of a list are numbered from 1. */
  number: number;
  /** A moment, RFC 3339, UTC. */
  at: string;
  /** Who did it: the person in their browser, or an app they have connected. */
  by: {
    kind: "browser";
  } | {
    kind: "app";
    /** The app's OAuth client id. */
    id: string;
    /** The name it goes by. */
    name: string;
  };
  /** What was done. */
  deed: "created" | "edited" | "completed" | "reopened" | "deleted" | "cleared" | "undone";
  /** The change that was taken back. */
  undoes?: {
    number: number;
    /** What was done. */
    deed: "created" | "edited" | "completed" | "reopened" | "deleted" | "cleared" | "undone";
  };
  /** How many todos it touched. */
  todos: number;
  /** The todo after the change, a deleted one as it was last; absent where it touched several. */
  todo?: Todo;
  /** The text before, where the change gave the todo another. */
  textBefore?: string;
  /** Whether it can be undone: nothing newer stands in the way. */
  undoable: boolean;
};

/** Changes of the list, newest first. */
export type HistoryPage = {
  changes: Array<HistoryEntry>;
  /** Pass it as `before` for older changes; absent at the end of the history. */
  next?: number;
};

/** What brings a copy of the list from the version before up to this one. */
export type ListDelta = {
  /** The number of the list's newest change that this tells of. */
  version: number;
  /** What happened; absent where nothing did. */
  change?: HistoryEntry;
  /** Todos that are new or different. Where nothing happened, the todo that was asked about. */
  todos: Array<Todo>;
  /** Todos that are gone. */
  removed: Array<string>;
  /** How many todos of the list are open now. */
  open: number;
  /** How many are completed. */
  completed: number;
  /** The rest of this does not tell everything: read the list again. */
  reload?: boolean;
};

export type NewTodo = {
  /** The text as typed; it is trimmed. */
  todoText: string;
  /** A calendar date, such as 2026-11-30. */
  dueOn?: string | null;
};

/** Why a request was refused (RFC 9457). */
export type Problem = {
  type: string;
  title: string;
  status: number;
  /** A sentence for the person. */
  detail: string;
  /** The reason's stable name, for programs. */
  code: string;
};

/** Who added a todo, and who changed it last. What is not known is absent. */
export type Provenance = {
  /** Who did it: the person in their browser, or an app they have connected. */
  addedBy?: {
    kind: "browser";
  } | {
    kind: "app";
    /** The app's OAuth client id. */
    id: string;
    /** The name it goes by. */
    name: string;
  };
  /** Absent where nobody has changed it since it was added. */
  changedBy?: {
    kind: "browser";
  } | {
    kind: "app";
    /** The app's OAuth client id. */
    id: string;
    /** The name it goes by. */
    name: string;
  };
  /** A moment, RFC 3339, UTC. */
  changedAt?: string;
};

/** One todo. */
export type Todo = {
  /** The todo's id. */
  id: string;
  /** One line of plain text. */
  text: string;
  completed: boolean;
  /** A moment, RFC 3339, UTC. */
  createdAt: string;
  /** When it was completed; absent while it is open. */
  completedAt?: string;
  /** The day by which it should be done; absent where there is none. */
  dueOn?: string;
  /** The number of the change that made it what it is: the same number, the same todo. */
  version?: number;
};

/** The list: open todos before completed ones, each oldest first. */
export type TodoList = {
  todos: Array<Todo>;
};

export type TodoPatch = {
  /** One line of plain text. */
  text?: string | null;
  /** `null`: there is none any more. */
  dueOn?: string | null;
};
