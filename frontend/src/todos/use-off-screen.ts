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
    const after = new Map<string, State>();
    known.current = after;
    // Nearly all are plain: this runs with every key that is pressed.
    for (const row of rows) {
      const { key } = row;
      const draft = drafts.get(key);
      if (isPlain(row, draft)) continue;
      const state = stateOf(row, draft);
      after.set(key, state);
      if (state === null || before.get(key) === state) continue;
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
