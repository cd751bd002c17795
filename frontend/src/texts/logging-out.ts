// What is said before somebody logs out.

export const LOG_OUT = "Log out";
export const LOGGING_OUT = "Logging out…";
export const NOT_SAVED = "Some of it is not saved";
export const STAY = "Stay";
export const LOG_OUT_ANYWAY = "Log out and discard";

export const unsaved = (count: number): string =>
  count === 1
    ? "One thing that you typed or did has not reached the server yet. Logging out takes it off this browser for good."
    : `${count} things that you typed or did have not reached the server yet. Logging out takes them off this browser for good.`;
