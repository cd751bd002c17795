// What is said before somebody logs out, and after.

export const LOG_OUT = "Log out";
export const LOGGING_OUT = "Logging out…";
export const NOT_SAVED = "Some of it is not saved";
export const STAY = "Stay";
export const LOG_OUT_ANYWAY = "Log out and discard";

export const STILL_IN = "You are still logged in";

export const unsaved = (count: number): string =>
  count === 1
    ? "One thing that you typed or did has not reached the server yet. Logging out takes it off this browser for good."
    : `${count} things that you typed or did have not reached the server yet. Logging out takes them off this browser for good.`;

export const ASK = "Log out?";
export const ASKED_BY_APP = "An app asked that you log out of your todos in this browser. Connected agents stay connected.";
export const OUT = "You are logged out";
export const OUT_LEAD = "You can close this page.";
export const WAS_OUT_LEAD = "Nobody is logged in to todos in this browser. You can close this page.";
export const goOnTo = (name: string): string => `Go on to ${name}`;
