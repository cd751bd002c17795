// How the board learns of changes made elsewhere: the host passes on what the server tells it, or else the board looks from
// time to time, as long as it is seen.

import type { ListStore } from "../list/list-store.ts";
import type { Host } from "./host.ts";

/** A look is a call of a tool, which a host may write down or count. */
const LOOK_MS = 20_000;

/** Changes come in rows, and the board's own are told as well, just before their answers. */
const SETTLE_MS = 250;

let settling: ReturnType<typeof setTimeout> | undefined;

/** Something happened, and it is not known what: the list is read, once for all that happens in a moment. */
export function somethingChanged(store: ListStore): void {
  settling ??= setTimeout(() => {
    settling = undefined;
    if (store.version.get() === null) return void store.refresh();
    store.hear({ version: Number.MAX_SAFE_INTEGER, todos: [], removed: [], open: 0, completed: 0, reload: true });
  }, SETTLE_MS);
}

export function keepLooking(store: ListStore, host: Host): void {
  if (!host.callsTools) return;
  const look = () => {
    if (document.visibilityState === "visible") void store.refresh();
  };
  // What was told while nobody was there may not have been kept for them.
  document.addEventListener("visibilitychange", look);
  addEventListener("focus", look);
  // Until there is an answer again, whatever the host passes on.
  let retry: ReturnType<typeof setTimeout> | undefined;
  store.state.subscribe(() => {
    if (!store.state.get().offline) return;
    retry ??= setTimeout(() => {
      retry = undefined;
      look();
    }, LOOK_MS);
  });
  if (!host.tellsOfChanges) setInterval(look, LOOK_MS);
}
