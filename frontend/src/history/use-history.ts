// The history as far as it was read. It is read again while the list changes, and what was read before stays: nothing collapses
// under the eyes of who reads it.

import { useCallback, useEffect, useRef, useState } from "react";
import { asFailure } from "../api/failure.ts";
import type { HistoryEntry } from "../list/delta.ts";
import type { ListStore } from "../list/list-store.ts";

export type History = {
  /** Newest first; null: not read yet. */
  entries: readonly HistoryEntry[] | null;
  hasMore: boolean;
  problem: string | null;
  /** Reads what is older; everything, where it is to be searched. */
  readOlder(everything: boolean): Promise<void>;
  readAgain(): Promise<void>;
};

type Read = { entries: HistoryEntry[]; next: number | undefined };

export function useHistory(store: ListStore, version: number | null): History {
  const [read, setRead] = useState<Read | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  /** The same, for who reads on while it is not drawn yet. */
  const latest = useRef<Read | null>(null);

  /** Reads what is older than `before`, or from the newest on, until `isEnough`. */
  const readFrom = useCallback(
    async (before: number | undefined, isEnough: (part: Read) => boolean) => {
      try {
        let part: Read = { entries: [], next: before };
        do {
          const { changes, next } = await store.history(part.next);
          part = { entries: [...part.entries, ...changes], next };
        } while (part.next !== undefined && !isEnough(part));
        // Nothing from the newest on: the list was restored, and what was read is no history of it any more.
        const isGone = before === undefined && part.entries.length === 0;
        latest.current = latest.current && !isGone ? merged(part, latest.current) : part;
        setRead(latest.current);
        setProblem(null);
      } catch (error) {
        setProblem(asFailure(error).message);
      }
    },
    [store],
  );

  const readAgain = useCallback(() => {
    const newest = latest.current?.entries[0]?.number;
    return readFrom(undefined, ({ entries }) => newest === undefined || (entries.at(-1)?.number ?? 0) <= newest + 1);
  }, [readFrom]);
  useEffect(() => void readAgain(), [readAgain, version]);

  const next = read?.next;
  const readOlder = useCallback(
    (everything: boolean) => (next === undefined ? Promise.resolve() : readFrom(next, () => !everything)),
    [next, readFrom],
  );

  return { entries: read?.entries ?? null, hasMore: next !== undefined, problem, readOlder, readAgain };
}

/** What was read before, with a part read anew in the place of what it was. */
function merged(part: Read, before: Read): Read {
  const newest = part.entries[0]?.number ?? 0;
  const oldest = part.entries.at(-1)?.number ?? 0;
  const newer = before.entries.filter(({ number }) => number > newest);
  const older = before.entries.filter(({ number }) => number < oldest);
  // Where nothing connects the two, the older ones are read again when they are asked for.
  const isConnected = older[0]?.number === oldest - 1;
  return { entries: [...newer, ...part.entries, ...(isConnected ? older : [])], next: isConnected ? before.next : part.next };
}
