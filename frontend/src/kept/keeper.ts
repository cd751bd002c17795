// What a person typed and did and the server has not confirmed, kept in this browser: it outlives a reload, a crash, a closed
// window and a login in between. It is kept by person, so that it is never sent as another, and by tab, so that two tabs do not
// send it twice; a tab takes over what one that has gone has left.

import { fromEarlierVersion } from "./earlier.ts";
import type { Kept } from "./kept.ts";
import { local, namesIn, read, write } from "./storage.ts";
import { enter, present, type Tab } from "./tab.ts";

const EMPTY: Kept = { composer: "", drafts: [], commands: [] };
const PARTS = Object.keys(EMPTY) as (keyof Kept)[];

const placeOf = (userId: string, tab: string, part: keyof Kept) => `${prefixOf(userId)}${tab}.${part}`;
const prefixOf = (userId: string) => `todos.kept.${userId}.`;
const lookedPlace = (userId: string) => `todos.looked.${userId}`;

export class Keeper {
  readonly #userId: string;
  readonly #tab: Tab;
  readonly #failed = new Set<keyof Kept>();

  private constructor(userId: string, tab: Tab) {
    this.#userId = userId;
    this.#tab = tab;
  }

  static async open(userId: string): Promise<Keeper> {
    return new Keeper(userId, await enter());
  }

  /** What this tab had kept, and what others that have gone left behind. Each is given out once. */
  async takeOver(): Promise<Kept[]> {
    const storage = local();
    if (!storage) return [];
    const there = await present();
    const found: Kept[] = [];
    for (const tab of tabsIn(storage, this.#userId)) {
      if (tab !== this.#tab.name && there.has(tab)) continue;
      found.push(keptIn(storage, this.#userId, tab));
      // Who is given it keeps it anew, under this tab's name, in the same turn.
      for (const part of PARTS) write(storage, placeOf(this.#userId, tab, part), null);
    }
    return [...found, ...fromEarlierVersion(this.#userId)];
  }

  keep<Part extends keyof Kept>(part: Part, value: Kept[Part]): void {
    const storage = local();
    const kept = value.length === 0 ? null : value;
    const isKept = storage ? write(storage, placeOf(this.#userId, this.#tab.name, part), kept) : kept === null;
    if (isKept) this.#failed.delete(part);
    else this.#failed.add(part);
  }

  /** False: something would be lost if the page were closed. */
  keepsAll(): boolean {
    return this.#failed.size === 0;
  }

  /** The version of the list that the person saw last in this browser; null: they have not seen it here. */
  looked(): number | null {
    const storage = local();
    return storage && read<number>(storage, lookedPlace(this.#userId));
  }

  keepLooked(version: number): void {
    const storage = local();
    if (storage) write(storage, lookedPlace(this.#userId), version);
  }

  close(): void {
    this.#tab.release();
  }
}

/** How many things of a person are kept and not saved, in all tabs of this browser. */
export function unsavedOf(userId: string): number {
  const storage = local();
  if (!storage) return 0;
  return tabsIn(storage, userId)
    .map((tab) => keptIn(storage, userId, tab))
    .reduce((sum, { composer, drafts, commands }) => sum + drafts.length + commands.length + (composer.trim() ? 1 : 0), 0);
}

/** Nothing of a person stays in this browser. */
export function forget(userId: string): void {
  const storage = local();
  if (!storage) return;
  for (const name of [...namesIn(storage, prefixOf(userId)), lookedPlace(userId)]) write(storage, name, null);
}

function tabsIn(storage: Storage, userId: string): string[] {
  const prefix = prefixOf(userId);
  return [...new Set(namesIn(storage, prefix).map((name) => name.slice(prefix.length, name.lastIndexOf("."))))];
}

function keptIn(storage: Storage, userId: string, tab: string): Kept {
  const part = <Part extends keyof Kept>(name: Part): Kept[Part] =>
    read<Kept[Part]>(storage, placeOf(userId, tab, name)) ?? EMPTY[name];
  return { composer: part("composer"), drafts: part("drafts"), commands: part("commands") };
}
