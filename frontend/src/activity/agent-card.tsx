// One agent's card: who, how much of what, and each change with its way back. What was taken away stands out.

import { useId, useState } from "react";
import { ShownSentence } from "../components/shown-sentence.tsx";
import { destroys, type AgentCard as Card, type AgentEntry, type Burst } from "../list/activity.ts";
import type { ListStore } from "../list/list-store.ts";
import * as words from "../texts/agents.ts";
import { told } from "../texts/changes.ts";
import { AgentMark } from "./agent-mark.tsx";

/** More than these are shown when asked for. */
const SHOWN_AT_ONCE = 3;

type Props = { card: Card; undone: ReadonlySet<number>; store: ListStore; hasRoom: boolean };

export default function AgentCard({ card: { agent, bursts }, undone, store, hasRoom }: Props) {
  const bodyId = useId();
  const [isOpen, setIsOpen] = useState(false);
  const [isWhole, setIsWhole] = useState(false);
  const all = bursts.flat();
  const [only] = all;
  const isShort = all.length <= SHOWN_AT_ONCE;
  const showsBody = hasRoom || isOpen;
  /** One change is told, and taken back, in the line itself. */
  const single = !showsBody && all.length === 1 ? only : undefined;
  return (
    <section className="agent-card" aria-label={agent.name}>
      <header className="agent-card-top">
        <AgentMark agent={agent} isNamed />
        <div className="agent-card-head">
          <h2>
            <bdi>{agent.name}</bdi>
          </h2>
          {single ? (
            <p className="agent-card-counts" data-destroys={destroys(single) || undefined}>
              <ShownSentence sentence={told(single)} />
            </p>
          ) : (
            <Counts entries={all} />
          )}
        </div>
        {single && <UndoOne entry={single} isUndone={undone.has(single.number)} store={store} />}
        {!hasRoom && !single && (
          <button
            type="button"
            className="button quiet small"
            aria-expanded={isOpen}
            aria-controls={bodyId}
            onClick={() => setIsOpen(!isOpen)}
          >
            {isOpen ? words.LESS : words.MORE}
          </button>
        )}
        <button type="button" className="button quiet small" onClick={() => store.watching.putAway(agent)}>
          {words.PUT_AWAY}
        </button>
      </header>
      <div id={bodyId} className="agent-card-body" hidden={!showsBody}>
        {showsBody && bursts.map((burst, index) => (
          <BurstView
            key={burst.at(-1)?.number}
            burst={burst}
            undone={undone}
            store={store}
            shown={isWhole || isShort ? burst.length : index === 0 ? SHOWN_AT_ONCE : 0}
          />
        ))}
        {!isWhole && !isShort && (
          <button type="button" className="link agent-card-more" onClick={() => setIsWhole(true)}>
            {words.showAll(all.length)}
          </button>
        )}
      </div>
    </section>
  );
}

function UndoOne({ entry, isUndone, store }: { entry: AgentEntry; isUndone: boolean; store: ListStore }) {
  if (isUndone) return <span className="muted">{words.UNDONE}</span>;
  return (
    <button type="button" className="link" onClick={() => store.undoing.undoChanges([entry])}>
      {words.UNDO}
    </button>
  );
}

function Counts({ entries }: { entries: readonly AgentEntry[] }) {
  return (
    <p className="agent-card-counts">
      {words.countsOf(entries).map(({ kind, words }, index) => (
        <span key={kind} data-destroys={kind === "deleted" || kind === "cleared" || undefined}>
          {index > 0 && " · "}
          {words}
        </span>
      ))}
    </p>
  );
}

/** @param shown how many of the newest changes are shown; what was taken away is shown in any case */
function BurstView({ burst, undone, store, shown }: { burst: Burst; undone: ReadonlySet<number>; store: ListStore; shown: number }) {
  const left = burst.filter(({ number }) => !undone.has(number));
  return (
    <>
      <ul className="agent-card-changes">
        {burst
          .filter((entry, index) => index < shown || destroys(entry))
          .map((entry) => (
            <li key={entry.number} data-destroys={destroys(entry) || undefined}>
              <span className="agent-card-change">
                <ShownSentence sentence={told(entry)} />
              </span>
              <UndoOne entry={entry} isUndone={undone.has(entry.number)} store={store} />
            </li>
          ))}
      </ul>
      {left.length > 1 && (
        <button type="button" className="button small" onClick={() => store.undoing.undoChanges(left)}>
          {words.undoAll(left.length)}
        </button>
      )}
    </>
  );
}
