import { Fragment } from "react";
import { useCell } from "../components/use-cell.ts";
import { HINTS, SHOW_KEYS, SINGLE_HINTS } from "../texts/keys.ts";
import { singleKeys } from "./single-keys.ts";
import "../styles/hints.css";

/** The keys that are used most, for those who have a keyboard, and the way to all of them. */
export function KeyHints({ onKeys }: { onKeys: () => void }) {
  const hasSingle = useCell(singleKeys);
  return (
    <footer className="hints">
      <span aria-hidden="true">
        {[...HINTS, ...(hasSingle ? SINGLE_HINTS : [])].map(({ keys, does }) => (
          <Fragment key={does}>
            {keys.map((key) => (
              <kbd key={key}>{key}</kbd>
            ))}
            {` ${does} `}
          </Fragment>
        ))}
      </span>
      <button type="button" className="link" onClick={onKeys}>
        {SHOW_KEYS}
      </button>
    </footer>
  );
}
