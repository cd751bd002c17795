// Draws of a long list what is near the screen (window.ts). How high a row is that was not drawn yet is guessed from its text;
// the browser's scroll anchoring keeps what is seen in its place when a guess was wrong.

import { useEffect, useLayoutEffect, useMemo, useRef, useState, type RefObject } from "react";
import { flushSync } from "react-dom";
import { useCell } from "../components/use-cell.ts";
import type { Row } from "../list/list.ts";
import { sought } from "./show-row.ts";
import { between, piecesOf, placesOf, type Piece, type Range } from "./window.ts";

/** A shorter list is drawn whole: the browser finds every word in it, and nothing can go wrong. */
const DRAWN_WHOLE = 200;

/** Drawn above and below the screen. */
const AROUND_PX = 700;

/** Rows that are there on both sides of one with the focus: where the arrow keys go next. */
const NEIGHBOURS = 4;

const LINE_PX = 24;
const PADDING_PX = 20;
const DUE_PX = 20;
const CHARACTER_PX = 8;
/** What of a row's width its text does not get. */
const BESIDE_PX = 130;

/** @param held the key of the row that the person's hand is on */
export function useWindow(rows: readonly Row[], list: RefObject<HTMLElement | null>, held: string | null): { pieces: readonly Piece[]; isWindowed: boolean } {
  const isLong = rows.length > DRAWN_WHOLE;
  const isPrinting = useIsPrinting();
  const wanted = useCell(sought);
  /** The screen, measured from the head of the list; null: it was not looked at yet. */
  const [screen, setScreen] = useState<{ top: number; bottom: number; width: number } | null>(null);
  const measured = useRef(new Map<string, number>());
  const [measuredAt, setMeasuredAt] = useState(0);

  const width = screen?.width ?? 640;
  const places = useMemo(() => {
    const heights = isLong ? rows.map((row) => measured.current.get(row.key) ?? guess(row, width)) : [];
    return placesOf(heights, isLong ? rows.length : 0);
    // What is measured is in a ref, of which `measuredAt` tells.
  }, [isLong, rows, width, measuredAt]);
  const indexOf = (key: string | null) => (isLong && key !== null ? rows.findIndex((row) => row.key === key) : -1);
  const [heldAt, wantedAt] = [useMemo(() => indexOf(held), [isLong, rows, held]), useMemo(() => indexOf(wanted), [isLong, rows, wanted])];

  useEffect(() => {
    if (!isLong) return;
    let frame = 0;
    const look = () => {
      frame = 0;
      const box = list.current?.getBoundingClientRect();
      if (!box) return;
      // In steps, so that not every pixel draws anew.
      const step = (height: number) => Math.round(height / 200) * 200;
      const next = { top: step(-box.top) - AROUND_PX, bottom: step(innerHeight - box.top) + AROUND_PX, width: box.width };
      setScreen((now) => (now && now.top === next.top && now.bottom === next.bottom && now.width === next.width ? now : next));
    };
    const soon = () => {
      frame ||= requestAnimationFrame(look);
    };
    look();
    addEventListener("scroll", soon, { passive: true });
    addEventListener("resize", soon);
    return () => {
      cancelAnimationFrame(frame);
      removeEventListener("scroll", soon);
      removeEventListener("resize", soon);
    };
  }, [isLong, list, rows]);

  // Every drawn row is as high as it is. Of the first ones it is found out once they are seen: nothing stands above them.
  useLayoutEffect(() => {
    if (!isLong || !screen || !list.current) return;
    let isNew = false;
    for (const element of list.current.querySelectorAll<HTMLElement>(":scope > [data-row]")) {
      const { key = "" } = element.dataset;
      const height = element.offsetHeight;
      if (measured.current.get(key) === height) continue;
      measured.current.set(key, height);
      isNew = true;
    }
    if (isNew) setMeasuredAt((at) => at + 1);
  });

  if (!isLong || isPrinting) return { pieces: rows.length > 0 ? [{ kind: "rows", first: 0, last: rows.length - 1 }] : [], isWindowed: false };
  const near = (index: number): Range[] => (index < 0 ? [] : [[index - NEIGHBOURS, index + NEIGHBOURS]]);
  // First those that may be seen at once, and what is around them after that.
  const seen = screen ? between(places, screen.top, screen.bottom) : ([0, Math.ceil(innerHeight / (LINE_PX + PADDING_PX))] satisfies Range);
  const ends: Range[] = [
    [0, 0],
    [rows.length - 1, rows.length - 1],
  ];
  return { pieces: piecesOf(places, [...ends, ...(seen ? [seen] : []), ...near(heldAt), ...near(wantedAt)]), isWindowed: true };
}

/** On paper everything is drawn. */
function useIsPrinting(): boolean {
  const [isPrinting, setIsPrinting] = useState(false);
  useEffect(() => {
    const before = () => flushSync(() => setIsPrinting(true));
    const after = () => setIsPrinting(false);
    addEventListener("beforeprint", before);
    addEventListener("afterprint", after);
    return () => {
      removeEventListener("beforeprint", before);
      removeEventListener("afterprint", after);
    };
  }, []);
  return isPrinting;
}

function guess({ text, dueOn }: Row, width: number): number {
  const perLine = Math.max((width - BESIDE_PX) / CHARACTER_PX, 10);
  return Math.ceil(Math.max(text.length, 1) / perLine) * LINE_PX + PADDING_PX + (dueOn ? DUE_PX : 0);
}
