// Brings a row before the person's eyes.

import type { ListStore } from "../list/list-store.ts";

/** The row's own element, wherever it is drawn. */
export function elementOf(key: string): HTMLElement | null {
  return document.querySelector(`[data-row][data-key="${CSS.escape(key)}"]`);
}

export function isOnScreen(element: HTMLElement): boolean {
  const { top, bottom, height } = element.getBoundingClientRect();
  return height > 0 && top >= 0 && bottom <= innerHeight;
}

export function showRow(store: ListStore, todo: string): void {
  const row = store.rowOf(todo);
  if (row) showKey(row.key);
}

export function showKey(key: string): void {
  const element = elementOf(key);
  if (!element) return;
  element.scrollIntoView({ block: "center" });
  element.querySelector<HTMLElement>("[data-handle], textarea")?.focus({ preventScroll: true });
}
