// The focus never falls to the body: when the row that has it goes, by whoever's hand, its neighbour takes it.

import { useEffect, type RefObject } from "react";

const ROW = "[data-row]";
const HANDLE = "[data-handle]";

export function useFocusKept(list: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const root = list.current;
    if (!root) return;
    let last: { key: string | undefined; place: number } | null = null;

    const remember = ({ target }: FocusEvent) => {
      const row = target instanceof Element ? target.closest<HTMLElement>(ROW) : null;
      last = row ? { key: row.dataset.key, place: rowsOf(root).indexOf(row) } : null;
    };
    const restore = () => {
      if (!last || document.activeElement !== document.body || document.querySelector("dialog[open]")) return;
      const rows = rowsOf(root);
      const same = rows.find(({ dataset }) => dataset.key === last?.key);
      const row = same ?? rows[Math.min(last.place, rows.length - 1)];
      const target = row?.querySelector<HTMLElement>(`textarea, ${HANDLE}`) ?? root.querySelector<HTMLElement>("[data-composer]");
      target?.focus({ preventScroll: true });
    };
    const observer = new MutationObserver(restore);
    observer.observe(root, { childList: true, subtree: true });
    root.addEventListener("focusin", remember);
    // A click into nothing gives the focus up, and so is meant.
    const giveUp = ({ target }: PointerEvent) => {
      if (target instanceof Element && !target.closest(ROW)) last = null;
    };
    document.addEventListener("pointerdown", giveUp);
    return () => {
      observer.disconnect();
      root.removeEventListener("focusin", remember);
      document.removeEventListener("pointerdown", giveUp);
    };
  }, [list]);
}

function rowsOf(root: HTMLElement): HTMLElement[] {
  return [...root.querySelectorAll<HTMLElement>(ROW)];
}
