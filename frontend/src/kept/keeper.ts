// What a person typed and did and the server has not confirmed, kept in this browser: it outlives a reload, a crash, a closed
// window and a login in between. It is kept by person, so that it is never sent as another, and by tab, so that two tabs do not
// send it twice; a tab takes over what one that has gone has left.

import { forgetLooks } from "../activity/agent-look.ts";
import { fromEarlierVersion } from "./earlier.ts";
import type { Kept } from "./kept.ts";
import { local, namesIn, read, write } from "./storage.ts";
import { enter, gone, present, type Tab } from "./tab.ts";

const EMPTY: Kept = { composer: "", begun: [], drafts: [], commands: [] };
const PARTS = Object.keys(EMPTY) as (keyof Kept)[];

/** Whether one thing that is kept can be used: another version may have written it, or a bug. It costs none of the others. */
const CAN_BE_USED: Record<string, (one: never) => unknown> = {
  begun: (text: unknown) => typeof text === "string",
  drafts: (draft: Partial<Kept["drafts"][number]> | null) => draft?.[1]?.base && draft[1].pin,
  commands: (given: Partial<Kept["commands"][number]> | null) => given?.command?.kind,
};

const placeOf = (userId: string, tab: string, part: keyof Kept) => `${prefixOf(userId)}${tab}.${part}`;
const prefixOf = (userId: string) => `todos.kept.${userId}.`;
const lookedPlace = (userId: string) => `todos.looked.${userId}`;

export class Keeper {
  readonly #userId: string;
  readonly #tab: Tab;
  readonly #failed = new Set<keyof Kept>();
  /** The tabs that are waited for to go. */
  readonly #awaited = new Set<string>();
  #isOpen = true;

  private constructor(userId: string, tab: Tab) {
    this.#userId = userId;
    this.#tab = tab;
  }

  static async open(userId: string): Promise<Keeper> {
    return new Keeper(userId, await enter());
  }

  /** What this tab had kept when it was here before. To be asked for once, before anything is kept anew: that writes over it. */
  takeOwn(): Kept[] {
    const storage = local();
    return [...(storage ? [this.#take(storage, this.#tab.name)] : []), ...fromEarlierVersion(this.#userId)];
  }

  /**
   * Hands what tabs that have gone left behind to `restore`, which keeps it anew, under this tab's name, in the same turn; and what those
   * leave that go later, the document before this one among them, until `waiting` is aborted.
   */
  async takeOver(restore: (kept: Kept[]) => void, waiting: AbortController): Promise<void> {
    const there = await present();
    const storage = local();
    // A page that has gone itself has nobody to give it to.
    if (!storage || !this.#isOpen) return;
    const others = tabsIn(storage, this.#userId).filter((tab) => tab !== this.#tab.name);
    const left = others.filter((tab) => !there.has(tab));
    if (left.length > 0) restore(left.map((tab) => this.#take(storage, tab)));
    for (const tab of others) {
      if (!there.has(tab) || this.#awaited.has(tab)) continue;
      this.#awaited.add(tab);
      const again = () => this.takeOver(restore, waiting);
      void gone(tab, waiting)
        .finally(() => this.#awaited.delete(tab))
        .then(again, () => undefined);
    }
  }

  #take(storage: Storage, tab: string): Kept {
    const found = keptIn(storage, this.#userId, tab);
    for (const part of PARTS) write(storage, placeOf(this.#userId, tab, part), null);
    return found;
  }

  /** Nothing once it is closed: the page that comes after has what was kept, or the person has logged out and left nothing. */
  keep<Part extends keyof Kept>(part: Part, value: Kept[Part]): void {
    if (!this.#isOpen) return;
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
    this.#isOpen = false;
    this.#tab.release();
  }
}

/** How many things of a person are kept and not saved, in all tabs of this browser. */
export function unsavedOf(userId: string): number {
  const storage = local();
  if (!storage) return 0;
  return tabsIn(storage, userId)
    .map((tab) => keptIn(storage, userId, tab))
    .reduce((sum, { composer, begun, drafts, commands }) => sum + begun.length + drafts.length + commands.length + (composer.trim() ? 1 : 0), 0);
}

/** Tells when another tab keeps something else. The function that is returned ends it. */
export function onKept(told: () => void): () => void {
  addEventListener("storage", told);
  return () => removeEventListener("storage", told);
}

/** Nothing of a person stays in this browser. */
export function forget(userId: string): void {
  const storage = local();
  if (!storage) return;
  for (const name of [...namesIn(storage, prefixOf(userId)), lookedPlace(userId)]) write(storage, name, null);
  forgetLooks();
}

function tabsIn(storage: Storage, userId: string): string[] {
  const prefix = prefixOf(userId);
  return [...new Set(namesIn(storage, prefix).map((name) => name.slice(prefix.length, name.lastIndexOf("."))))];
}

function keptIn(storage: Storage, userId: string, tab: string): Kept {
  const part = <Part extends keyof Kept>(name: Part): Kept[Part] => {
    const found = read<Kept[Part]>(storage, placeOf(userId, tab, name));
    const empty: Kept[Part] = EMPTY[name];
    if (found?.constructor !== empty.constructor) return empty;
    return Array.isArray(found) ? (found.filter(CAN_BE_USED[name] as (one: unknown) => unknown) as Kept[Part]) : found;
  };
  return { composer: part("composer"), begun: part("begun"), drafts: part("drafts"), commands: part("commands") };
}
