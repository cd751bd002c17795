// What is said of agents on their cards, and to those who listen. It is downloaded once an agent has done something.

import type { AgentCard, AgentEntry } from "../list/activity.ts";
import type { ChangeKind } from "../list/delta.ts";
import { sentence, written, type Sentence } from "./sentence.ts";

export const UNDO = "Undo";
export const UNDONE = "undone";
export const PUT_AWAY = "Got it";
export const MORE = "Show";
export const LESS = "Hide";

export const undoAll = (count: number): string => (count === 2 ? "Undo both" : `Undo all ${count}`);
export const showAll = (count: number): string => `Show all ${count}`;

/** What is lost stands first. */
const ORDER: readonly ChangeKind[] = ["deleted", "cleared", "created", "completed", "reopened", "edited", "undone"];
const DID: Record<ChangeKind, string> = {
  deleted: "deleted",
  cleared: "cleared",
  created: "added",
  completed: "completed",
  reopened: "reopened",
  edited: "changed",
  undone: "undid",
};

export type Count = { kind: ChangeKind; words: string };

/** “deleted 1”, “added 3”: by kind, with how many todos. */
export function countsOf(entries: readonly AgentEntry[]): Count[] {
  return ORDER.flatMap((kind) => {
    const todos = entries.filter(({ deed }) => deed === kind).reduce((sum, entry) => sum + entry.todos, 0);
    return todos > 0 ? [{ kind, words: `${DID[kind]} ${todos}` }] : [];
  });
}

/** One sentence for all that happened, however much it was. */
export function summary(cards: readonly AgentCard[]): Sentence {
  return cards.flatMap(({ agent, bursts }, index) => {
    const counts = countsOf(bursts.flat()).map(({ words }) => words);
    return sentence`${index > 0 ? " " : ""}${written(agent.name)} ${counts.join(", ")}.`;
  });
}
