// The list in each of its states, the field for a new todo among them: that is there whatever else is not.

import { lazy, Suspense, useEffect, useLayoutEffect, useRef, type ReactNode } from "react";
import { ErrorBoundary } from "../components/error-boundary.tsx";
import { useCell } from "../components/use-cell.ts";
import type { ListStore } from "../list/list-store.ts";
import * as words from "../texts/page.ts";
import { Failed, Skeleton } from "./states.tsx";
import { TodoRows } from "./todo-rows.tsx";

/** Seldom there, and downloaded only then. */
const EarlierQuestion = lazy(() => import("./earlier-question.tsx"));

type Props = { store: ListStore; empty: ReactNode; composer: ReactNode };

export function TodoList({ store, empty, composer }: Props) {
  const { phase, failure, offline } = useCell(store.state);
  const isEmpty = useCell(store.rows, (rows) => rows.length === 0);
  usePlaceKept(store, phase === "failed");
  return (
    <>
      {offline && phase === "ready" && <Offline store={store} />}
      <Earlier store={store} />
      {phase === "loading" && isEmpty && <Skeleton />}
      {phase === "failed" && <Failed failure={failure} onRetry={() => void store.refresh()} />}
      {phase === "ready" && isEmpty && empty}
      <TodoRows store={store} composer={composer} />
    </>
  );
}

/** A reading that fails takes away the rows that had come, and with them the place in them: when they are back, so is that. */
function usePlaceKept(store: ListStore, hasFailed: boolean): void {
  const place = useRef(0);
  useEffect(
    () =>
      store.goesOn.subscribe(() => {
        if (!store.goesOn.get()) place.current = scrollY;
      }),
    [store],
  );
  useLayoutEffect(() => {
    return hasFailed ? () => scrollTo(0, place.current) : undefined;
  }, [hasFailed]);
}

function Offline({ store }: { store: ListStore }) {
  const waiting = useCell(store.given, (given) => given.filter(({ state }) => state === "waiting").length);
  return (
    <p className="offline" role="status">
      {words.OFFLINE} {waiting > 0 && words.UNSENT_OFFLINE(waiting)}
    </p>
  );
}

function Earlier({ store }: { store: ListStore }) {
  const count = useCell(store.given, (given) => given.filter(({ state }) => state === "asking").length);
  if (count === 0) return null;
  return (
    <ErrorBoundary isPart>
      <Suspense>
        <EarlierQuestion count={count} store={store} />
      </Suspense>
    </ErrorBoundary>
  );
}
