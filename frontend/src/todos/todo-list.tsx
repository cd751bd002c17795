// The list in each of its states, the field for a new todo among them: that is there whatever else is not.

import type { ReactNode } from "react";
import { useCell } from "../components/use-cell.ts";
import type { ListStore } from "../list/list-store.ts";
import * as words from "../texts/page.ts";
import { Failed, Skeleton } from "./states.tsx";
import { TodoRows } from "./todo-rows.tsx";

type Props = { store: ListStore; empty: ReactNode; composer: ReactNode };

export function TodoList({ store, empty, composer }: Props) {
  const { phase, failure, offline } = useCell(store.state);
  const isEmpty = useCell(store.rows, (rows) => rows.length === 0);
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

function Offline({ store }: { store: ListStore }) {
  const waiting = useCell(store.given, (given) => given.filter(({ state }) => state === "waiting").length);
  return (
    <p className="offline" role="status">
      {words.OFFLINE} {waiting > 0 && words.UNSENT_OFFLINE(waiting)}
    </p>
  );
}

/** Sent now, it might be done twice, or no longer be what the person wants. */
function Earlier({ store }: { store: ListStore }) {
  const count = useCell(store.given, (given) => given.filter(({ state }) => state === "asking").length);
  if (count === 0) return null;
  return (
    <div className="earlier" role="group" aria-label={words.earlier(count)}>
      <p>{words.earlier(count)}</p>
      <button type="button" className="button small" onClick={() => store.decideEarlier(true)}>
        {words.SEND_EARLIER}
      </button>
      <button type="button" className="button small quiet" onClick={() => store.decideEarlier(false)}>
        {words.DISCARD_EARLIER}
      </button>
    </div>
  );
}
