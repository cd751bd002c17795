// A todo in the hand: its text and its due date, in the place where it stands. Enter saves, Escape leaves it as it was. What
// others do to the todo meanwhile is said here, and takes nothing away.

import { lazy, Suspense, useEffect, useId, useRef, type KeyboardEvent, type SyntheticEvent } from "react";
import { ErrorBoundary } from "../components/error-boundary.tsx";
import { ShownSentence } from "../components/shown-sentence.tsx";
import { useCell } from "../components/use-cell.ts";
import { doneTo } from "../list/activity.ts";
import { changedBelow, conflictsOf, draftProblem, shown, type Draft } from "../list/drafts.ts";
import type { Row } from "../list/list.ts";
import type { ListStore } from "../list/list-store.ts";
import { onOneLine } from "../list/todo.ts";
import * as words from "../texts/editing.ts";
import { editing as editingLabel } from "../texts/row.ts";
import "../styles/editor.css";
import "../styles/provenance.css";

/** It asks the server, so that it may as well be downloaded then. */
const ProvenanceLine = lazy(() => import("./provenance.tsx"));
/** What somebody else did comes over a connection; so can this. */
const TwoVersions = lazy(() => import("./two-versions.tsx"));
const PROVENANCE_PLACE = <p className="provenance" />;

type Props = { row: Row; draft: Draft; store: ListStore; wantsFocus: boolean; onClosed: () => void };

export function TodoEditor({ row, draft, store, wantsFocus, onClosed }: Props) {
  const { editing } = store;
  const activity = useCell(store.watching.activity);
  const field = useRef<HTMLTextAreaElement>(null);
  const versions = useRef<HTMLDivElement>(null);
  const noteId = useId();
  const newsId = useId();
  const { text, dueOn } = shown(draft, row);
  const problem = draftProblem(draft);
  const conflicts = conflictsOf(draft, row);
  const hasChanged = changedBelow(draft, row);
  const happened = hasChanged && row.id !== null ? doneTo(activity, row.id, draft.seen).at(-1) : undefined;

  useEffect(() => {
    if (!wantsFocus) return;
    const end = field.current?.value.length ?? 0;
    field.current?.focus();
    field.current?.setSelectionRange(end, end);
  }, [wantsFocus]);

  function save(event: SyntheticEvent): void {
    event.preventDefault();
    if (editing.save(row)) onClosed();
    else if (conflicts.length > 0) versions.current?.querySelector("button")?.focus();
  }

  function discard(): void {
    editing.discard(row);
    onClosed();
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key !== "Escape" || event.nativeEvent.isComposing) return;
    event.preventDefault();
    discard();
  }

  return (
    <form className="editor" data-editor data-key={row.key} aria-label={editingLabel(row.text)} onKeyDown={onKeyDown}>
      <textarea
        ref={field}
        rows={1}
        dir="auto"
        className="editor-text"
        aria-label={words.TEXT}
        aria-invalid={problem !== null}
        aria-describedby={`${noteId} ${newsId}`}
        autoComplete="off"
        enterKeyHint="done"
        value={text}
        onChange={(event) => editing.type(row, { text: onOneLine(event.target.value) })}
        onKeyDown={(event) => {
          if (event.key === "Enter" && !event.nativeEvent.isComposing) save(event);
        }}
      />
      <div id={newsId} className="editor-news" role="status">
        {hasChanged && <ShownSentence sentence={words.happened(happened, row.state === "gone", (row.dueOn ?? null) !== draft.base.dueOn)} />}
      </div>
      {conflicts.length > 0 && (
        <ErrorBoundary isPart>
          <Suspense>
            <TwoVersions ref={versions} row={row} draft={draft} fields={conflicts} editing={editing} by={happened?.by} />
          </Suspense>
        </ErrorBoundary>
      )}
      <div className="editor-foot">
        <input
          type="date"
          className="editor-due"
          aria-label={words.DUE_DATE}
          min="0001-01-01"
          max="9999-12-31"
          value={dueOn ?? ""}
          onChange={(event) => editing.type(row, { dueOn: event.target.value || null })}
        />
        <button type="button" className="button quiet small" onClick={discard}>
          {hasChanged ? words.DISCARD : words.CANCEL}
        </button>
        {/* Its click, and not the form's submission, which a host's frame around the board may forbid. */}
        <button type="submit" className="button primary small" disabled={problem !== null || conflicts.length > 0} onClick={save}>
          {row.state === "gone" ? words.ADD_AGAIN : hasChanged ? words.KEEP : words.SAVE}
        </button>
      </div>
      <p id={noteId} className="editor-note" role={problem === null ? undefined : "alert"}>
        {problem}
      </p>
      {row.id !== null && row.state !== "gone" && (
        <ErrorBoundary instead={PROVENANCE_PLACE}>
          <Suspense fallback={PROVENANCE_PLACE}>
            <ProvenanceLine row={row} store={store} />
          </Suspense>
        </ErrorBoundary>
      )}
    </form>
  );
}
