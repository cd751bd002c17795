import { Fragment, useId } from "react";
import { AgentMark } from "../activity/agent-mark.tsx";
import { ShownSentence } from "../components/shown-sentence.tsx";
import { useCell } from "../components/use-cell.ts";
import { destroys } from "../list/activity.ts";
import type { HistoryEntry } from "../list/delta.ts";
import type { ListStore } from "../list/list-store.ts";
import { actorName, dueAfter, told } from "../texts/changes.ts";
import * as words from "../texts/history.ts";
import { clock, exactly } from "../texts/moments.ts";
import { wordDiff, type Piece } from "./word-diff.ts";

type Props = { entry: HistoryEntry; store: ListStore; onShow: (todo: string) => void };

/** One change: who, what, when, and the way back. */
export function ChangeRow({ entry, store, onShow }: Props) {
  const textId = useId();
  const { by, todo } = entry;
  const undoing = useCell(store.given, () => store.undoingOf(entry.number)?.state);
  // Before the whole list is here, nobody knows that it is not.
  const isThere = todo !== undefined && (store.version.get() === null || store.rowOf(todo.id) !== undefined);
  return (
    <li className="history-row" data-destroys={destroys(entry) || undefined}>
      <span className="history-who">{by.kind === "app" && <AgentMark agent={by} isNamed />}</span>
      <div className="history-text">
        <span id={textId}>
          <strong>
            <ShownSentence sentence={actorName(by)} />
          </strong>{" "}
          <What entry={entry} />
        </span>
        <span className="history-foot">
          <time className="history-time" dateTime={entry.at} title={exactly(entry.at)}>
            {clock(entry.at)}
          </time>
          {isThere && (
            <button type="button" className="link" aria-describedby={textId} onClick={() => onShow(todo.id)}>
              {words.SHOW}
            </button>
          )}
        </span>
      </div>
      {entry.undoable && (
        <button
          type="button"
          className="button quiet small"
          aria-disabled={undoing !== undefined}
          aria-describedby={textId}
          onClick={() => store.undoing.undoChanges([entry])}
        >
          {undoing === undefined ? words.UNDO : undoing === "answered" ? words.UNDONE : words.UNDOING}
        </button>
      )}
    </li>
  );
}

/** A changed text is shown as what was changed of it. */
function What({ entry }: { entry: HistoryEntry }) {
  if (entry.deed !== "edited" || entry.textBefore === undefined || !entry.todo) return <ShownSentence sentence={told(entry)} />;
  return (
    <>
      {words.CHANGED}{" "}
      <bdi className="history-diff">
        {wordDiff(entry.textBefore, entry.todo.text).map((piece, index) => (
          <Fragment key={index}>
            {index > 0 && " "}
            <Shown {...piece} />
          </Fragment>
        ))}
      </bdi>
      {dueAfter(entry)}
    </>
  );
}

function Shown({ kind, text }: Piece) {
  if (kind === "same") return text;
  return kind === "gone" ? <del>{text}</del> : <ins>{text}</ins>;
}
