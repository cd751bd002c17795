import { useEffect, useState } from "react";
import { STILL_WAITING, WAITING } from "../texts/page.ts";
import "../styles/waiting.css";

/** Shown only when a wait is long enough to be felt, so that a quick answer does not flicker. */
export function Waiting({ label = WAITING }: { label?: string }) {
  const [felt, setFelt] = useState(false);
  const [long, setLong] = useState(false);
  useEffect(() => {
    const soon = setTimeout(() => setFelt(true), 250);
    const late = setTimeout(() => setLong(true), 8_000);
    return () => {
      clearTimeout(soon);
      clearTimeout(late);
    };
  }, []);
  return (
    <div className="waiting" role="status">
      {felt && <span className="spinner" aria-hidden="true" />}
      <span className={long ? "muted" : "visually-hidden"}>{long ? STILL_WAITING : `${label}…`}</span>
    </div>
  );
}
