// What was done to the list and by whom, newest first, each with its way back. It can be searched, and looked at agent by agent.

import { useEffect, useId, useState } from "react";
import { useCell } from "../components/use-cell.ts";
import type { ListStore } from "../list/list-store.ts";
import * as words from "../texts/history.ts";
import { ChangeRow } from "./change-row.tsx";
import { EVERYBODY, finds, peopleIn, type Sought } from "./search.ts";
import { useHistory } from "./use-history.ts";
import "../styles/history.css";

type Props = { store: ListStore; onShow: (todo: string) => void };

export default function History({ store, onShow }: Props) {
  const searchId = useId();
  const whoId = useId();
  const version = useCell(store.version);
  const { entries, hasMore, problem, readOlder, readAgain } = useHistory(store, version);
  const [sought, setSought] = useState<Sought>({ text: "", who: EVERYBODY });
  const isSearching = sought.text.trim() !== "" || sought.who !== EVERYBODY;

  // What is sought may be far back.
  useEffect(() => {
    if (isSearching && hasMore) void readOlder(true);
  }, [isSearching, hasMore, readOlder]);

  if (problem !== null && entries === null)
    return (
      <p role="alert">
        {problem}{" "}
        <button type="button" className="link" onClick={() => void readAgain()}>
          {words.TRY_AGAIN}
        </button>
      </p>
    );
  if (entries === null) return <p className="muted">{words.READING}</p>;
  if (entries.length === 0) return <p className="muted">{words.NOTHING_YET}</p>;
  const found = entries.filter((entry) => finds(sought, entry));
  return (
    <>
      <div className="history-search" role="search">
        <label htmlFor={searchId} className="visually-hidden">
          {words.SEARCH}
        </label>
        <input
          id={searchId}
          type="search"
          className="field"
          placeholder={words.SEARCH}
          value={sought.text}
          onChange={(event) => setSought({ ...sought, text: event.target.value })}
        />
        <label htmlFor={whoId} className="visually-hidden">
          {words.BY_WHOM}
        </label>
        <select id={whoId} className="field" value={sought.who} onChange={(event) => setSought({ ...sought, who: event.target.value })}>
          <option value={EVERYBODY}>{words.BY_ANYBODY}</option>
          {peopleIn(entries).map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      </div>
      <p className="visually-hidden" role="status">
        {isSearching && words.found(found.length)}
      </p>
      {found.length === 0 && <p className="muted">{words.NOTHING_FOUND}</p>}
      <ul className="history">
        {found.map((entry) => (
          <ChangeRow key={entry.number} entry={entry} store={store} onShow={onShow} />
        ))}
      </ul>
      {problem !== null && <p role="alert">{problem}</p>}
      {hasMore && !isSearching && (
        <button type="button" className="button" onClick={() => void readOlder(false)}>
          {words.OLDER}
        </button>
      )}
    </>
  );
}
