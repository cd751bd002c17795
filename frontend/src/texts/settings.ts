// What the settings say of what is connected.

import { CONNECTED_APPS, pageTitle } from "./page.ts";

export { CONNECTED_APPS };
export const PAGE_TITLE = pageTitle(CONNECTED_APPS);
export const BACK = "Back to the list";
/** Before and after whose todos they are. */
export const LEAD = ["What may act on your todos in your name (", ")."] as const;

export const LOADING = "Loading your connected apps";
export const NOT_READABLE = "Your connected apps could not be read";
export const NOTHING = "Nothing is connected";
export const YOUR_LIST = "Your list";
export const NOTHING_LEAD = "shows the address to connect an agent with. Whatever you let in appears here.";

/** The times as people read them; null: it has not called yet. */
export const since = (connected: string, lastUsed: string | null): string =>
  `Connected ${connected} · ${lastUsed === null ? "not used yet" : `last used ${lastUsed}`}`;

export const DISCONNECT = "Disconnect";
export const disconnectingApp = (name: string): string => `${DISCONNECT} ${name}?`;
export const disconnectApp = (name: string): string => `${DISCONNECT} ${name}`;
/** Before and after the app's name. */
export const QUESTION = [`${DISCONNECT} `, "? It is out at once, and has to ask you again."] as const;
export const NOT_TOLD = "The server could not be told. It is still connected.";
export const TRY_AGAIN = "Try again";
export const KEEP = "Keep";
