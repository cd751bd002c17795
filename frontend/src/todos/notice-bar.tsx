// One line at the foot of the page about what the person did. It goes by itself, but while the pointer or the focus is on it, it
// stays, and stays what it is.

import { useEffect, useState } from "react";
import { ShownSentence } from "../components/shown-sentence.tsx";
import { useCell } from "../components/use-cell.ts";
import type { Notices } from "../list/notices.ts";
import "../styles/notice.css";

const SHOWN_MS = 7_000;

export function NoticeBar({ notices }: { notices: Notices }) {
  const notice = useCell(notices.shown);
  const [held, setHeld] = useState(false);
  const id = notice?.id;

  useEffect(() => {
    if (id === undefined || held) return;
    const timer = setTimeout(() => notices.dismiss(id), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [id, held, notices]);

  function hold(isHeld: boolean): void {
    setHeld(isHeld);
    if (isHeld) notices.hold();
    else notices.letGo();
  }

  function done(run?: () => void): void {
    setHeld(false);
    if (id !== undefined) notices.dismiss(id);
    run?.();
  }

  return (
    <div className="notice-place" role="status">
      {notice && (
        <div
          key={notice.id}
          className="notice"
          data-failure={notice.isFailure || undefined}
          onPointerEnter={() => hold(true)}
          onPointerLeave={() => hold(false)}
          onFocus={() => hold(true)}
          onBlur={() => hold(false)}
        >
          <span className="notice-text">
            <ShownSentence sentence={notice.words} />
          </span>
          {notice.action && (
            <button type="button" className="notice-action" onClick={() => done(notice.action?.run)}>
              {notice.action.label}
            </button>
          )}
          <button type="button" className="notice-close" aria-label="Dismiss" onClick={() => done()}>
            ×
          </button>
        </div>
      )}
    </div>
  );
}
