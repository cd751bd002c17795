// The first todos of a long list, read while the rest of it is on its way: `{"todos":[…]}` comes in the order in which it is shown.

import type { TodoList } from "../api/schema.ts";

/** A list with no more todos than this has no beginning. It is longer than one that is drawn whole (todos/use-window.ts). */
export const BEGINNING = 250;

/** What stands between two todos, and in no text: a quotation mark in one has a backslash before it, the one that ends it a comma behind. */
const BETWEEN = '},{"id';

/** Null: the list ended before, or broke off, or is no list of todos. Of the body no more is read than that. */
export async function beginningIn(body: ReadableStream<Uint8Array>): Promise<TodoList["todos"] | null> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  let [found, end] = [0, 0];
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return null;
      text += decoder.decode(value, { stream: true });
      for (let next; found < BEGINNING && (next = text.indexOf(BETWEEN, end + 1)) !== -1; found += 1) end = next;
      if (found === BEGINNING) return (JSON.parse(`${text.slice(0, end)}}]}`) as TodoList).todos;
    }
  } catch {
    return null;
  } finally {
    reader.cancel().catch(() => undefined);
  }
}
