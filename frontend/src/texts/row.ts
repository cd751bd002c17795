// What stands in a row, and in the field for a new one.

import { quoted, sentence, type Sentence } from "./sentence.ts";

export const NEW_TODO = "New todo";
export const ADD = "Add";
export const EDIT = "Edit";
export const DELETE = "Delete";
export const TRY_AGAIN = "Try again";
export const DISCARD = "Discard";
export const SAVING = "Saving…";
export const DUE = "due ";
export const OVERDUE = "overdue since ";

/** For those who hear one button after the other. */
export const editing = (text: string): string => `${EDIT}: ${text}`;
export const deleting = (text: string): string => `${DELETE}: ${text}`;

/** Of the mark of an agent. */
export const changedBy = (name: string): string => `Changed by ${name}`;

export const left = (characters: number): string => `${characters} characters left`;

export const begun = (text: string): Sentence => sentence`Begun in another window: ${quoted(text)}`;
export const TAKE_BEGUN = "Write this now";
