// The open todos, the field for a new one, and below them, quieter, the completed ones. In each list one row is reached by Tab, with
// what is in it; the arrows lead to the others (list-keys.ts).

import { useId, useLayoutEffect, useRef, useState, type FocusEvent, type ReactNode } from "react";
import { useCell } from "../components/use-cell.ts";
import { marksOf } from "../list/activity.ts";
import type { Row } from "../list/list.ts";
import type { ListStore } from "../list/list-store.ts";
import * as words from "../texts/page.ts";
import { numberText } from "../texts/times.ts";
import { sought } from "./show-row.ts";
import { Skeleton } from "./states.tsx";
import { TodoRow } from "./todo-row.tsx";
import { useAnchor } from "./use-anchor.ts";
import { useFold } from "./use-fold.ts";
import { useToday } from "./use-today.ts";
import { useWindow } from "./use-window.ts";
import "../styles/completed.css";

/** How many rows there are, in a list that goes on (`aria-setsize`, WAI-ARIA 1.2). */
const UNKNOWN = -1;

type Props = { store: ListStore; composer: ReactNode };

export function TodoRows({ store, composer }: Props) {
  const rows = useCell(store.rows);
  const goesOn = useCell(store.goesOn);
  const wanted = useCell(sought);
  useAnchor(store);
  const [folded, setFolded] = useFold("todos.completed-folded");
  const headingId = useId();
  const listId = useId();
  const open = rows.filter(({ amongOpen }) => amongOpen);
  const completed = rows.filter(({ amongOpen }) => !amongOpen);
  /** The last of what has come: what was completed here meanwhile is not. */
  const reachesCompleted = completed.some(({ state }) => state === "saved");

  // A row that is looked for is not folded away; later it may be again.
  const isAmongCompleted = completed.some(({ key }) => key === wanted);
  useLayoutEffect(() => {
    if (wanted !== null && isAmongCompleted) setFolded(false);
    // Not when it is completed later.
  }, [wanted]);

  return (
    <>
      <section className="open" aria-label={words.OPEN}>
        <Rows rows={open} store={store} goesOn={goesOn} />
        {goesOn && !reachesCompleted && <Skeleton />}
        {composer}
      </section>
      {completed.length > 0 && (
        <section className="completed" aria-labelledby={headingId}>
          <div className="completed-top">
            <h2 id={headingId}>
              <button type="button" className="fold" aria-expanded={!folded} aria-controls={listId} onClick={() => setFolded(!folded)}>
                {words.COMPLETED} {!goesOn && <span className="fold-count">{numberText(completed.length)}</span>}
              </button>
            </h2>
            {/* Not before it is known which they are. */}
            {!goesOn && (
              <button type="button" className="button quiet small clear" onClick={() => store.clearCompleted()}>
                {words.CLEAR_COMPLETED}
              </button>
            )}
          </div>
          <div id={listId} hidden={folded}>
            {!folded && <Rows rows={completed} store={store} goesOn={goesOn} />}
          </div>
          {goesOn && reachesCompleted && !folded && <Skeleton />}
        </section>
      )}
    </>
  );
}

function Rows({ rows, store, goesOn }: { rows: readonly Row[]; store: ListStore; goesOn: boolean }) {
  const marks = marksOf(useCell(store.watching.activity));
  const today = useToday();
  const list = useRef<HTMLUListElement>(null);
  /** The row that had the focus last. */
  const [held, setHeld] = useState<string | null>(null);
  const { pieces, isWindowed } = useWindow(rows, list, held);
  const reached = rows.some(({ key }) => key === held) ? held : (rows[0]?.key ?? null);

  function onFocus({ target }: FocusEvent<HTMLElement>): void {
    setHeld(target.closest<HTMLElement>("[data-row]")?.dataset.key ?? null);
  }

  return (
    <ul className="rows" ref={list} onFocus={onFocus} data-windowed={isWindowed || undefined} aria-busy={goesOn || undefined}>
      {pieces.flatMap((piece) =>
        piece.kind === "room"
          ? [<li key={`room before ${piece.before}`} className="rows-room" aria-hidden="true" style={{ height: piece.height }} />]
          : rows.slice(piece.first, piece.last + 1).map((row, index) => (
              <TodoRow
                key={row.key}
                row={row}
                store={store}
                mark={row.id === null ? undefined : marks.get(row.id)}
                today={today}
                isReached={row.key === reached}
                {...(isWindowed && { place: piece.first + index + 1, places: goesOn ? UNKNOWN : rows.length })}
              />
            )),
      )}
    </ul>
  );
}
