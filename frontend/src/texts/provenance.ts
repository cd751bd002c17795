// Who added a todo, and who changed it last.

import type { Sentence } from "./sentence.ts";

export const ADDED = "Added";
export const CHANGED = "Last changed";
export const BY = "by";

/** A name in the middle of a sentence. */
export const inside = (name: Sentence): Sentence => name.map((part) => (part === "You" ? "you" : part));
