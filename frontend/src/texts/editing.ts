// What the editor of a todo says.

import { today } from "../list/due.ts";
import type { Actor, HistoryEntry } from "../list/delta.ts";
import type { Field } from "../list/merge.ts";
import { actorName } from "./changes.ts";
import { happenedWords } from "./list.ts";
import { sentence, type Sentence } from "./sentence.ts";
import { dateText } from "./times.ts";

export const TEXT = "Text";
export const DUE_DATE = "Due date";
export const SAVE = "Save";
export const CANCEL = "Cancel";
export const KEEP = "Keep";
export const ADD_AGAIN = "Keep as a new todo";
export const DISCARD = "Discard";
export const KEEP_MINE = "Keep mine";
export const USE_THEIRS = "Use theirs";

export const MINE: Record<Field, string> = { text: "Yours", dueOn: "Your date" };

/** What was done to the todo while it was being edited; it is not always known by whom. */
export function happened(entry: HistoryEntry | undefined, isGone: boolean, dateToo: boolean): Sentence {
  if (entry) return happenedWords(entry, dateToo);
  return [isGone ? "This was deleted meanwhile." : "This was changed meanwhile."];
}

export function theirs(field: Field, by: Actor | undefined): Sentence {
  if (!by) return [field === "text" ? "Now on the list" : "The date on the list"];
  return field === "text" ? sentence`From ${actorName(by)}` : sentence`The date from ${actorName(by)}`;
}

export const dateOrNone = (date: string | null): string => (date === null ? "No date" : dateText(date, today()));
