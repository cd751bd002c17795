// One line at the foot of the page: what went wrong, or what can be taken back. It goes by itself, but not while the
// pointer or the focus is on it.

import { useEffect, useState } from "react";
import { ShownSentence } from "../components/shown-sentence.tsx";
import type { Notice } from "./list-store.ts";

const SHOWN_MS = 7_000;

type Props = { notice: Notice | null; onDismiss: (id: number) => void };

export function NoticeBar({ notice, onDismiss }: Props) {
  const [held, setHeld] = useState(false);
  const id = notice?.id;

  useEffect(() => {
    if (id === undefined || held) return;
    const timer = setTimeout(() => onDismiss(id), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [id, held, onDismiss]);

  return (
    <div className="notice-place" role="status">
      {notice && (
        <div
          key={notice.id}
          className="notice"
          onPointerEnter={() => setHeld(true)}
          onPointerLeave={() => setHeld(false)}
          onFocus={() => setHeld(true)}
          onBlur={() => setHeld(false)}
        >
          <span className="notice-text">
            <ShownSentence sentence={notice.words} />
          </span>
          {notice.action && (
            <button
              type="button"
              className="notice-action"
              onClick={() => {
                notice.action?.run();
                setHeld(false);
                onDismiss(notice.id);
              }}
            >
              {notice.action.label}
            </button>
          )}
          <button
            type="button"
            className="notice-close"
            aria-label="Dismiss"
            onClick={() => {
              setHeld(false);
              onDismiss(notice.id);
            }}
          >
            ×
          </button>
        </div>
      )}
    </div>
  );
}
