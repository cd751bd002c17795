// The REST API, `/api/todos`. The caller is known by the session cookie that Stytch's SDK keeps; its JWT lives five
// minutes, so after a sleeping tab the first call may get 401: the session is then renewed once and the call made again.
// Only when that fails too has the session ended.

import { takeEarlyList } from "../early/early-list.ts";
import { isShown } from "../early/is-shown.ts";
import { arrivingIn, type Arriving } from "../early/saved-in.ts";
import type { Delta, Saved } from "../list/delta.ts";
import * as words from "../texts/failures.ts";
import { Failure } from "./failure.ts";
import { fetchUnlessSilent } from "./fetch-unless-silent.ts";
import { problemOf } from "./problem.ts";
import type { HistoryPage, Provenance, TodoPatch } from "./schema.ts";

/** What an edit changes; `dueOn: null` takes the date away, what is left out stays. */
export type Patch = Omit<TodoPatch, "text"> & { text?: string };

export type { HistoryPage, Provenance };

/** `key`: the idempotency key of a command. Sent again under it within a day, after a lost answer, nothing is done twice. */
export type TodosApi = {
  /** Whether a command that got no answer may be sent again without asking the person. */
  resends: boolean;
  /**
   * Null: the list is still at the version that is known. Where none is, `onBeginning` may be told of the first todos while the
   * rest is on its way: more than once, if the reading has to be begun again.
   */
  list(known: number | null, onBeginning?: (beginning: Saved) => void): Promise<Saved | null>;
  create(key: string, text: string, dueOn: string | null): Promise<Delta>;
  /** Fails with code `outdated` if the todo is another version by now; without a version it is changed in any case. */
  edit(key: string, id: string, patch: Patch, version?: number): Promise<Delta>;
  complete(key: string, id: string): Promise<Delta>;
  reopen(key: string, id: string): Promise<Delta>;
  remove(key: string, id: string): Promise<Delta>;
  clearCompleted(key: string): Promise<Delta>;
  undo(key: string, change: number): Promise<Delta>;
  history(before?: number): Promise<HistoryPage>;
  /** Who added a todo and who changed it last; left out where that cannot be asked. */
  provenance?(id: string): Promise<Provenance>;
};

async function legible<T>(body: Promise<T>): Promise<T> {
  try {
    return await body;
  } catch {
    throw new Failure("server", words.NOT_READABLE);
  }
}

/** Longer than a slow phone network says nothing, shorter than a person waits. */
const SILENT_MS = 15_000;

/** The most changes that the server tells of at once. */
const HISTORY_PAGE = 100;

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
      return await fetchUnlessSilent(path, { ...init, headers }, SILENT_MS);
    } catch {
      throw new Failure("unreachable", words.UNREACHABLE);
    }
  }

  /** The answer, if it is a good one. */
  async function call(path: string, init: RequestInit = {}): Promise<Response> {
    let response = await send(path, init);
    if (response.status === 401) {
      const renewed = await renew().catch(() => {
        throw new Failure("unreachable", words.UNREACHABLE);
      });
      if (renewed) response = await send(path, init);
      if (response.status === 401) throw new Failure("session-ended", words.SESSION_ENDED, (await problemOf(response)).code);
    }
    if (response.ok || response.status === 304) return response;
    const problem = await problemOf(response);
    if (response.status >= 500 || response.status === 429) throw new Failure("server", problem.detail ?? words.SERVER_PROBLEM);
    throw new Failure("refused", problem.detail ?? problem.title, problem.code);
  }

  const bodyOf = <T>(response: Response): Promise<T> => legible(response.json() as Promise<T>);

  async function list(known: number | null, onBeginning?: (beginning: Saved) => void): Promise<Saved | null> {
    const arrived = async ({ beginning, whole }: Arriving) => {
      const first = known === null ? await beginning : null;
      if (first && onBeginning) {
        onBeginning(first);
        await isShown();
      }
      return whole();
    };
    const headers = known === null ? {} : { "If-None-Match": `"${known}"` };
    const early = known === null ? await takeEarlyList(await account) : null;
    const saved = early && (await arrived(early).catch(() => null));
    if (saved) return saved;
    const response = await call("/api/todos", { headers, cache: "no-store" });
    return response.status === 304 ? null : legible(arrived(arrivingIn(response)));
  }

  /** A change, answered with what changed and not with the whole list. It goes on when the page is closed. */
  async function change(
    method: string,
    path: string,
    key: string,
    { body, version }: { body?: unknown; version?: number | undefined } = {},
  ): Promise<Delta> {
    const response = await call(path, {
      method,
      keepalive: true,
      headers: {
        Prefer: "return=minimal",
        "Idempotency-Key": key,
        ...(body !== undefined && { "Content-Type": "application/json" }),
        ...(version !== undefined && { "If-Match": `"${version}"` }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return bodyOf<Delta>(response);
  }

  const one = (id: string) => `/api/todos/${encodeURIComponent(id)}`;
  return {
    resends: true,
    list,
    create: (key, todoText, dueOn) => change("POST", "/api/todos", key, { body: { todoText, ...(dueOn !== null && { dueOn }) } }),
    edit: (key, id, patch, version) => change("PATCH", one(id), key, { body: patch, version }),
    complete: (key, id) => change("POST", `${one(id)}/complete`, key),
    reopen: (key, id) => change("POST", `${one(id)}/reopen`, key),
    remove: (key, id) => change("DELETE", one(id), key),
    clearCompleted: (key) => change("POST", "/api/todos/clear-completed", key),
    undo: (key, number) => change("POST", `/api/history/${number}/undo`, key),
    history: async (before) => {
      const from = before === undefined ? "" : `&before=${before}`;
      return bodyOf<HistoryPage>(await call(`/api/history?limit=${HISTORY_PAGE}${from}`));
    },
    provenance: async (id) => bodyOf<Provenance>(await call(`${one(id)}/provenance`)),
  };
}
