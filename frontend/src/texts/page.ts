// What stands around the list.

import { NAME as TODOS } from "../product.ts";
import { numberText } from "./times.ts";

export { TODOS };
export const CLOSE = "Close";
export const SKIP = "Skip to the main part";
export const OPEN = "Open";
export const COMPLETED = "Completed";
export const CLEAR_COMPLETED = "Clear completed";
export const HISTORY = "History";
export const CONNECT = "Connect an agent";
export const CONNECTED_APPS = "Connected apps";
export const account = (name: string): string => `Account: ${name}`;
export const YOUR_ACCOUNT = "Your account";
export const AGENTS = "What agents did";
export const LOG_IN = "Log in";
export const SESSION_ENDED = "Your session has ended";
export const CARRY_ON = "Log in again to carry on.";
export const SESSION_ENDED_LEAD = `${CARRY_ON} What you had typed and not saved is kept in this browser.`;

export const open = (count: number): string => `${numberText(count)} open`;
export const ALL_DONE = "all done";
/** Of a page of its own, for the browser's tab. */
export const pageTitle = (page: string): string => `${page} · ${TODOS}`;
export const title = (news: number): string => (news > 0 ? `(${numberText(news)}) ${TODOS}` : TODOS);
export const SAVING = "Saving…";

export const LOADING = "Loading your todos…";
export const WAITING = "Loading";
export const STILL_WAITING = "Still waiting for the server…";
export const OFFLINE = "No connection. You see the list as it was last read.";
export const UNSENT_OFFLINE = (count: number): string =>
  count === 1 ? "One change is kept here and sent as soon as there is one." : `${count} changes are kept here and sent as soon as there is one.`;

export const NOTHING_TO_DO = "Nothing to do";
/** Around the way to connect an agent. */
export const NOTHING_TO_DO_LEAD = ["Write the first todo below, or ", "connect an agent", " and ask it to plan your week. You both work on this list."] as const;
export const NOT_READABLE = "Your list could not be read";
export const SEEM_OFFLINE = "You seem to be offline";
export const KEPT = "What you did and what you write below is kept.";
export const TRY_AGAIN = "Try again";
