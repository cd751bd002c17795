// The history as far as it was read. It is read again while the list changes, and what was read before stays: nothing collapses
// under the eyes of who reads it.

import { useCallback, useEffect, useState } from "react";
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

  /** Reads from the newest, or from `before` on, until `isEnough`. */
  const readFrom = useCallback(
    async (known: Read | null, isEnough: (read: Read) => boolean) => {
      try {
        let current = known ?? { entries: [], next: undefined };
        do {
          const { changes, next } = await store.history(current.next);
          current = { entries: [...current.entries, ...changes], next };
        } while (current.next !== undefined && !isEnough(current));
        setRead((before) => (known === null && before ? merged(current, before) : current));
        setProblem(null);
      } catch (error) {
        setProblem(asFailure(error).message);
      }
    },
    [store],
  );

  const readAgain = useCallback(() => readFrom(null, () => true), [readFrom]);
  useEffect(() => void readAgain(), [readAgain, version]);

  const readOlder = useCallback(
    (everything: boolean) => (read?.next === undefined ? Promise.resolve() : readFrom(read, () => !everything)),
    [read, readFrom],
  );

  return { entries: read?.entries ?? null, hasMore: read?.next !== undefined, problem, readOlder, readAgain };
}

/** The newest, with the older ones that were read before. */
function merged(newest: Read, before: Read): Read {
  const oldest = newest.entries.at(-1)?.number ?? 0;
  const older = before.entries.filter(({ number }) => number < oldest);
  // Where nothing connects the two, the older ones are read again when they are asked for.
  const isConnected = older[0]?.number === oldest - 1;
  return isConnected ? { entries: [...newest.entries, ...older], next: before.next } : newest;
}
