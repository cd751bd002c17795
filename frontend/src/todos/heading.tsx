import { useCell } from "../components/use-cell.ts";
import type { ListStore } from "../list/list-store.ts";
import * as words from "../texts/page.ts";

/** What the list is, how much of it is open, and whether something is on its way to the server for longer than a moment. */
export function Heading({ store }: { store: ListStore }) {
  const phase = useCell(store.state, ({ phase }) => phase);
  const open = useCell(store.rows, (rows) => rows.filter(({ completed }) => !completed).length);
  const isDone = useCell(store.rows, (rows) => rows.length > 0 && rows.every(({ completed }) => completed));
  const state = open > 0 ? words.open(open) : isDone ? words.ALL_DONE : "";
  const isSaving = useCell(store.given, (given) => given.some(({ state, problem }) => state === "sent" && !problem));
  return (
    <div className="heading">
      <h1>
        {words.TODOS} {phase === "ready" && state && <span className="heading-state">{state}</span>}
      </h1>
      {isSaving && <span className="heading-saving">{words.SAVING}</span>}
    </div>
  );
}
