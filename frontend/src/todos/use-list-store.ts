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

type Opened = { store: ListStore; close: () => void };

/** A list that is opened before there is a component; `here` once it is. */
type Early = { userId: string; opening: Promise<Opened>; here?: Opened };

/** Given to the first component that wants it, also while it is being opened: a second one would not have what was kept. */
let early: Early | null = null;

/** Opens the list before there is a component: resolves when there is something of it to draw, so that it is drawn once. */
export async function openEarly(userId: string, visitor: Visitor): Promise<void> {
  const begun: Early = { userId, opening: open(userId, visitor) };
  early = begun;
  begun.here = await begun.opening;
  const { rows, state } = begun.here.store;
  await new Promise<void>((resolve) => {
    const look = () => (rows.get()[0] || state.get().phase !== "loading") && resolve();
    for (const cell of [rows, state]) cell.subscribe(look);
    look();
  });
}

function takeEarly(userId: string): Promise<Opened> | null {
  const taken = early;
  early = null;
  if (taken?.userId === userId) return taken.opening;
  void taken?.opening.then(({ close }) => close());
  return null;
}

/** Null: what was kept in this browser is being looked for. */
export function useListStore(userId: string): ListStore | null {
  const visitor = useVisitor();
  const [store, setStore] = useState((early?.userId === userId && early.here?.store) || null);

  // Not after the first picture, which shows no list.
  useLayoutEffect(() => {
    let close: (() => void) | undefined;
    let isHere = true;
    void (takeEarly(userId) ?? open(userId, visitor)).then((opened) => {
      if (!isHere) return opened.close();
      close = opened.close;
      setStore(opened.store);
    });
    return () => {
      isHere = false;
      close?.();
      setStore(null);
    };
  }, [visitor, userId]);

  return store;
}

async function open(userId: string, visitor: Visitor): Promise<Opened> {
  return opening(await Keeper.open(userId), visitor, userId);
}

function opening(keeper: Keeper, visitor: Visitor, userId: string): Opened {
  const account = accountDigest(userId);
  const api = createTodosApi(async () => renewSession(await visitor.client()), account);
  const store = new ListStore(api, (code) => ended(code, visitor), keeper);
  // Before the first key can be pressed.
  store.restore(keeper.takeOwn());
  let waiting = new AbortController();
  const look = () => {
    const isSeen = document.visibilityState === "visible";
    store.watching.look(isSeen);
    waiting.abort();
    waiting = new AbortController();
    if (isSeen) void keeper.takeOver((kept) => store.restore(kept), waiting);
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
      waiting.abort();
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
