// The open todos, the field for a new one, and below them, quieter, the completed ones.

import { memo, useId, type ReactNode } from "react";
import type { Row } from "./list.ts";
import type { ListStore } from "./list-store.ts";
import { useFold } from "./use-fold.ts";
import { useSettling } from "./use-settling.ts";

type Props = { rows: readonly Row[]; store: ListStore; composer: ReactNode };

export function TodoRows({ rows, store, composer }: Props) {
  const { open, completed } = useSettling(rows);
  const [folded, setFolded] = useFold("todos.completed-folded");
  const headingId = useId();
  const listId = useId();

  return (
    <>
      <section className="open" aria-label="Open">
        <ul className="rows">
          {open.map((row) => (
            <TodoRow key={row.key} row={row} store={store} />
          ))}
        </ul>
        {composer}
      </section>
      {completed.length > 0 && (
        <section className="completed" aria-labelledby={headingId}>
          <h2 id={headingId}>
            <button
              type="button"
              className="fold"
              aria-expanded={!folded}
              aria-controls={listId}
              onClick={() => setFolded(!folded)}
            >
              Completed <span className="fold-count">{completed.length}</span>
            </button>
          </h2>
          <ul className="rows" id={listId} hidden={folded}>
            {completed.map((row) => (
              <TodoRow key={row.key} row={row} store={store} />
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

/** Rows are made anew with every answer; one whose content is the same need not be drawn again. */
const TodoRow = memo(TodoRowView, (before, after) => {
  const [a, b] = [before.row, after.row];
  return (
    a.key === b.key &&
    a.id === b.id &&
    a.text === b.text &&
    a.completed === b.completed &&
    a.state === b.state &&
    a.reason === b.reason &&
    a.fresh === b.fresh &&
    before.store === after.store
  );
});

function TodoRowView({ row, store }: { row: Row; store: ListStore }) {
  const textId = useId();
  return (
    <li
      className="row"
      data-row
      data-completed={row.completed || undefined}
      data-fresh={row.fresh || undefined}
      data-unsent={row.state === "unsent" || undefined}
      aria-busy={row.state === "saving" || undefined}
    >
      {row.state === "unsent" ? (
        <UnsentHandle row={row} store={store} textId={textId} />
      ) : (
        <input
          type="checkbox"
          className="check"
          data-handle
          data-complete
          aria-labelledby={textId}
          checked={row.completed}
          // A completed todo cannot be opened again yet: the box says so, and stays reachable by keyboard.
          aria-disabled={row.completed || undefined}
          onChange={() => {
            if (!row.completed) store.complete(row);
          }}
        />
      )}
      <div className="row-body">
        <span id={textId} className="row-text">
          {row.text}
        </span>
        {row.state === "unsent" && (
          <span className="row-reason">
            Not saved. {row.reason}{" "}
            <button type="button" className="link" onClick={() => store.retry(row)}>
              Try again
            </button>
          </span>
        )}
      </div>
      <button
        type="button"
        className="row-delete"
        data-delete
        aria-label={`Delete: ${row.text}`}
        title="Delete"
        onClick={() => store.remove(row)}
      >
        <svg viewBox="0 0 20 20" width="18" height="18" aria-hidden="true">
          <path d="M4 5.5h12M8 5.5V4h4v1.5M5.5 5.5l.7 10.5h7.6l.7-10.5M8.5 8.5v5M11.5 8.5v5" />
        </svg>
      </button>
    </li>
  );
}

/** Stands where the checkbox of a saved todo would: what is not there yet cannot be completed, only sent again. */
function UnsentHandle({ row, store, textId }: { row: Row; store: ListStore; textId: string }) {
  return (
    <button
      type="button"
      className="check-unsent"
      data-handle
      aria-label="Try again"
      aria-describedby={textId}
      title="Try again"
      onClick={() => store.retry(row)}
    >
      <span aria-hidden="true">!</span>
    </button>
  );
}
