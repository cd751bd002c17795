// The board: the list, and nothing around it but what a conversation has no room for elsewhere. Components and store are the
// page's.

import { useEffect, useRef } from "react";
import { ActivityCards } from "../activity/activity-cards.tsx";
import { Announcer } from "../activity/announcer.tsx";
import { Mark } from "../components/mark.tsx";
import { useCell } from "../components/use-cell.ts";
import type { ListStore } from "../list/list-store.ts";
import * as words from "../texts/board.ts";
import { Beyond } from "./beyond.tsx";
import type { Host } from "./host.ts";
import { Composer } from "../todos/composer.tsx";
import { useListKeys } from "../todos/list-keys.ts";
import { NoticeBar } from "../todos/notice-bar.tsx";
import { TodoList } from "../todos/todo-list.tsx";

type Props = {
  store: ListStore;
  host: Promise<Host>;
  /** How many todos there are beyond those that are shown. */
  beyond: () => number;
  /** Told of the height of the board whenever it has become another. */
  onHeight: (height: number) => void;
};

export function Board({ store, host, beyond, onHeight }: Props) {
  const phase = useCell(store.state, ({ phase }) => phase);
  const open = useCell(store.rows, (rows) => rows.filter(({ completed }) => !completed).length);
  const canUndo = useCell(store.undoing.canUndo);
  const board = useRef<HTMLElement>(null);
  useListKeys(board, { store });

  useEffect(() => {
    const observer = new ResizeObserver(() => onHeight(Math.ceil(document.documentElement.getBoundingClientRect().height)));
    observer.observe(document.documentElement);
    return () => observer.disconnect();
  }, [onHeight]);

  const more = phase === "ready" ? beyond() : 0;

  return (
    <main className="board" ref={board}>
      <header className="board-top">
        <Mark size={26} />
        <h1>{words.TODOS}</h1>
        {phase === "ready" && open > 0 && <span className="muted">{words.open(open)}</span>}
        <button type="button" className="button quiet small board-undo" disabled={!canUndo} onClick={store.undoing.undoLast}>
          {words.UNDO}
        </button>
      </header>
      <TodoList store={store} empty={<Empty />} composer={<Composer store={store} />} />
      {more > 0 && <Beyond count={more} host={host} />}
      <ActivityCards store={store} isInFlow />
      <footer className="board-foot">
        <NoticeBar notices={store.notices} />
      </footer>
      <Announcer store={store} />
    </main>
  );
}

function Empty() {
  return (
    <div className="empty">
      <p className="empty-title">{words.NOTHING_TO_DO}</p>
      <p>{words.NOTHING_TO_DO_LEAD}</p>
    </div>
  );
}
