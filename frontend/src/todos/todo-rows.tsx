// The open todos, the field for a new one, and below them, quieter, the completed ones.

import { memo, useId, useRef, useState, type ReactNode } from "react";
import { dueState, dueText } from "./due.ts";
import type { Row } from "./list.ts";
import type { ListStore } from "./list-store.ts";
import { TodoEditor } from "./todo-editor.tsx";
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
          <div className="completed-top">
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
            <button type="button" className="button quiet small clear" onClick={() => store.clearCompleted()}>
              Clear completed
            </button>
          </div>
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
    a.dueOn === b.dueOn &&
    a.version === b.version &&
    a.state === b.state &&
    a.reason === b.reason &&
    a.fresh === b.fresh &&
    before.store === after.store
  );
});

function TodoRowView({ row, store }: { row: Row; store: ListStore }) {
  const textId = useId();
  const [editing, setEditing] = useState(false);
  const place = useRef<HTMLLIElement>(null);

  if (editing)
    return (
      <li className="row" data-row>
        <TodoEditor
          row={row}
          onSave={(patch, seen) => store.edit(row, patch, seen)}
          onClose={() => {
            setEditing(false);
            // The hand goes back to where it came from.
            requestAnimationFrame(() => place.current?.querySelector<HTMLElement>("[data-handle]")?.focus());
          }}
        />
      </li>
    );
  return (
    <li
      ref={place}
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
          onChange={() => (row.completed ? store.reopen(row) : store.complete(row))}
        />
      )}
      <div className="row-body">
        <span id={textId} className="row-text" dir="auto" onDoubleClick={() => setEditing(row.state !== "unsent")}>
          {row.text}
        </span>
        {row.dueOn && (
          <time className="row-due" dateTime={row.dueOn} data-due={row.completed ? undefined : dueState(row.dueOn)}>
            {dueText(row.dueOn)}
          </time>
        )}
        {row.state === "unsent" && (
          <span className="row-reason">
            Not saved. {row.reason}{" "}
            <button type="button" className="link" onClick={() => store.retry(row)}>
              Try again
            </button>
          </span>
        )}
      </div>
      {row.state !== "unsent" && (
        <button
          type="button"
          className="row-button"
          data-edit
          aria-label={`Edit: ${row.text}`}
          title="Edit"
          onClick={() => setEditing(true)}
        >
          <svg viewBox="0 0 20 20" width="18" height="18" aria-hidden="true">
            <path d="M4.5 15.5l.6-3 7.7-7.7a1.4 1.4 0 0 1 2 0l.4.4a1.4 1.4 0 0 1 0 2L7.5 14.9z M11.5 6.1l2.4 2.4" />
          </svg>
        </button>
      )}
      <button
        type="button"
        className="row-button row-delete"
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
