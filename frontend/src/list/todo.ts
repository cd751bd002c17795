// A todo as the REST API gives it, and the rules a text must keep. The server has the last word on both (crates/text).

import type { Todo as FullTodo } from "../api/schema.ts";
import { charactersOf } from "../texts/sentence.ts";
import { tooLong, TOO_MANY_MARKS, TOO_MANY_PARTS } from "../texts/typing.ts";
import { withoutHidden } from "./hidden.ts";

/** As much of it as the page needs. */
export type Todo = Pick<FullTodo, "id" | "text" | "completed" | "dueOn" | "version"> & Partial<Pick<FullTodo, "createdAt">>;

/** In characters as people count them (grapheme clusters), after trimming. */
export const TEXT_LIMIT = 1000;

/** In bytes of UTF-8: some characters are made of many. */
const TEXT_BYTES = 4000;

/** From here on the page shows how many characters are left. */
export const TEXT_LIMIT_NEAR = 900;

// C0, DEL and C1, tab and line feed among them, and the two separators that end a line.
const CONTROLS = /[\p{Cc}\p{Zl}\p{Zp}]+/gu;

const PILED_MARKS = /[\p{Mn}\p{Me}]{5}/u;

/** White space, and what is drawn as nothing although it is a character. */
const SEEN = /[^\s\u2800\u{13441}\u{13442}\u{16FE4}\u{1D159}\p{Default_Ignorable_Code_Point}]/u;

/** Zero for a text in which nothing can be seen. */
export function textLength(text: string): number {
  const trimmed = text.trim();
  // Nothing is looked for in nothing: such expressions are large, and made when they are first used.
  if (trimmed === "" || !SEEN.test(trimmed)) return 0;
  // No text has more characters than code units.
  return trimmed.length < TEXT_LIMIT_NEAR ? trimmed.length : charactersOf(trimmed).length;
}

/** What is wrong with a text, in words for the person; null when nothing is. An empty text is no mistake, just nothing to add. */
export function textProblem(text: string): string | null {
  if (text === "") return null;
  const over = textLength(text) - TEXT_LIMIT;
  if (over > 0) return tooLong(over, TEXT_LIMIT);
  if (text.length > TEXT_LIMIT && new TextEncoder().encode(text.trim()).length > TEXT_BYTES)
    return TOO_MANY_PARTS;
  if (PILED_MARKS.test(text)) return TOO_MANY_MARKS;
  return null;
}

/** Typed or pasted text on one line: the end of a line or a tab in it becomes a space, and what nobody sees is left out. */
export function onOneLine(text: string): string {
  return withoutHidden(text.replace(CONTROLS, " "));
}
