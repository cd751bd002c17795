import "../styles/hints.css";

/** The keys, for those who have a keyboard and see them (list-keys.ts). */
export function KeyHints() {
  return (
    <footer className="hints" aria-hidden="true">
      <kbd>N</kbd> new <kbd>↑</kbd>
      <kbd>↓</kbd> move <kbd>Space</kbd> complete <kbd>E</kbd> edit <kbd>⌫</kbd> delete <kbd>Z</kbd> undo <kbd>H</kbd> history
    </footer>
  );
}
