// The focus never falls to the body: when what has it goes, by whoever's hand, it goes to the nearest place that is left. That is
// the neighbour of a row that has gone, else the todo that Tab leads to, the field for a new one, or the heading. In a dialog it
// stays in the dialog.

const ROW = "[data-row]";
const HANDLE = "[data-handle]";
const PLACES = [`[data-row] ${HANDLE}[tabindex="0"]`, "[data-composer]", "h1"];

const CONTROLS = "button, a[href], input, select, textarea";

type Last = { element: HTMLElement; row: { key: string | undefined; place: number } | null; item: { element: HTMLElement; place: number } | null };

/** Watches the document until the returned function is called. */
export function keepFocus(): () => void {
  let last: Last | null = null;

  const remember = ({ target }: FocusEvent) => {
    if (!(target instanceof HTMLElement)) return;
    const row = target.closest<HTMLElement>(ROW);
    const item = target.closest("li");
    last = {
      element: target,
      row: row && { key: row.dataset.key, place: rows().indexOf(row) },
      item: item && { element: item, place: itemsOf(item.closest("dialog") ?? document.body).indexOf(item) },
    };
  };
  const restore = () => {
    if (!last || document.activeElement !== document.body || isThere(last.element)) return;
    const dialog = document.querySelector<HTMLElement>("dialog[open]");
    const target = dialog ? nearestIn(dialog, last) : nearest(last);
    if (!target) return;
    // A heading is no control: it can have the focus, and is not on the way of Tab.
    if (target.tabIndex < 0) target.tabIndex = -1;
    target.focus({ preventScroll: true });
  };
  // A click into nothing gives the focus up, and so is meant.
  const giveUp = ({ target }: PointerEvent) => {
    if (target instanceof Element && !target.closest("button, a, input, textarea, select, label")) last = null;
  };
  const observer = new MutationObserver(restore);
  observer.observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ["disabled", "hidden", "open"] });
  document.addEventListener("focusin", remember);
  document.addEventListener("pointerdown", giveUp);
  return () => {
    observer.disconnect();
    document.removeEventListener("focusin", remember);
    document.removeEventListener("pointerdown", giveUp);
  };
}

function nearest({ row }: Last): HTMLElement | null {
  if (row) {
    const all = rows();
    const same = all.find(({ dataset }) => dataset.key === row.key);
    const next = same ?? all[Math.min(row.place, all.length - 1)];
    const target = next?.querySelector<HTMLElement>(`textarea, ${HANDLE}`);
    if (target) return target;
  }
  for (const place of PLACES) {
    const found = document.querySelector<HTMLElement>(place);
    if (found && isThere(found)) return found;
  }
  return null;
}

/** In the item of a list that had it, or the next one; else the first control of the dialog. */
function nearestIn(dialog: HTMLElement, { item }: Last): HTMLElement | null {
  const items = itemsOf(dialog);
  const from = item ? (dialog.contains(item.element) ? items.indexOf(item.element) : item.place) : items.length;
  const controls = [...items.slice(from), dialog].flatMap((place) => [...place.querySelectorAll<HTMLElement>(CONTROLS)]);
  return controls.find(isThere) ?? null;
}

function itemsOf(place: HTMLElement): HTMLElement[] {
  return [...place.querySelectorAll("li")];
}

/** Whether an element can have the focus: it is in the page, and nothing hides it or switches it off. */
function isThere(element: HTMLElement): boolean {
  return element.isConnected && element.getClientRects().length > 0 && !element.matches(":disabled");
}

function rows(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>(ROW)];
}
