import { useSyncExternalStore } from "react";
import type { Cell } from "../list/cell.ts";

/** The value of a cell, or what is selected of it; the component is drawn again when that is another. */
export function useCell<T>(cell: Cell<T>): T;
export function useCell<T, S>(cell: Cell<T>, select: (value: T) => S): S;
export function useCell<T, S>(cell: Cell<T>, select?: (value: T) => S): T | S {
  return useSyncExternalStore(cell.subscribe, () => (select ? select(cell.get()) : cell.get()));
}
