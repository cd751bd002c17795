// What the page is told of others, and what of it the person has seen (activity.ts says what is made of that).

import type { HistoryPage } from "../api/todos.ts";
import { NO_ACTIVITY, lookedAt, putAway, toldOf, type Activity, type Agent } from "./activity.ts";
import { Cell } from "./cell.ts";
import type { HistoryEntry } from "./delta.ts";

/** How many parts of the history are read to find out what was missed: all there are. */
const MOST_PARTS = 5;

export type Watched = {
  version(): number | null;
  history(before?: number): Promise<HistoryPage>;
  /** The version that the person saw last in this browser; null: they have not seen it here. */
  looked(): number | null;
  keepLooked(version: number): void;
};

export class Watching {
  readonly activity = new Cell<Activity>(NO_ACTIVITY);
  readonly #watched: Watched;
  /** The numbers of the changes that were made here: in a board they go by the name of the agent that has the token. */
  readonly #own = new Set<number>();
  #isSeen = true;
  /** Every change after this one is in the log. */
  #from = Infinity;
  #catchingUp: Promise<void> = Promise.resolve();

  constructor(watched: Watched) {
    this.#watched = watched;
  }

  /** Whether the page is before the person's eyes. */
  look(isSeen: boolean): void {
    const version = this.#watched.looked() ?? this.#watched.version();
    if (isSeen && !this.#isSeen && version !== null) this.activity.update((activity) => lookedAt(activity, version));
    this.#isSeen = isSeen;
    this.rememberLooked();
  }

  /** The list is at another version: whoever is before the page sees it. */
  rememberLooked(): void {
    const version = this.#watched.version();
    // Before it is known what they saw last, that must not be written over.
    const isKnown = this.activity.get().since !== null;
    if (this.#isSeen && isKnown && version !== null) this.#watched.keepLooked(version);
  }

  putAway(agent: Agent): void {
    this.activity.update((activity) => putAway(activity, agent));
  }

  /** This page itself made a change. */
  made(entry: HistoryEntry): void {
    this.#own.add(entry.number);
    this.told([entry]);
  }

  told(entries: readonly HistoryEntry[]): void {
    const mine = (entry: HistoryEntry): HistoryEntry => (this.#own.has(entry.number) ? { ...entry, by: { kind: "browser" } } : entry);
    this.activity.update((activity) => toldOf(activity, entries.map(mine)));
  }

  /** The list was read at another version than it had, and nobody told what happened between: the history knows. */
  async jumped(from: number): Promise<void> {
    const version = this.#watched.version() ?? 0;
    const { since } = this.activity.get();
    const first = since ?? this.#watched.looked() ?? version;
    if (since === null) this.activity.update((activity) => lookedAt(activity, first));
    this.rememberLooked();
    const unknown = since === null ? Math.min(first, this.#from) : from;
    this.#from = Math.min(unknown, this.#from);
    if (unknown < version) await this.#catchUpAfter(unknown);
  }

  /** What was done after that version is asked for, by an edit that was begun then. */
  async reachBack(version: number): Promise<void> {
    if (version >= this.#from) return;
    this.#from = version;
    // What is missing before the first reading is found out with it.
    if (this.activity.get().since !== null) await this.#catchUpAfter(version);
  }

  /** Resolves once all that was missed by now is in the log. */
  caughtUp(): Promise<void> {
    return this.#catchingUp;
  }

  /** One after the other: each has to be found, however far back. */
  #catchUpAfter(version: number): Promise<void> {
    this.#catchingUp = this.#catchingUp.then(() => this.#catchUp(version));
    return this.#catchingUp;
  }

  async #catchUp(from: number): Promise<void> {
    let before: number | undefined;
    for (let part = 0; part < MOST_PARTS; part++) {
      try {
        const { changes, next } = await this.#watched.history(before);
        this.told(changes.filter(({ number }) => number > from));
        if (next === undefined || next <= from + 1) return;
        before = next;
      } catch {
        // The list is there all the same, and the history can be opened.
        return;
      }
    }
  }
}
