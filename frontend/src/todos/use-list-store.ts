// Gives a component the list of a person and keeps it current for as long as the component is there.

import { useLayoutEffect, useState } from "react";
import { createTodosApi } from "../api/todos.ts";
import { Keeper } from "../kept/keeper.ts";
import { ListStore } from "../list/list-store.ts";
import { watchForChanges } from "../list/live.ts";
import { accountDigest } from "../session/account-digest.ts";
import { logOut, renewSession, type StytchClient } from "../session/client.ts";
import { useStytch } from "../session/session.tsx";

/** Null: what was kept in this browser is being looked for. */
export function useListStore(userId: string): ListStore | null {
  const stytch = useStytch();
  const [store, setStore] = useState<ListStore | null>(null);

  // Not after the first picture, which shows no list.
  useLayoutEffect(() => {
    let close: (() => void) | undefined;
    let isHere = true;
    void Keeper.open(userId).then((keeper) => {
      if (!isHere) return keeper.close();
      const opened = opening(keeper, stytch, userId);
      close = opened.close;
      setStore(opened.store);
    });
    return () => {
      isHere = false;
      close?.();
      setStore(null);
    };
  }, [stytch, userId]);

  return store;
}

function opening(keeper: Keeper, stytch: StytchClient, userId: string): { store: ListStore; close: () => void } {
  const account = accountDigest(userId);
  const api = createTodosApi(() => renewSession(stytch), account);
  const store = new ListStore(api, (code) => ended(code, stytch), keeper);
  // Before the first key can be pressed.
  store.restore(keeper.takeOwn());
  const look = () => {
    const isSeen = document.visibilityState === "visible";
    store.watching.look(isSeen);
    // Another tab may have gone meanwhile.
    if (isSeen) void keeper.takeOver((kept) => store.restore(kept));
  };
  const leave = (event: BeforeUnloadEvent) => {
    if (!keeper.keepsAll()) event.preventDefault();
  };
  look();
  const stopWatching = watchForChanges(store, account);
  document.addEventListener("visibilitychange", look);
  addEventListener("beforeunload", leave);
  return {
    store,
    close: () => {
      stopWatching();
      store.stop();
      keeper.close();
      document.removeEventListener("visibilitychange", look);
      removeEventListener("beforeunload", leave);
    },
  };
}

function ended(code: string | null, stytch: StytchClient): void {
  // In another tab somebody else has logged in: this is their page now, and what was kept here waits for its owner.
  if (code === "another_account") location.reload();
  // Usually the SDK has dropped the session by then; it has not when the server refuses a session that Stytch grants.
  else void logOut(stytch);
}
