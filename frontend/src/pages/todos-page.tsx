// The list is the page. What is around it: who is logged in, what agents did, and the way to connect one.

import { lazy, useCallback, useEffect, useRef, useSyncExternalStore } from "react";
import { Link } from "../components/navigation.tsx";
import { ActivityCards } from "../activity/activity-cards.tsx";
import { Announcer } from "../activity/announcer.tsx";
import { useTitle } from "../activity/use-title.ts";
import { AccountMenu } from "../components/account-menu.tsx";
import { CardPage } from "../components/card-page.tsx";
import { Mark } from "../components/mark.tsx";
import { Panel } from "../components/panel.tsx";
import { SkipLink } from "../components/skip-link.tsx";
import { onKept, unsavedOf } from "../kept/keeper.ts";
import type { ListStore } from "../list/list-store.ts";
import type { User } from "../session/client.ts";
import { LoginRequired } from "../session/login-required.tsx";
import { KEYS } from "../texts/keys.ts";
import * as words from "../texts/page.ts";
import { Composer } from "../todos/composer.tsx";
import { Empty, Skeleton } from "../todos/states.tsx";
import { KeyHints } from "../todos/key-hints.tsx";
import { useListKeys } from "../todos/list-keys.ts";
import { TodoList } from "../todos/todo-list.tsx";
import { NoticeBar } from "../todos/notice-bar.tsx";
import { Heading } from "../todos/heading.tsx";
import { useListStore } from "../todos/use-list-store.ts";
import { OffScreen } from "../todos/off-screen.ts";
import { showRow } from "../todos/show-row.ts";
import "../styles/page.css";
import "../styles/circumstances.css";

const Connecting = lazy(() => import("../connect/connecting.tsx"));
const KeysTable = lazy(() => import("../todos/keys-table.tsx"));
const History = lazy(() => import("../history/history.tsx"));

export default function TodosPage() {
  return (
    <LoginRequired ended={(userId) => <SessionEnded userId={userId} />}>{(user) => <Todos key={user.user_id} user={user} />}</LoginRequired>
  );
}

function Todos({ user }: { user: User }) {
  const store = useListStore(user.user_id);
  const connecting = useRef<HTMLDialogElement>(null);
  const history = useRef<HTMLDialogElement>(null);
  const keys = useRef<HTMLDialogElement>(null);
  const openHistory = useCallback(() => history.current?.showModal(), []);
  const show = (todo: string) => {
    history.current?.close();
    if (store) showRow(store, todo);
  };
  const openKeys = useCallback(() => keys.current?.showModal(), []);
  const openConnecting = useCallback(() => connecting.current?.showModal(), []);

  return (
    <div className="page">
      <SkipLink />
      <header className="top">
        <Mark />
        <button type="button" className="button quiet" onClick={openHistory}>
          {words.HISTORY}
        </button>
        <button type="button" className="button quiet" onClick={openConnecting}>
          {words.CONNECT}
        </button>
        <AccountMenu user={user} />
      </header>
      {store ? <Content store={store} onHistory={openHistory} onConnect={openConnecting} onKeys={openKeys} /> : <Opening />}
      <Panel ref={connecting} title={words.CONNECT}>
        <Connecting store={store} />
      </Panel>
      <Panel ref={history} title={words.HISTORY}>
        {store && <History store={store} onShow={show} />}
      </Panel>
      <Panel ref={keys} title={KEYS}>
        <KeysTable />
      </Panel>
    </div>
  );
}

function Opening() {
  return (
    <main>
      <div className="heading">
        <h1>{words.TODOS}</h1>
      </div>
      <Skeleton />
    </main>
  );
}

type ContentProps = { store: ListStore; onHistory: () => void; onConnect: () => void; onKeys: () => void };

function Content({ store, onHistory, onConnect, onKeys }: ContentProps) {
  const list = useRef<HTMLElement>(null);
  useListKeys(list, { store, onHistory, onKeys });
  useTitle(store);

  useEffect(() => {
    store.undoing.onShowHistory = onHistory;
  }, [store, onHistory]);

  return (
    <>
      <main id="main" ref={list}>
        <Heading store={store} />
        <TodoList store={store} empty={<Empty onConnect={onConnect} />} composer={<Composer store={store} />} />
      </main>
      <KeyHints onKeys={onKeys} />
      <ActivityCards store={store} />
      <NoticeBar notices={store.notices} />
      <Announcer store={store} />
      <OffScreen store={store} />
    </>
  );
}

function SessionEnded({ userId }: { userId: string }) {
  // Whoever logs out in another tab takes what is kept with them.
  const isKept = useSyncExternalStore(onKept, () => unsavedOf(userId) > 0);
  return (
    <CardPage title={words.SESSION_ENDED} lead={isKept ? words.SESSION_ENDED_LEAD : words.CARRY_ON}>
      <Link href="/login" className="button primary wide">
        {words.LOG_IN}
      </Link>
    </CardPage>
  );
}
