// Gives a component the list of a user and keeps it current for as long as the component is there.

import { useEffect, useMemo, useSyncExternalStore } from "react";
import { createTodosApi } from "../api/todos.ts";
import { accountDigest } from "../session/account-digest.ts";
import { logOut, renewSession } from "../session/client.ts";
import { useStytch } from "../session/session.tsx";
import { watchForChanges } from "./changes.ts";
import { ListStore, type ListView } from "./list-store.ts";

export function useTodos(userId: string): { store: ListStore; view: ListView } {
  const stytch = useStytch();
  const account = useMemo(() => accountDigest(userId), [userId]);
  const store = useMemo(() => {
    const api = createTodosApi(() => renewSession(stytch), account);
    // Usually the SDK has dropped the session by then; it has not when the server refuses a session that Stytch grants.
    return new ListStore(api, userId, () => void logOut(stytch));
  }, [stytch, userId, account]);
  const view = useSyncExternalStore(store.subscribe, store.view);
  useEffect(() => watchForChanges(store, account), [store, account]);
  return { store, view };
}
