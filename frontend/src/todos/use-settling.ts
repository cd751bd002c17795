// A todo that has just been ticked stays where it is for a moment, ticked, before it goes to the completed ones: the eye
// sees what the hand did, and the row under the pointer is not suddenly another.

import { useEffect, useState } from "react";
import type { Row } from "./list.ts";

/** From the last tick on, so that several can be ticked in a row and nothing moves meanwhile. */
const SETTLE_MS = 800;

export function useSettling(rows: readonly Row[]): { open: Row[]; completed: Row[] } {
  const [seen, setSeen] = useState(rows);
  const [settling, setSettling] = useState<ReadonlySet<string>>(new Set());

  if (rows !== seen) {
    const wasOpen = new Set(seen.filter((row) => !row.completed).map((row) => row.key));
    const ticked = rows.filter((row) => row.completed && wasOpen.has(row.key)).map((row) => row.key);
    setSeen(rows);
    if (ticked.length > 0) setSettling(new Set([...settling, ...ticked]));
  }

  useEffect(() => {
    if (settling.size === 0) return;
    const timer = setTimeout(() => setSettling(new Set()), SETTLE_MS);
    return () => clearTimeout(timer);
  }, [settling]);

  const stays = (row: Row) => !row.completed || settling.has(row.key);
  return { open: rows.filter(stays), completed: rows.filter((row) => !stays(row)) };
}
