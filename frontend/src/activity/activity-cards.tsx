// What agents did since the person last looked: a card for each, in a place of its own, so that nothing of the person's is ever
// replaced by it. What an agent did is taken back here, change by change or a whole burst.

import { useState } from "react";
import { ShownSentence } from "../components/shown-sentence.tsx";
import { useCell } from "../components/use-cell.ts";
import { cardsOf, destroys, undoneIn, type AgentCard, type AgentEntry, type Burst } from "../list/activity.ts";
import type { ListStore } from "../list/list-store.ts";
import * as words from "../texts/agents.ts";
import { told } from "../texts/changes.ts";
import { clock } from "../texts/times.ts";
import { AgentMark } from "./agent-mark.tsx";
import "../styles/activity.css";

/** More than these are shown when asked for. */
const SHOWN_AT_ONCE = 3;

export function ActivityCards({ store }: { store: ListStore }) {
  const activity = useCell(store.watching.activity);
  const cards = cardsOf(activity);
  const undone = undoneIn(activity);
  return (
    <aside className="activity" aria-label={words.AGENTS}>
      {cards.map((card) => (
        <Card key={card.agent.id} card={card} undone={undone} store={store} />
      ))}
    </aside>
  );
}

function Card({ card: { agent, bursts }, undone, store }: { card: AgentCard; undone: ReadonlySet<number>; store: ListStore }) {
  const [isOpen, setIsOpen] = useState(false);
  const all = bursts.flat();
  const newest = all[0];
  return (
    <section className="agent-card" aria-label={agent.name} data-open={isOpen || undefined}>
      <header className="agent-card-top">
        <AgentMark agent={agent} isNamed />
        <div className="agent-card-head">
          <h2>
            <bdi>{agent.name}</bdi>
          </h2>
          <Counts entries={all} />
        </div>
        <button type="button" className="button quiet small" onClick={() => store.watching.putAway(agent)}>
          {words.PUT_AWAY}
        </button>
      </header>
      {bursts.map((burst, index) => (
        <BurstView
          key={burst.at(-1)?.number}
          burst={burst}
          undone={undone}
          store={store}
          isWhole={isOpen || all.length <= SHOWN_AT_ONCE}
          isFirst={index === 0}
        />
      ))}
      {!isOpen && all.length > SHOWN_AT_ONCE && (
        <button type="button" className="link agent-card-more" onClick={() => setIsOpen(true)}>
          {words.showAll(all.length)}
        </button>
      )}
      {newest && <span className="visually-hidden">{clock(newest.at)}</span>}
    </section>
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

type BurstProps = { burst: Burst; undone: ReadonlySet<number>; store: ListStore; isWhole: boolean; isFirst: boolean };

function BurstView({ burst, undone, store, isWhole, isFirst }: BurstProps) {
  // What was taken away is never among what is not shown.
  const shown = isWhole ? burst : burst.filter((entry, index) => (isFirst && index < SHOWN_AT_ONCE) || destroys(entry));
  const left = burst.filter(({ number }) => !undone.has(number));
  return (
    <>
      <ul className="agent-card-changes">
        {shown.map((entry) => (
          <li key={entry.number} data-destroys={destroys(entry) || undefined}>
            <span className="agent-card-change">
              <ShownSentence sentence={told(entry)} />
            </span>
            {undone.has(entry.number) ? (
              <span className="muted">{words.UNDONE}</span>
            ) : (
              <button type="button" className="link" onClick={() => store.undoing.undoChanges([entry])}>
                {words.UNDO}
              </button>
            )}
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
