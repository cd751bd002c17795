import { useEffect, useRef, useState } from "react";
import { ShownSentence } from "../components/shown-sentence.tsx";
import { useCell } from "../components/use-cell.ts";
import { cardsOf } from "../list/activity.ts";
import type { ListStore } from "../list/list-store.ts";
import type { Sentence } from "../texts/sentence.ts";

/** Several changes are read out as one sentence, once it is quiet. */
const QUIET_MS = 1_000;

/** What agents did, for those who do not see it. */
export function Announcer({ store }: { store: ListStore }) {
  const activity = useCell(store.watching.activity);
  /** Up to which change it was read out. */
  const told = useRef(0);
  const [words, setWords] = useState<Sentence>([]);

  useEffect(() => {
    const timer = setTimeout(() => {
      if (activity.since === null) return;
      const cards = cardsOf({ ...activity, since: Math.max(activity.since, told.current) });
      const upTo = activity.log.at(-1)?.number ?? 0;
      // With the cards, which say the same to those who see. What cannot be said for now is said with what comes next.
      const tell = (words?: typeof import("../texts/agents.ts")) => {
        if (!words) return;
        told.current = upTo;
        setWords(words.summary(cards));
      };
      if (cards.length > 0) import("../texts/agents.ts").then(tell, () => undefined);
      else told.current = upTo;
    }, QUIET_MS);
    return () => clearTimeout(timer);
  }, [activity]);

  return (
    <p className="visually-hidden" role="status">
      <ShownSentence sentence={words} />
    </p>
  );
}
