// A todo as the REST door gives it, and the rules a text must keep. The server has the last word on both.

import type { Todo as FullTodo } from "../api/schema.ts";

/** As much of it as the page needs. */
export type Todo = Pick<FullTodo, "id" | "text" | "completed" | "dueOn" | "version">;

/** Counted as a person would: characters (code points), not UTF-16 units, after trimming. */
export const TEXT_LIMIT = 1000;

/** From here on the page shows how many characters are left. */
export const TEXT_LIMIT_NEAR = 900;

// C0, DEL and C1: the controls of Unicode's category Cc, tab and line feed among them.
const CONTROL = /\p{Cc}/u;
const CONTROLS = /\p{Cc}+/gu;

export function textLength(text: string): number {
  return [...text.trim()].length;
}

/** What is wrong with a text, in words for the person; null when nothing is. An empty text is no mistake, just nothing to add. */
export function textProblem(text: string): string | null {
  const over = textLength(text) - TEXT_LIMIT;
  if (over > 0) return `Too long by ${over} ${over === 1 ? "character" : "characters"}. The limit is ${TEXT_LIMIT}.`;
  if (CONTROL.test(text.trim())) return "The text contains characters that cannot be shown.";
  return null;
}

/** Pasted text on one line: a line break or tab in it becomes a space, as it would in any one-line field. */
export function onOneLine(text: string): string {
  return text.replace(CONTROLS, " ");
}
