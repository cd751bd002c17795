// Brings a row before the person's eyes, also one that is not drawn just now, or folded away.

import { flushSync } from "react-dom";
import { Cell } from "../list/cell.ts";
import type { ListStore } from "../list/list-store.ts";

/** The key of the row that is looked for: it is drawn wherever it is. */
export const sought = new Cell<string | null>(null);

/** The row's own element, if it is drawn. */
export function elementOf(key: string): HTMLElement | null {
  return document.querySelector(`[data-row][data-key="${CSS.escape(key)}"]`);
}

export function isOnScreen(element: HTMLElement): boolean {
  const { top, bottom, height } = element.getBoundingClientRect();
  return height > 0 && top >= 0 && bottom <= innerHeight;
}

/** One that may be among what is on its way is shown when all of that is here, unless the person has gone on to something else. */
export function showRow(store: ListStore, todo: string): void {
  const row = store.rowOf(todo);
  if (row) return showKey(row.key);
  if (store.version.get() !== null) return;
  const focused = document.activeElement;
  const stop = store.state.subscribe(() => {
    if (store.state.get().phase !== "ready") return;
    stop();
    if (document.activeElement === focused) showRow(store, todo);
  });
}

export function showKey(key: string): void {
  // Once more for a row that was looked for before, and is folded away by now.
  flushSync(() => sought.set(null));
  flushSync(() => sought.set(key));
  const element = elementOf(key);
  if (!element) return;
  element.scrollIntoView({ block: "center" });
  element.querySelector<HTMLElement>("[data-handle], textarea")?.focus({ preventScroll: true });
}
