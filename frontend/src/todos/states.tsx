// The list before there is anything to show in it.

import type { ListView } from "./list-store.ts";

export function Skeleton() {
  return (
    <div className="skeleton" role="status">
      <span className="visually-hidden">Loading your todos…</span>
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
      <p className="empty-title">Nothing to do</p>
      <p>
        Write the first todo below, or{" "}
        <button type="button" className="link" onClick={onConnect}>
          connect an agent
        </button>{" "}
        and ask it to plan your week. You both work on this list.
      </p>
    </div>
  );
}

export function Failed({ failure, onRetry }: { failure: ListView["failure"]; onRetry: () => void }) {
  return (
    <div className="failed" role="alert">
      <p className="empty-title">{failure?.kind === "unreachable" ? "You seem to be offline" : "Your list could not be read"}</p>
      <p>{failure?.message} What you write below is kept.</p>
      <button type="button" className="button" onClick={onRetry}>
        Try again
      </button>
    </div>
  );
}
