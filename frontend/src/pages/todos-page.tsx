// The list is the page. What is around it: who is logged in, and the way to connect an agent.

import { useCallback, useEffect, useRef } from "react";
import { Link } from "wouter";
import { AccountMenu } from "../components/account-menu.tsx";
import { CardPage } from "../components/card-page.tsx";
import { Mark } from "../components/mark.tsx";
import { ConnectPanel } from "../connect/connect-panel.tsx";
import type { User } from "../session/client.ts";
import { LoginRequired } from "../session/login-required.tsx";
import { Composer } from "../todos/composer.tsx";
import { HistoryPanel } from "../todos/history-panel.tsx";
import { useListKeys } from "../todos/list-keys.ts";
import { NoticeBar } from "../todos/notice-bar.tsx";
import { Empty, Failed, Skeleton } from "../todos/states.tsx";
import { TodoRows } from "../todos/todo-rows.tsx";
import { useTodos } from "../todos/use-todos.ts";
import "../styles/todos.css";

export function TodosPage() {
  return (
    <LoginRequired ended={() => <SessionEnded />}>{(user) => <Todos key={user.user_id} user={user} />}</LoginRequired>
  );
}

function Todos({ user }: { user: User }) {
  const { store, view } = useTodos(user.user_id);
  const panel = useRef<HTMLDialogElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const history = useRef<HTMLDialogElement>(null);
  const openHistory = useCallback(() => history.current?.showModal(), []);
  const undoLast = useCallback(() => store.undoLast(), [store]);
  useListKeys(list, { onUndo: undoLast, onHistory: openHistory });

  useEffect(() => {
    store.onShowHistory = openHistory;
  }, [store, openHistory]);

  useEffect(() => {
    document.title = "Todos";
  }, []);

  const openPanel = () => panel.current?.showModal();
  const open = view.rows.filter((row) => !row.completed).length;

  return (
    <div className="page">
      <header className="top">
        <Mark />
        <button type="button" className="button quiet" onClick={openHistory}>
          History
        </button>
        <button type="button" className="button quiet" onClick={openPanel}>
          Connect an agent
        </button>
        <AccountMenu user={user} />
      </header>
      <main ref={list}>
        <div className="heading">
          <h1>Todos</h1>
          {view.phase === "ready" && open > 0 && <span className="muted">{open} open</span>}
        </div>
        {view.offline && view.phase === "ready" && (
          <p className="offline" role="status">
            No connection. You see the list as it was last read.
          </p>
        )}
        {view.phase === "loading" && view.rows.length === 0 && <Skeleton />}
        {view.phase === "failed" && <Failed failure={view.failure} onRetry={() => void store.refresh()} />}
        {view.phase === "ready" && view.rows.length === 0 && <Empty onConnect={openPanel} />}
        <TodoRows
          rows={view.rows}
          store={store}
          composer={<Composer userId={user.user_id} onAdd={(text) => store.add(text)} />}
        />
      </main>
      <footer className="hints" aria-hidden="true">
        <kbd>N</kbd> new <kbd>↑</kbd>
        <kbd>↓</kbd> move <kbd>Space</kbd> complete <kbd>E</kbd> edit <kbd>⌫</kbd> delete <kbd>Z</kbd> undo <kbd>H</kbd> history
      </footer>
      <NoticeBar notice={view.notice} onDismiss={(id) => store.dismissNotice(id)} />
      <p className="visually-hidden" role="status">
        {view.news.todos > 0 && (
          <span key={view.news.serial}>
            {view.news.todos === 1 ? "1 todo was changed elsewhere." : `${view.news.todos} todos were changed elsewhere.`}
          </span>
        )}
      </p>
      <ConnectPanel ref={panel} />
      <HistoryPanel ref={history} store={store} version={view.version} />
    </div>
  );
}

function SessionEnded() {
  return (
    <CardPage
      title="Your session has ended"
      lead="Log in again to carry on. What you had typed and not saved is kept in this tab."
    >
      <Link href="/login" className="button primary wide">
        Log in
      </Link>
    </CardPage>
  );
}
