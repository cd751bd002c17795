// What agents did since the person last looked: who, what, on which rows, and what of it was taken back. One model for what is
// shown of agents: cards, marks on rows, the count in the title, the line that is read out. Pure functions.

import type { Actor, HistoryEntry } from "./delta.ts";

export type Agent = Extract<Actor, { kind: "app" }>;
export type AgentEntry = HistoryEntry & { by: Agent };

export type Activity = {
  /** What the person has seen of the list: changes after this version are new. Null: it is not known yet. */
  since: number | null;
  /** Every change that the page has been told of, whoever made it, oldest first. */
  log: readonly HistoryEntry[];
  /** Up to which change an agent's card was put away. */
  putAway: ReadonlyMap<string, number>;
};

export type Burst = readonly AgentEntry[];

/** What one agent did. */
export type AgentCard = { agent: Agent; bursts: readonly Burst[] };

/** No history keeps more. */
const MOST_KEPT = 500;

/** Changes further apart than this were asked for one by one. */
const BURST_MS = 5 * 60 * 1_000;

export const NO_ACTIVITY: Activity = { since: null, log: [], putAway: new Map() };

export function toldOf(activity: Activity, entries: readonly HistoryEntry[]): Activity {
  if (entries.length === 0) return activity;
  const log = new Map([...activity.log, ...entries].map((entry) => [entry.number, entry]));
  return { ...activity, log: [...log.values()].sort((a, b) => a.number - b.number).slice(-MOST_KEPT) };
}

/** The person looks again, having seen the list at that version before. */
export function lookedAt(activity: Activity, version: number): Activity {
  return { ...activity, since: version, putAway: new Map() };
}

export function putAway(activity: Activity, agent: Agent): Activity {
  const newest = activity.log.at(-1)?.number ?? 0;
  return { ...activity, putAway: new Map(activity.putAway).set(agent.id, newest) };
}

/** What is new of agents, oldest first. */
export function news({ since, log, putAway }: Activity): AgentEntry[] {
  if (since === null) return [];
  return log.filter(isByAgent).filter(({ number, by }) => number > Math.max(since, putAway.get(by.id) ?? 0));
}

/** The agent that did something last comes first; each one's changes in bursts, newest first. */
export function cardsOf(activity: Activity): AgentCard[] {
  const cards = new Map<string, { agent: Agent; bursts: AgentEntry[][] }>();
  for (const entry of news(activity).toReversed()) {
    const card = cards.get(entry.by.id) ?? { agent: entry.by, bursts: [] };
    cards.set(entry.by.id, card);
    const burst = card.bursts.at(-1);
    const after = burst?.at(-1);
    if (burst && after && Date.parse(after.at) - Date.parse(entry.at) < BURST_MS) burst.push(entry);
    else card.bursts.push([entry]);
  }
  return [...cards.values()];
}

/** Who touched which todo last, of what is new. */
export function marksOf(activity: Activity): ReadonlyMap<string, Agent> {
  return new Map(news(activity).flatMap(({ todo, by }) => (todo ? [[todo.id, by] as const] : [])));
}

/** The changes that are taken back as things are, by number. */
export function undoneIn({ log }: Activity): ReadonlySet<number> {
  const undone = new Set<number>();
  // Newest first: an undoing that was itself undone takes nothing back.
  for (const { number, undoes } of log.toReversed()) if (undoes && !undone.has(number)) undone.add(undoes.number);
  return undone;
}

/** What was done to a todo after a version, oldest first. */
export function doneTo({ log }: Activity, todo: string, after: number): HistoryEntry[] {
  return log.filter((entry) => entry.number > after && entry.todo?.id === todo);
}

/** Whether a change takes something away. */
export function destroys({ deed, undoes }: HistoryEntry): boolean {
  return deed === "deleted" || deed === "cleared" || (deed === "undone" && undoes?.deed === "created");
}

export function isByAgent(entry: HistoryEntry): entry is AgentEntry {
  return entry.by.kind === "app";
}
