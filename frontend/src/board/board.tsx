// The board: the list, and nothing around it but what a conversation has no room for elsewhere. Components and store are the
// page's.

import { useCallback, useEffect, useRef, useSyncExternalStore } from "react";
import { Mark } from "../components/mark.tsx";
import { Composer } from "../todos/composer.tsx";
import { useListKeys } from "../todos/list-keys.ts";
import type { ListStore } from "../todos/list-store.ts";
import { NoticeBar } from "../todos/notice-bar.tsx";
import { Failed, Skeleton } from "../todos/states.tsx";
import { TodoRows } from "../todos/todo-rows.tsx";

/** There is no history in the board. */
const onHistory = () => undefined;

type Props = {
  store: ListStore;
  /** How many todos there are beyond those that are shown. */
  beyond: () => number;
  /** Told of the height of the board whenever it has become another. */
  onHeight: (height: number) => void;
};

export function Board({ store, beyond, onHeight }: Props) {
  const view = useSyncExternalStore(store.subscribe, store.view);
  const board = useRef<HTMLElement>(null);
  const onUndo = useCallback(() => store.undoLast(), [store]);
  useListKeys(board, { onUndo, onHistory });

  useEffect(() => {
    const observer = new ResizeObserver(() => onHeight(Math.ceil(document.documentElement.getBoundingClientRect().height)));
    observer.observe(document.documentElement);
    return () => observer.disconnect();
  }, [onHeight]);

  const open = view.rows.filter((row) => !row.completed).length;
  const more = view.phase === "ready" ? beyond() : 0;

  return (
    <main className="board" ref={board}>
      <header className="board-top">
        <Mark size={26} />
        <h1>Todos</h1>
        {view.phase === "ready" && open > 0 && <span className="muted">{open} open</span>}
        <button type="button" className="button quiet small board-undo" disabled={!view.canUndo} onClick={onUndo}>
          Undo
        </button>
      </header>
      {view.offline && view.phase === "ready" && (
        <p className="offline" role="status">
          No connection. You see the list as it was last read.
        </p>
      )}
      {view.phase === "loading" && view.rows.length === 0 && <Skeleton />}
      {view.phase === "failed" && <Failed failure={view.failure} onRetry={() => void store.refresh()} />}
      {view.phase === "ready" && view.rows.length === 0 && (
        <div className="empty">
          <p className="empty-title">Nothing to do</p>
          <p>Write the first todo below, or ask for it in the conversation.</p>
        </div>
      )}
      <TodoRows rows={view.rows} store={store} composer={<Composer userId={null} onAdd={(text) => store.add(text)} />} />
      {more > 0 && <p className="board-more muted">And {more} more, which the page shows.</p>}
      <footer className="board-foot">
        <NoticeBar notice={view.notice} onDismiss={(id) => store.dismissNotice(id)} />
      </footer>
    </main>
  );
}
