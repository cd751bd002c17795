// The REST door, `/api/todos`. The caller is known by the session cookie that Stytch's SDK keeps; its JWT lives five
// minutes, so after a sleeping tab the first call may get 401: the session is then renewed once and the call made again.
// Only when that fails too has the session ended.

import type { Todo } from "../todos/todo.ts";
import { problemOf } from "./problem.ts";

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

  constructor(kind: FailureKind, message: string) {
    super(message);
    this.kind = kind;
  }
}

export type TodosApi = {
  list(): Promise<Todo[]>;
  /** `idempotencyKey` lets the same text be sent again after a lost answer without a second todo. */
  create(text: string, idempotencyKey: string): Promise<Todo[]>;
  complete(id: string): Promise<Todo[]>;
  remove(id: string): Promise<Todo[]>;
};

/** Longer than a slow phone network takes, shorter than a person waits. */
const TIMEOUT_MS = 15_000;

/** `renewSession` resolves to false when the session cannot be renewed and rejects when nobody answered. */
export function createTodosApi(renewSession: () => Promise<boolean>): TodosApi {
  let renewing: Promise<boolean> | null = null;

  /** Calls that get 401 at the same moment share one renewal. */
  function renew(): Promise<boolean> {
    renewing ??= renewSession().finally(() => {
      renewing = null;
    });
    return renewing;
  }

  async function send(path: string, init: RequestInit): Promise<Response> {
    try {
      return await fetch(path, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) });
    } catch {
      throw new Failure("unreachable", "The server can’t be reached.");
    }
  }

  async function call(path: string, init: RequestInit): Promise<Todo[]> {
    let response = await send(path, init);
    if (response.status === 401) {
      const renewed = await renew().catch(() => {
        throw new Failure("unreachable", "The server can’t be reached.");
      });
      if (renewed) response = await send(path, init);
      if (response.status === 401) throw new Failure("session-ended", "Your session has ended.");
    }
    if (response.ok) {
      const body = (await response.json().catch(() => null)) as { todos?: Todo[] } | null;
      if (body?.todos) return body.todos;
      throw new Failure("server", "The server’s answer could not be read.");
    }
    const problem = await problemOf(response);
    if (response.status >= 500) throw new Failure("server", problem.detail ?? "The server had a problem.");
    throw new Failure("refused", problem.detail ?? problem.title);
  }

  const one = (id: string) => `/api/todos/${encodeURIComponent(id)}`;
  return {
    // `no-cache` asks the server each time, but lets an unchanged list come back as an empty 304.
    list: () => call("/api/todos", { cache: "no-cache" }),
    create: (text, idempotencyKey) =>
      call("/api/todos", {
        method: "POST",
        headers: { "Content-Type": "application/json", "Idempotency-Key": idempotencyKey },
        body: JSON.stringify({ todoText: text }),
      }),
    complete: (id) => call(`${one(id)}/complete`, { method: "POST" }),
    remove: (id) => call(one(id), { method: "DELETE" }),
  };
}
