// The list before there is anything to show in it.

import type { SyncState } from "../list/sync.ts";
import * as words from "../texts/page.ts";
import "../styles/states.css";

export function Skeleton() {
  return (
    <div className="skeleton" role="status">
      <span className="visually-hidden">{words.LOADING}</span>
      {[62, 41, 74].map((width) => (
        <div key={width} className="skeleton-row" aria-hidden="true">
          <span className="skeleton-check" />
          <svg className="skeleton-line" width={`${width}%`} height="10" />
        </div>
      ))}
    </div>
  );
}

export function Empty({ onConnect }: { onConnect: () => void }) {
  return (
    <div className="empty">
      <p className="empty-title">{words.NOTHING_TO_DO}</p>
      <p>
        {words.NOTHING_TO_DO_LEAD[0]}
        <button type="button" className="link" onClick={onConnect}>
          {words.NOTHING_TO_DO_LEAD[1]}
        </button>
        {words.NOTHING_TO_DO_LEAD[2]}
      </p>
    </div>
  );
}

export function Failed({ failure, onRetry }: { failure: SyncState["failure"]; onRetry: () => void }) {
  return (
    <div className="failed" role="alert">
      <p className="empty-title">{failure?.kind === "unreachable" ? words.SEEM_OFFLINE : words.NOT_READABLE}</p>
      <p>
        {failure?.message} {words.KEPT}
      </p>
      <button type="button" className="button" onClick={onRetry}>
        {words.TRY_AGAIN}
      </button>
    </div>
  );
}
