// What the history says.

export const HISTORY = "History";
export const READING = "Reading…";
export const NOTHING_YET = "Nothing has been done yet. What you and your agents do shows up here.";
export const NOTHING_FOUND = "Nothing like that has been done.";
export const TRY_AGAIN = "Try again";
export const SEARCH = "Search the history";
export const BY_WHOM = "By whom";
export const BY_ANYBODY = "By anybody";
export const OLDER = "Show older";
export const SHOW = "Show";
export const UNDO = "Undo";
export const UNDOING = "Undoing…";
export const UNDONE = "Undone";
export const CHANGED = "changed";

export const found = (count: number): string => `${count} ${count === 1 ? "change" : "changes"} found`;
