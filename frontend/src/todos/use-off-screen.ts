// What happens to a row that is not on the screen is said where the person is looking, with the way there.

import { useEffect, useRef } from "react";
import { useCell } from "../components/use-cell.ts";
import { conflictsOf, type Draft } from "../list/drafts.ts";
import type { Row } from "../list/list.ts";
import type { ListStore } from "../list/list-store.ts";
import * as words from "../texts/off-screen.ts";
import { elementOf, isOnScreen, showKey } from "./show-row.ts";

/** What may be to be said of a row; null: nothing. */
type State = "added" | "unsaved" | "conflict" | null;

export function useOffScreen(store: ListStore): void {
  const rows = useCell(store.rows);
  const drafts = useCell(store.editing.drafts);
  const known = useRef(new Map<string, State>());

  useEffect(() => {
    const before = known.current;
    const after = new Map(rows.flatMap((row) => (isPlain(row, drafts.get(row.key)) ? [] : [[row.key, stateOf(row, drafts.get(row.key))]])));
    known.current = after;
    for (const [key, state] of after) {
      const row = rows.find((row) => row.key === key);
      if (state === null || !row || before.get(key) === state) continue;
      const element = elementOf(key);
      if (element && isOnScreen(element)) continue;
      const action = { label: words.SHOW, run: () => showKey(key) };
      if (state === "added") store.notices.say(words.added(row.text), action);
      else store.notices.fail(state === "unsaved" ? words.unsaved(row.text, row.problem?.message) : words.conflict(row.text), action);
    }
  }, [rows, drafts, store]);
}

function isPlain({ state, given }: Row, draft: Draft | undefined): boolean {
  return state === "saved" && !given && !draft;
}

function stateOf(row: Row, draft: Draft | undefined): State {
  if (draft && (row.state === "gone" || conflictsOf(draft, row).length > 0)) return "conflict";
  if (row.state === "unsaved" || row.state === "refused") return "unsaved";
  return row.given?.command.kind === "add" && row.given.tries <= 1 ? "added" : null;
}
