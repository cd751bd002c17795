// The REST door, `/api/todos`. The caller is known by the session cookie that Stytch's SDK keeps; its JWT lives five
// minutes, so after a sleeping tab the first call may get 401: the session is then renewed once and the call made again.
// Only when that fails too has the session ended.

import type { Saved } from "../todos/news.ts";
import { problemOf } from "./problem.ts";
import type { HistoryPage, News, TodoList, TodoPatch } from "./schema.ts";

/** How a call can fail, as far as a person would act differently. */
export type FailureKind =
  /** No answer: no network, or the server is gone. Nothing is known about whether the change was made. */
  | "unreachable"
  /** Not logged in any more. */
  | "session-ended"
  /** The server understood and said no; `message` says why. */
  | "refused"
  /** The server failed. */
  | "server";

export class Failure extends Error {
  readonly kind: FailureKind;
  /** The server's own name for the reason, where it gave one. */
  readonly code: string | null;

  constructor(kind: FailureKind, message: string, code: string | null = null) {
    super(message);
    this.kind = kind;
    this.code = code;
  }
}

/** What an edit changes; `dueOn: null` takes the date away, what is left out stays. */
export type Patch = Omit<TodoPatch, "text"> & { text?: string };

export type { HistoryPage };

export type TodosApi = {
  /** Null: the list is still at the version that is known. */
  list(known: number | null): Promise<Saved | null>;
  /** `idempotencyKey` lets the same text be sent again after a lost answer without a second todo. */
  create(text: string, idempotencyKey: string): Promise<News>;
  /** Fails with code `outdated` if the todo is another version by now; without a version it is changed in any case. */
  edit(id: string, patch: Patch, version?: number): Promise<News>;
  complete(id: string): Promise<News>;
  reopen(id: string): Promise<News>;
  remove(id: string): Promise<News>;
  clearCompleted(): Promise<News>;
  undo(change: number): Promise<News>;
  history(before?: number): Promise<HistoryPage>;
};

/** Longer than a slow phone network takes, shorter than a person waits. */
const TIMEOUT_MS = 15_000;

/**
 * `renewSession` resolves to false when the session cannot be renewed and rejects when nobody answered. `account` says whose page
 * calls: the cookie may have become somebody else's, and then the answer is a 401 like any.
 */
export function createTodosApi(renewSession: () => Promise<boolean>, account: Promise<string | null>): TodosApi {
  let renewing: Promise<boolean> | null = null;

  /** Calls that get 401 at the same moment share one renewal. */
  function renew(): Promise<boolean> {
    renewing ??= renewSession().finally(() => {
      renewing = null;
    });
    return renewing;
  }

  async function send(path: string, init: RequestInit): Promise<Response> {
    const headers = new Headers(init.headers);
    const digest = await account;
    if (digest !== null) headers.set("X-Account-Digest", digest);
    try {
      return await fetch(path, { ...init, headers, signal: AbortSignal.timeout(TIMEOUT_MS) });
    } catch {
      throw new Failure("unreachable", "The server can’t be reached.");
    }
  }

  /** The answer, if it is a good one. */
  async function call(path: string, init: RequestInit = {}): Promise<Response> {
    let response = await send(path, init);
    if (response.status === 401) {
      const renewed = await renew().catch(() => {
        throw new Failure("unreachable", "The server can’t be reached.");
      });
      if (renewed) response = await send(path, init);
      if (response.status === 401) throw new Failure("session-ended", "Your session has ended.");
    }
    if (response.ok || response.status === 304) return response;
    const problem = await problemOf(response);
    if (response.status >= 500) throw new Failure("server", problem.detail ?? "The server had a problem.");
    throw new Failure("refused", problem.detail ?? problem.title, problem.code);
  }

  async function bodyOf<T>(response: Response): Promise<T> {
    try {
      return (await response.json()) as T;
    } catch {
      throw new Failure("server", "The server’s answer could not be read.");
    }
  }

  async function list(known: number | null): Promise<Saved | null> {
    const headers = known === null ? {} : { "If-None-Match": `"${known}"` };
    const response = await call("/api/todos", { headers, cache: "no-store" });
    if (response.status === 304) return null;
    const { todos } = await bodyOf<TodoList>(response);
    return { version: Number(response.headers.get("ETag")?.replaceAll('"', "")), todos };
  }

  /** A change, answered with what changed and not with the whole list. */
  async function change(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<News> {
    const json = body === undefined ? {} : { "Content-Type": "application/json" };
    const response = await call(path, {
      method,
      headers: { Prefer: "return=minimal", ...json, ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return bodyOf<News>(response);
  }

  const one = (id: string) => `/api/todos/${encodeURIComponent(id)}`;
  return {
    list,
    create: (text, idempotencyKey) =>
      change("POST", "/api/todos", { todoText: text }, { "Idempotency-Key": idempotencyKey }),
    edit: (id, patch, version) =>
      change("PATCH", one(id), patch, version === undefined ? {} : { "If-Match": `"${version}"` }),
    complete: (id) => change("POST", `${one(id)}/complete`),
    reopen: (id) => change("POST", `${one(id)}/reopen`),
    remove: (id) => change("DELETE", one(id)),
    clearCompleted: () => change("POST", "/api/todos/clear-completed"),
    undo: (number) => change("POST", `/api/history/${number}/undo`),
    history: async (before) =>
      bodyOf<HistoryPage>(await call(`/api/history?limit=50${before === undefined ? "" : `&before=${before}`}`)),
  };
}
