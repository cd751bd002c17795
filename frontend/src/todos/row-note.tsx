// How far a row is from what the server has: being saved, once that takes longer than a moment, or not saved, and why.

import type { Row } from "../list/list.ts";
import type { ListStore } from "../list/list-store.ts";
import { FROM_EARLIER, GOES_ON, UNSAVED } from "../texts/list.ts";
import { DISCARD, SAVING, TRY_AGAIN } from "../texts/row.ts";

type Props = { id: string; row: Row; store: ListStore; tabIndex: number };

export function RowNote({ id, row, store, tabIndex }: Props) {
  const { state, given, problem } = row;
  // It shows itself after a moment's grace (styles), so that a quick answer does not flicker.
  if (state === "saving") return <span id={id} className="row-saving">{SAVING}</span>;
  if (!given || (state !== "unsaved" && state !== "refused")) return <span id={id} hidden />;
  const why = given.state === "asking" ? FROM_EARLIER : (problem?.message ?? "");
  return (
    <span id={id} className="row-problem">
      {UNSAVED[given.command.kind]} {why} {given.state === "waiting" && GOES_ON}{" "}
      <span className="ways">
        <button type="button" className="link" tabIndex={tabIndex} onClick={() => store.retry(row)}>
          {TRY_AGAIN}
        </button>
        <button type="button" className="link" tabIndex={tabIndex} onClick={() => store.discard(row)}>
          {DISCARD}
        </button>
      </span>
    </span>
  );
}
