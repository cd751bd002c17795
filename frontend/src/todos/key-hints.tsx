import { useCell } from "../components/use-cell.ts";
import { SHOW_KEYS } from "../texts/keys.ts";
import { singleKeys } from "./single-keys.ts";
import "../styles/hints.css";

/** The keys that are used most, for those who have a keyboard, and the way to all of them. */
export function KeyHints({ onKeys }: { onKeys: () => void }) {
  const hasSingle = useCell(singleKeys);
  return (
    <footer className="hints">
      <span aria-hidden="true">
        <kbd>↑</kbd>
        <kbd>↓</kbd> move <kbd>Space</kbd> complete <kbd>↵</kbd> edit <kbd>⌫</kbd> delete{" "}
        {hasSingle && (
          <>
            <kbd>N</kbd> new <kbd>Z</kbd> undo <kbd>H</kbd> history
          </>
        )}
      </span>
      <button type="button" className="link" onClick={onKeys}>
        {SHOW_KEYS}
      </button>
    </footer>
  );
}
