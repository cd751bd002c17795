// The field for a new todo, at the end of the open ones, where the new one will stand. Enter adds and stays; nothing is cut off:
// a text that is too long is said to be, and stays.

import { useId, type SyntheticEvent } from "react";
import { ShownSentence } from "../components/shown-sentence.tsx";
import { useCell } from "../components/use-cell.ts";
import type { Editing } from "../list/editing.ts";
import type { ListStore } from "../list/list-store.ts";
import { onOneLine, TEXT_LIMIT, TEXT_LIMIT_NEAR, textLength, textProblem } from "../list/todo.ts";
import * as words from "../texts/row.ts";
import "../styles/composer.css";

export function Composer({ store }: { store: ListStore }) {
  const { editing } = store;
  const text = useCell(editing.composer);
  const noteId = useId();
  const problem = textProblem(text);
  const length = textLength(text);
  const near = length >= TEXT_LIMIT_NEAR && problem === null;

  function submit(event: SyntheticEvent): void {
    event.preventDefault();
    if (length === 0 || problem !== null) return;
    store.add(text);
    editing.write("");
  }

  return (
    <form className="composer" data-invalid={problem !== null || undefined}>
      <span className="composer-plus" aria-hidden="true" />
      <textarea
        data-composer
        rows={1}
        dir="auto"
        className="composer-field"
        aria-label={words.NEW_TODO}
        aria-invalid={problem !== null}
        aria-describedby={noteId}
        placeholder={words.NEW_TODO}
        autoComplete="off"
        enterKeyHint="done"
        value={text}
        onChange={(event) => editing.write(onOneLine(event.target.value))}
        onKeyDown={(event) => {
          // A todo is one line, though a long one may show as several. Enter while composing belongs to the input method.
          if (event.key === "Enter" && !event.nativeEvent.isComposing) submit(event);
        }}
      />
      {/* Its click, and not the form's submission, which a host's frame around the board may forbid. */}
      <button type="submit" className="button primary small" hidden={length === 0} disabled={problem !== null} onClick={submit}>
        {words.ADD}
      </button>
      <p id={noteId} className="composer-note" role={problem === null ? undefined : "alert"}>
        {problem ?? (near ? words.left(TEXT_LIMIT - length) : "")}
      </p>
      <Begun editing={editing} />
    </form>
  );
}

/** A text that a tab left which has gone, and that had no room here. There may be more: they come one after the other. */
function Begun({ editing }: { editing: Editing }) {
  const text = useCell(editing.begun, ([first]) => first);
  if (text === undefined) return null;
  return (
    <p className="composer-begun">
      <ShownSentence sentence={words.begun(text)} />{" "}
      <span className="ways">
        <button type="button" className="link" onClick={() => editing.takeBegun(text)}>
          {words.TAKE_BEGUN}
        </button>
        <button type="button" className="link" onClick={() => editing.discardBegun(text)}>
          {words.DISCARD}
        </button>
      </span>
    </p>
  );
}
