// One todo. What can be done to it is in the row; what is wrong with it is said there.

import { memo, useId, useRef, useState } from "react";
import { AgentMark } from "../activity/agent-mark.tsx";
import { useCell } from "../components/use-cell.ts";
import type { Agent } from "../list/activity.ts";
import type { Row } from "../list/list.ts";
import type { ListStore } from "../list/list-store.ts";
import * as words from "../texts/row.ts";
import { Due } from "./due.tsx";
import { DeleteIcon, EditIcon } from "./icons.tsx";
import { RowNote } from "./row-note.tsx";
import { TodoEditor } from "./todo-editor.tsx";
import "../styles/rows.css";
import "../styles/check.css";
import "../styles/row-buttons.css";

type Props = {
  row: Row;
  store: ListStore;
  /** Who touched it since the person last looked. */
  mark: Agent | undefined;
  /** The day that it is. */
  today: string;
  /** Whether Tab leads to it: to one row of a list. */
  isReached: boolean;
  /** Which of how many it is, where not all are drawn. */
  place?: number;
  places?: number;
};

export const TodoRow = memo(TodoRowView);

function TodoRowView({ row, store, mark, today, isReached, place: posInSet, places: setSize }: Props) {
  const textId = useId();
  const dueId = useId();
  const noteId = useId();
  const draft = useCell(store.editing.drafts, (drafts) => drafts.get(row.key));
  const [wasOpened, setWasOpened] = useState(false);
  const place = useRef<HTMLLIElement>(null);

  function edit(): void {
    setWasOpened(true);
    store.editing.begin(row);
  }

  function closed(): void {
    setWasOpened(false);
    // The hand goes back to where it came from.
    requestAnimationFrame(() => place.current?.querySelector<HTMLElement>("[data-handle]")?.focus());
  }

  const where = { "aria-posinset": posInSet, "aria-setsize": setSize };
  const tabIndex = isReached ? 0 : -1;

  if (draft)
    return (
      <li ref={place} className="row" data-row data-key={row.key} {...where}>
        <TodoEditor row={row} draft={draft} store={store} wantsFocus={wasOpened} onClosed={closed} />
      </li>
    );
  const isNew = row.given?.command.kind === "add" && row.state !== "saved";
  return (
    <li
      ref={place}
      className="row"
      data-row
      data-key={row.key}
      data-state={row.state}
      data-completed={row.completed || undefined}
      data-fresh={row.fresh || undefined}
      aria-busy={row.state === "saving" || undefined}
      {...where}
    >
      {isNew && row.problem ? (
        <button
          type="button"
          className="check-unsent"
          data-handle
          tabIndex={tabIndex}
          aria-label={words.TRY_AGAIN}
          aria-describedby={`${textId} ${noteId}`}
          title={words.TRY_AGAIN}
          onClick={() => store.retry(row)}
        >
          <span aria-hidden="true">!</span>
        </button>
      ) : (
        <input
          type="checkbox"
          className="check"
          data-handle
          data-complete
          tabIndex={tabIndex}
          aria-labelledby={row.dueOn ? `${textId} ${dueId}` : textId}
          aria-describedby={noteId}
          checked={row.completed}
          onChange={() => (row.completed ? store.reopen(row) : store.complete(row))}
        />
      )}
      {mark && <AgentMark agent={mark} className="row-mark" />}
      <div className="row-body">
        <span id={textId} className="row-text" dir="auto" onDoubleClick={edit}>
          {row.text}
        </span>
        {row.dueOn && <Due id={dueId} dueOn={row.dueOn} isOpen={!row.completed} today={today} />}
        <RowNote id={noteId} row={row} store={store} tabIndex={tabIndex} />
      </div>
      <button type="button" className="row-button" data-edit tabIndex={tabIndex} aria-label={words.editing(row.text)} title={words.EDIT} onClick={edit}>
        <EditIcon />
      </button>
      <button
        type="button"
        className="row-button row-delete"
        data-delete
        tabIndex={tabIndex}
        aria-label={words.deleting(row.text)}
        title={words.DELETE}
        onClick={() => store.remove(row)}
      >
        <DeleteIcon />
      </button>
    </li>
  );
}
