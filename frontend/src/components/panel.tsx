// A sheet from the side, on a phone the whole page. A native dialog: focus stays in it, Escape and a click beside it close it.
// What is in it is there while it is open, and may be downloaded only then.

import { Suspense, useId, useState, type ReactNode, type RefObject } from "react";
import { ErrorBoundary } from "./error-boundary.tsx";
import { READING } from "../texts/history.ts";
import { CLOSE } from "../texts/page.ts";
import "../styles/panel.css";

type Props = { ref: RefObject<HTMLDialogElement | null>; title: string; children: ReactNode };

export function Panel({ ref, title, children }: Props) {
  const titleId = useId();
  const [isOpen, setIsOpen] = useState(false);
  return (
    <dialog
      ref={ref}
      className="panel"
      aria-labelledby={titleId}
      onToggle={(event) => setIsOpen(event.currentTarget.open)}
      onClick={(event) => {
        if (event.target === event.currentTarget) event.currentTarget.close();
      }}
    >
      <div className="panel-body">
        <div className="panel-top">
          <h2 id={titleId}>{title}</h2>
          <form method="dialog">
            <button type="submit" className="panel-close" aria-label={CLOSE}>
              ×
            </button>
          </form>
        </div>
        {isOpen && (
          <ErrorBoundary isPart>
            <Suspense fallback={<p className="muted">{READING}</p>}>{children}</Suspense>
          </ErrorBoundary>
        )}
      </div>
    </dialog>
  );
}
