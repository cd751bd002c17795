// What happens to a row that is not on the screen is said where the person is looking, with the way there.

import { useEffect, useMemo, useRef } from "react";
import { useCell } from "../components/use-cell.ts";
import { conflictsOf, type Draft, type Drafts } from "../list/drafts.ts";
import type { Row } from "../list/list.ts";
import type { ListStore } from "../list/list-store.ts";
import * as words from "../texts/off-screen.ts";
import { elementOf, isOnScreen, showKey } from "./show-row.ts";

/** What may be to be said of a row; null: nothing. */
type State = "added" | "unsaved" | "conflict" | null;

const keysOf = (drafts: Drafts): string => [...drafts.keys()].join(" ");

/** A component of its own, so that a key that is pressed draws nothing else anew. */
export function OffScreen({ store }: { store: ListStore }): null {
  const rows = useCell(store.rows);
  const drafts = useCell(store.editing.drafts);
  const edited = useCell(store.editing.drafts, keysOf);
  // Nearly all are plain: they are passed over once, and not with every key that is pressed.
  const notPlain = useMemo(() => rows.filter((row) => !isPlain(row, store.editing.drafts.get().get(row.key))), [rows, edited, store]);
  const known = useRef(new Map<string, State>());

  useEffect(() => {
    const before = known.current;
    // Once is enough for an addition, though it is taken back and comes again.
    const after = new Map([...before].filter(([, state]) => state === "added"));
    for (const row of notPlain) after.set(row.key, stateOf(row, drafts.get(row.key)));
    known.current = after;
    for (const [key, state] of before) if (after.get(key) !== state) store.notices.settle(key);
    for (const row of notPlain) {
      const { key } = row;
      const state = after.get(key) ?? null;
      if (state === null || before.get(key) === state) continue;
      const element = elementOf(key);
      if (element && isOnScreen(element)) continue;
      const action = { label: words.SHOW, run: () => showKey(key) };
      if (state === "added") store.notices.say(words.added(row.text), action);
      else store.notices.fail(state === "unsaved" ? words.unsaved(row.text, row.problem?.message) : words.conflict(row.text), action, key);
    }
  }, [notPlain, drafts, store]);

  return null;
}

function isPlain({ state, given }: Row, draft: Draft | undefined): boolean {
  return state === "saved" && !given && !draft;
}

function stateOf(row: Row, draft: Draft | undefined): State {
  if (draft && (row.state === "gone" || conflictsOf(draft, row).length > 0)) return "conflict";
  if (row.state === "unsaved" || row.state === "refused") return "unsaved";
  return row.given?.command.kind === "add" && row.given.tries <= 1 ? "added" : null;
}
