// The open todos, the field for a new one, and below them, quieter, the completed ones.

import { useId, type ReactNode } from "react";
import { useCell } from "../components/use-cell.ts";
import { marksOf } from "../list/activity.ts";
import type { Row } from "../list/list.ts";
import type { ListStore } from "../list/list-store.ts";
import { TodoRow } from "./todo-row.tsx";
import { useFold } from "./use-fold.ts";
import { useToday } from "./use-today.ts";
import "../styles/completed.css";

type Props = { store: ListStore; composer: ReactNode };

export function TodoRows({ store, composer }: Props) {
  const rows = useCell(store.rows);
  const [folded, setFolded] = useFold("todos.completed-folded");
  const headingId = useId();
  const listId = useId();
  const open = rows.filter(({ amongOpen }) => amongOpen);
  const completed = rows.filter(({ amongOpen }) => !amongOpen);

  return (
    <>
      <section className="open" aria-label="Open">
        <Rows rows={open} store={store} />
        {composer}
      </section>
      {completed.length > 0 && (
        <section className="completed" aria-labelledby={headingId}>
          <div className="completed-top">
            <h2 id={headingId}>
              <button type="button" className="fold" aria-expanded={!folded} aria-controls={listId} onClick={() => setFolded(!folded)}>
                Completed <span className="fold-count">{completed.length}</span>
              </button>
            </h2>
            <button type="button" className="button quiet small clear" onClick={() => store.clearCompleted()}>
              Clear completed
            </button>
          </div>
          <div id={listId} hidden={folded}>
            <Rows rows={completed} store={store} />
          </div>
        </section>
      )}
    </>
  );
}

function Rows({ rows, store }: { rows: readonly Row[]; store: ListStore }) {
  const marks = marksOf(useCell(store.watching.activity));
  const today = useToday();
  return (
    <ul className="rows">
      {rows.map((row) => (
        <TodoRow key={row.key} row={row} store={store} mark={row.id === null ? undefined : marks.get(row.id)} today={today} />
      ))}
    </ul>
  );
}
