// The field for a new todo, at the end of the open ones, where the new one will stand. Enter adds and stays; the text is
// kept through a reload, and nothing is cut off: a text that is too long is said to be, and stays.

import { useEffect, useId, useState, type SyntheticEvent } from "react";
import { onOneLine, TEXT_LIMIT, TEXT_LIMIT_NEAR, textLength, textProblem } from "./todo.ts";
import { draftOf, keepDraft } from "./unsent.ts";

export function Composer({ userId, onAdd }: { userId: string | null; onAdd: (text: string) => void }) {
  const [text, setText] = useState(() => draftOf(userId));
  const noteId = useId();
  const problem = textProblem(text);
  const length = textLength(text);
  const near = length >= TEXT_LIMIT_NEAR && problem === null;

  useEffect(() => keepDraft(userId, text), [userId, text]);

  function submit(event: SyntheticEvent): void {
    event.preventDefault();
    if (length === 0 || problem !== null) return;
    onAdd(text);
    setText("");
  }

  return (
    <form className="composer" data-invalid={problem !== null || undefined}>
      <span className="composer-plus" aria-hidden="true" />
      <textarea
        data-composer
        rows={1}
        dir="auto"
        className="composer-field"
        aria-label="New todo"
        aria-invalid={problem !== null}
        aria-describedby={noteId}
        placeholder="New todo"
        autoComplete="off"
        enterKeyHint="done"
        value={text}
        onChange={(event) => setText(onOneLine(event.target.value))}
        onKeyDown={(event) => {
          // A todo is one line, though a long one may show as several. Enter while composing belongs to the input method.
          if (event.key === "Enter" && !event.nativeEvent.isComposing) submit(event);
        }}
      />
      {/* Its click, and not the form's submission, which a host's frame around the board may forbid. */}
      <button type="submit" className="button primary small" hidden={length === 0} disabled={problem !== null} onClick={submit}>
        Add
      </button>
      <p id={noteId} className="composer-note" role={problem === null ? undefined : "alert"}>
        {problem ?? (near ? `${TEXT_LIMIT - length} characters left` : "")}
      </p>
    </form>
  );
}
