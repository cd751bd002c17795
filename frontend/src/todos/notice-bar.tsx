// One line at the foot of the page about what the person did. It goes by itself, but while the pointer or the focus is on it, it
// stays, and stays what it is.

import { useEffect, useState } from "react";
import { ShownSentence } from "../components/shown-sentence.tsx";
import { useCell } from "../components/use-cell.ts";
import type { Hold, Notices } from "../list/notices.ts";
import { DISMISS } from "../texts/list.ts";
import "../styles/notice.css";

const SHOWN_MS = 7_000;

export function NoticeBar({ notices }: { notices: Notices }) {
  const notice = useCell(notices.shown);
  const [holds, setHolds] = useState<readonly Hold[]>([]);
  const id = notice?.id;
  const isHeld = holds.length > 0;

  useEffect(() => {
    if (id === undefined || isHeld) return;
    const timer = setTimeout(() => notices.dismiss(id), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [id, isHeld, notices]);

  function hold(by: Hold): void {
    setHolds((before) => [...before.filter((other) => other !== by), by]);
    notices.hold(by);
  }

  function letGo(by: Hold): void {
    setHolds((before) => before.filter((other) => other !== by));
    notices.letGo(by);
  }

  function done(run?: () => void): void {
    setHolds([]);
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
          onPointerEnter={() => hold("pointer")}
          onPointerLeave={() => letGo("pointer")}
          onFocus={() => hold("focus")}
          onBlur={() => letGo("focus")}
        >
          <span className="notice-text">
            <ShownSentence sentence={notice.words} />
          </span>
          {notice.action && (
            <button type="button" className="notice-action" onClick={() => done(notice.action?.run)}>
              {notice.action.label}
            </button>
          )}
          <button type="button" className="notice-close" aria-label={DISMISS} onClick={() => done()}>
            ×
          </button>
        </div>
      )}
    </div>
  );
}
