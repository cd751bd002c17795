// While the list comes, the row that the person has their hand on stays where it is on the screen, though what comes stands above it.

import { useEffect, useLayoutEffect, useRef } from "react";
import type { ListStore } from "../list/list-store.ts";
import { elementOf, isOnScreen } from "./show-row.ts";

/** To be called by what draws the rows. */
export function useAnchor(store: ListStore): void {
  const anchor = useRef<{ element: Element; top: number } | null>(null);

  useEffect(() => {
    // Whoever listens to a cell hears of it before anything is drawn.
    const look = () => {
      const element = store.state.get().phase === "ready" ? null : inHand(store);
      anchor.current = element && { element, top: element.getBoundingClientRect().top };
    };
    const stops = [store.version, store.goesOn].map((cell) => cell.subscribe(look));
    return () => stops.forEach((stop) => stop());
  }, [store]);

  useLayoutEffect(() => {
    const { current } = anchor;
    anchor.current = null;
    if (current?.element.isConnected) scrollBy(0, current.element.getBoundingClientRect().top - current.top);
  });
}

/** The row that has the focus, else the last one that was added here; null: it is not on the screen. */
function inHand(store: ListStore): HTMLElement | null {
  const added = store.rows.get().findLast(({ key, id }) => key !== id);
  const row = document.activeElement?.closest<HTMLElement>("[data-row]") ?? (added ? elementOf(added.key) : null);
  return row && isOnScreen(row) ? row : null;
}
