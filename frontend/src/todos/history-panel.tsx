// What was done to the list and by whom, newest first, each with its way back. It reads again while it is open and the list
// changes.

import { useCallback, useEffect, useId, useState, type RefObject } from "react";
import { Failure } from "../api/todos.ts";
import { ShownSentence } from "../components/shown-sentence.tsx";
import type { ListStore } from "./list-store.ts";
import { actorName, told, type Entry } from "./news.ts";
import "../styles/panel.css";
import "../styles/history.css";

type Props = { ref: RefObject<HTMLDialogElement | null>; store: ListStore; version: number | null };

export function HistoryPanel({ ref, store, version }: Props) {
  const titleId = useId();
  const [open, setOpen] = useState(false);
  return (
    <dialog
      ref={ref}
      className="panel"
      aria-labelledby={titleId}
      onToggle={(event) => setOpen(event.currentTarget.open)}
      onClick={(event) => {
        if (event.target === event.currentTarget) event.currentTarget.close();
      }}
    >
      <div className="panel-body">
        <div className="panel-top">
          <h2 id={titleId}>History</h2>
          <form method="dialog">
            <button type="submit" className="panel-close" aria-label="Close">
              ×
            </button>
          </form>
        </div>
        {open && <Changes store={store} version={version} />}
      </div>
    </dialog>
  );
}

function Changes({ store, version }: Omit<Props, "ref">) {
  const [changes, setChanges] = useState<Entry[] | null>(null);
  const [next, setNext] = useState<number | undefined>();
  const [problem, setProblem] = useState<string | null>(null);

  const read = useCallback(
    async (before?: number) => {
      try {
        const page = await store.history(before);
        setChanges((known) => (before === undefined ? page.changes : [...(known ?? []), ...page.changes]));
        setNext(page.next);
        setProblem(null);
      } catch (error) {
        setProblem(error instanceof Failure ? error.message : "The history could not be read.");
      }
    },
    [store],
  );

  useEffect(() => void read(), [read, version]);

  if (problem !== null)
    return (
      <p role="alert">
        {problem}{" "}
        <button type="button" className="link" onClick={() => void read()}>
          Try again
        </button>
      </p>
    );
  if (changes === null) return <p className="muted">Reading…</p>;
  if (changes.length === 0) return <p className="muted">Nothing has been done yet. What you and your agents do shows up here.</p>;
  return (
    <>
      <ul className="history">
        {changes.map((entry) => (
          <Change key={entry.number} entry={entry} onUndo={() => store.undo(entry.number)} />
        ))}
      </ul>
      {next !== undefined && (
        <button type="button" className="button" onClick={() => void read(next)}>
          Show older
        </button>
      )}
    </>
  );
}

function Change({ entry, onUndo }: { entry: Entry; onUndo: () => void }) {
  const textId = useId();
  return (
    <li className="history-row" data-agent={entry.by.kind === "app" || undefined}>
      <div className="history-text">
        <span id={textId}>
          <strong>
            <ShownSentence sentence={actorName(entry.by)} />
          </strong>{" "}
          <ShownSentence sentence={told(entry)} />
        </span>
        <time className="history-time" dateTime={entry.at} title={new Date(entry.at).toLocaleString()}>
          {momentText(entry.at)}
        </time>
      </div>
      {entry.undoable && (
        <button type="button" className="button quiet small" aria-describedby={textId} onClick={onUndo}>
          Undo
        </button>
      )}
    </li>
  );
}

/** The time of a change today, the day of an older one as well. */
function momentText(at: string): string {
  const moment = new Date(at);
  const time = moment.toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit" });
  if (moment.toDateString() === new Date().toDateString()) return time;
  return `${moment.toLocaleDateString(undefined, { day: "numeric", month: "short" })}, ${time}`;
}
