// A todo in the hand: its text and its due date, in the place where it stands. Enter saves, Escape leaves it as it was.

import { useEffect, useId, useRef, useState, type KeyboardEvent, type SyntheticEvent } from "react";
import type { Patch } from "../api/todos.ts";
import type { Row } from "./list.ts";
import { onOneLine, textLength, textProblem } from "./todo.ts";

type Props = { row: Row; onSave: (patch: Patch, seen: number | undefined) => void; onClose: () => void };

export function TodoEditor({ row, onSave, onClose }: Props) {
  // What the person saw when they began; the row may change under their hands.
  const [began] = useState(row);
  const [text, setText] = useState(row.text);
  const [dueOn, setDueOn] = useState(row.dueOn ?? "");
  const field = useRef<HTMLTextAreaElement>(null);
  const noteId = useId();
  // A text that was stored under other rules and is left alone is nobody's mistake.
  const edited = text !== began.text;
  const problem = !edited ? null : textLength(text) === 0 ? "A todo needs a text." : textProblem(text);

  useEffect(() => {
    const end = field.current?.value.length ?? 0;
    field.current?.focus();
    field.current?.setSelectionRange(end, end);
  }, []);

  function save(event: SyntheticEvent): void {
    event.preventDefault();
    if (problem !== null) return;
    const patch: Patch = {
      ...(edited && text.trim() !== began.text && { text: text.trim() }),
      ...(dueOn !== (began.dueOn ?? "") && { dueOn: dueOn || null }),
    };
    if (Object.keys(patch).length > 0) onSave(patch, began.version);
    onClose();
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key !== "Escape" || event.nativeEvent.isComposing) return;
    event.preventDefault();
    onClose();
  }

  return (
    <form className="editor" onKeyDown={onKeyDown}>
      <textarea
        ref={field}
        rows={1}
        dir="auto"
        className="editor-text"
        aria-label="Text"
        aria-invalid={problem !== null}
        aria-describedby={noteId}
        autoComplete="off"
        enterKeyHint="done"
        value={text}
        onChange={(event) => setText(onOneLine(event.target.value))}
        onKeyDown={(event) => {
          if (event.key === "Enter" && !event.nativeEvent.isComposing) save(event);
        }}
      />
      <div className="editor-foot">
        <input
          type="date"
          className="editor-due"
          aria-label="Due date"
          min="0001-01-01"
          max="9999-12-31"
          value={dueOn}
          onChange={(event) => setDueOn(event.target.value)}
        />
        <button type="button" className="button quiet small" onClick={onClose}>
          Cancel
        </button>
        {/* Its click, and not the form's submission, which a host's frame around the board may forbid. */}
        <button type="submit" className="button primary small" disabled={problem !== null} onClick={save}>
          Save
        </button>
      </div>
      <p id={noteId} className="editor-note" role={problem === null ? undefined : "alert"}>
        {problem}
      </p>
    </form>
  );
}
