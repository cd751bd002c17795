// Keeps the list and talks to the server for it. Commands go out one at a time in the order they were given; while any is
// under way the list is not read, since an answer that crossed a command would undo it on the page for a moment.

import { Failure, type FailureKind, type TodosApi } from "../api/todos.ts";
import { emptyList, idOf, reduce, rowsOf, type Command, type Event, type List, type Row } from "./list.ts";
import type { Todo } from "./todo.ts";
import { keepUnsent, unsentOf } from "./unsent.ts";

/** Something the person should know, with what they can do about it. */
export type Notice = { id: number; text: string; action?: { label: string; run: () => void } };

export type ListView = {
  rows: readonly Row[];
  /** `loading` and `failed` are about the first reading; once there is a list it stays. */
  phase: "loading" | "failed" | "ready";
  /** Why the first reading failed. */
  failure: { kind: FailureKind; message: string } | null;
  /** The last attempt to reach the server got no answer. */
  offline: boolean;
  /** How many todos the latest news from elsewhere brought or completed; `serial` tells one news from the next. */
  news: { serial: number; todos: number };
  notice: Notice | null;
};

export class ListStore {
  readonly #api: TodosApi;
  readonly #userId: string;
  readonly #onSessionEnded: () => void;
  readonly #listeners = new Set<() => void>();
  #list: List;
  #view: ListView = { rows: [], phase: "loading", failure: null, offline: false, news: { serial: 0, todos: 0 }, notice: null };
  #sending = false;
  #reading: Promise<boolean> | null = null;
  #notices = 0;

  constructor(api: TodosApi, userId: string, onSessionEnded: () => void) {
    this.#api = api;
    this.#userId = userId;
    this.#onSessionEnded = onSessionEnded;
    this.#list = emptyList(unsentOf(userId));
    this.#show({});
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly view = (): ListView => this.#view;

  add(text: string): void {
    this.#command({ kind: "add", key: crypto.randomUUID(), text: text.trim() });
  }

  complete(row: Row): void {
    this.#command({ kind: "complete", key: row.key });
  }

  /** There is no way back at the server; the notice offers to add the same text again. */
  remove(row: Row): void {
    if (row.state === "unsent") {
      this.#reduce({ type: "discarded", key: row.key });
    } else {
      this.#command({ kind: "remove", key: row.key });
    }
    this.#notify(`Deleted ${quoted(row.text)}`, { label: "Add it back", run: () => this.#addBack(row) });
  }

  /** Sends an unsent addition again under the key it had, so that a first attempt that did arrive is not doubled. */
  retry(row: Row): void {
    this.#command({ kind: "add", key: row.key, text: row.text });
  }

  dismissNotice(id: number): void {
    if (this.#view.notice?.id === id) this.#show({ notice: null });
  }

  /** Reads the list. True: it was read, or there was a better reason not to. */
  refresh(): Promise<boolean> {
    if (this.#sending) return Promise.resolve(true);
    this.#reading ??= this.#read().finally(() => {
      this.#reading = null;
    });
    return this.#reading;
  }

  async #read(): Promise<boolean> {
    try {
      const todos = await this.#api.list();
      // A command set out meanwhile: its answer will be newer than this one.
      if (this.#sending) return true;
      const before = this.#list.fresh;
      this.#reduce({ type: "read", todos });
      const { fresh } = this.#list;
      if (fresh !== before) this.#show({ news: { serial: this.#view.news.serial + 1, todos: fresh.size } });
      this.#show({ phase: "ready", failure: null, offline: false });
      return true;
    } catch (error) {
      const { kind, message } = asFailure(error);
      if (kind === "session-ended") this.#onSessionEnded();
      if (this.#view.phase !== "ready") this.#show({ phase: "failed", failure: { kind, message } });
      this.#show({ offline: kind === "unreachable" });
      return false;
    }
  }

  #addBack(row: Row): void {
    const key = crypto.randomUUID();
    this.#command({ kind: "add", key, text: row.text });
    if (row.completed) this.#command({ kind: "complete", key });
  }

  #command(command: Command): void {
    this.#reduce({ type: "commanded", command });
    if (!this.#sending) void this.#sendAll();
  }

  async #sendAll(): Promise<void> {
    this.#sending = true;
    for (;;) {
      const command = this.#list.waiting[0];
      if (!command) break;
      await this.#send(command);
    }
    this.#sending = false;
  }

  async #send(command: Command): Promise<void> {
    const row = this.#view.rows.find(({ key }) => key === command.key);
    try {
      const todos = await this.#carryOut(command);
      this.#reduce({ type: "accepted", command, todos });
      this.#show({ offline: false });
    } catch (error) {
      const { kind, message } = asFailure(error);
      this.#reduce({ type: "failed", command, reason: message });
      this.#show({ offline: kind === "unreachable" });
      if (kind === "session-ended") this.#onSessionEnded();
      if (command.kind !== "add") {
        const text = this.#view.rows.find(({ key }) => key === command.key)?.text ?? row?.text ?? "";
        const what = command.kind === "complete" ? "was not completed" : "was not deleted";
        this.#notify(`${quoted(text)} ${what}. ${message}`);
      }
    }
  }

  #carryOut(command: Command): Promise<Todo[]> {
    if (command.kind === "add") return this.#api.create(command.text, command.key);
    const id = idOf(this.#list, command.key);
    // Gone already, by another hand: what the list looks like now is the answer.
    if (id === null) return this.#api.list();
    return command.kind === "complete" ? this.#api.complete(id) : this.#api.remove(id);
  }

  #notify(text: string, action?: Notice["action"]): void {
    this.#notices += 1;
    this.#show({ notice: { id: this.#notices, text, ...(action && { action }) } });
  }

  #reduce(event: Event): void {
    const before = this.#list;
    this.#list = reduce(before, event);
    const { unsent, waiting } = this.#list;
    if (unsent !== before.unsent || waiting !== before.waiting) keepUnsent(this.#userId, this.#list);
    this.#show({});
  }

  #show(change: Partial<ListView>): void {
    this.#view = { ...this.#view, ...change, rows: rowsOf(this.#list) };
    for (const listener of this.#listeners) listener();
  }
}

function asFailure(error: unknown): Failure {
  return error instanceof Failure ? error : new Failure("server", "Something went wrong.");
}

function quoted(text: string): string {
  const short = text.length > 40 ? `${text.slice(0, 39).trimEnd()}…` : text;
  return `‘${short}’`;
}
