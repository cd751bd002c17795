// Gives a component the list of a person and keeps it current for as long as the component is there.

import { useLayoutEffect, useState } from "react";
import { createTodosApi } from "../api/todos.ts";
import { Keeper } from "../kept/keeper.ts";
import { ListStore } from "../list/list-store.ts";
import { watchForChanges } from "../list/live.ts";
import { accountDigest } from "../session/account-digest.ts";
import { logOut, renewSession } from "../session/client.ts";
import { useVisitor } from "../session/session.tsx";
import type { Visitor } from "../session/visitor.ts";

type Opened = { userId: string; store: ListStore; close: () => void };

/** Given to the first component that wants it. */
let early: Opened | null = null;

/** Opens the list before there is a component: resolves when there is something of it to draw, so that it is drawn once. */
export async function openEarly(userId: string, visitor: Visitor): Promise<void> {
  early = opening(await Keeper.open(userId), visitor, userId);
  const { rows, state } = early.store;
  const isThere = () => rows.get().length > 0 || state.get().phase !== "loading";
  await new Promise<void>((resolve) => {
    const look = () => isThere() && resolve();
    for (const cell of [rows, state]) cell.subscribe(look);
    look();
  });
}

function takeEarly(userId: string): Opened | null {
  const opened = early;
  early = null;
  if (opened?.userId === userId) return opened;
  opened?.close();
  return null;
}

/** Null: what was kept in this browser is being looked for. */
export function useListStore(userId: string): ListStore | null {
  const visitor = useVisitor();
  const [store, setStore] = useState<ListStore | null>(early?.userId === userId ? early.store : null);

  // Not after the first picture, which shows no list.
  useLayoutEffect(() => {
    let close: (() => void) | undefined;
    let isHere = true;
    const use = (opened: Opened) => {
      close = opened.close;
      setStore(opened.store);
    };
    const opened = takeEarly(userId);
    if (opened) use(opened);
    else
      void Keeper.open(userId).then((keeper) => {
        if (isHere) use(opening(keeper, visitor, userId));
        else keeper.close();
      });
    return () => {
      isHere = false;
      close?.();
      setStore(null);
    };
  }, [visitor, userId]);

  return store;
}

function opening(keeper: Keeper, visitor: Visitor, userId: string): Opened {
  const account = accountDigest(userId);
  const api = createTodosApi(async () => renewSession(await visitor.client()), account);
  const store = new ListStore(api, (code) => ended(code, visitor), keeper);
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
    userId,
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

function ended(code: string | null, visitor: Visitor): void {
  // In another tab somebody else has logged in: this is their page now, and what was kept here waits for its owner.
  if (code === "another_account") location.reload();
  // Usually the SDK has dropped the session by then; it has not when the server refuses a session that Stytch grants.
  else void visitor.client().then(logOut);
}
