// Which tab is which, and which of them are still there. A tab has a name for as long as it lives, reloads included, and holds a
// lock of that name (Web Locks). What a tab kept belongs to it alone; when its lock is free it has gone, and another takes over.

import { perTab, read, write } from "./storage.ts";

const NAME = "todos.tab";

/** A document that is being left holds its lock a moment longer than the one after it waits. */
const PATIENCE_MS = 400;

export type Tab = { name: string; release: () => void };

let entered: Promise<Tab> | null = null;

/** Asks for the lock before it is known what for: whoever enters next need not wait for it. */
export function enterEarly(): void {
  entered = take();
}

/** The name that this tab has had, unless another has it too: a duplicated tab is a new one. */
export function enter(): Promise<Tab> {
  const tab = entered ?? take();
  entered = null;
  return tab;
}

async function take(): Promise<Tab> {
  const storage = perTab();
  const known = storage && read<string>(storage, NAME);
  const name = known ?? crypto.randomUUID();
  const release = await hold(name);
  if (release) {
    if (storage) write(storage, NAME, name);
    return { name, release };
  }
  const other = crypto.randomUUID();
  if (storage) write(storage, NAME, other);
  return { name: other, release: (await hold(other)) ?? (() => undefined) };
}

/** The names of the tabs that are there. */
export async function present(): Promise<ReadonlySet<string>> {
  if (!navigator.locks) return new Set();
  const { held = [] } = await navigator.locks.query();
  const names = held.flatMap(({ name = "" }) => (name.startsWith(`${NAME}.`) ? [name.slice(NAME.length + 1)] : []));
  return new Set(names);
}

/**
 * Resolves when a tab has gone: nobody holds its lock, nor asks for it at once, as a tab that is being reloaded does. Rejects when it is not
 * waited for any longer: a page that is not seen may be stopped, and would have the lock where it could not let go.
 */
export async function gone(tab: string, { signal }: AbortController): Promise<void> {
  await navigator.locks.request(lockOf(tab), { signal }, () => undefined);
  await new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));
  signal.throwIfAborted();
}

const lockOf = (name: string) => `${NAME}.${name}`;

/** Null: another tab holds it. */
function hold(name: string): Promise<(() => void) | null> {
  if (!navigator.locks) return Promise.resolve(() => undefined);
  return new Promise((resolve) => {
    const held = () => new Promise<void>((release) => resolve(release));
    navigator.locks
      .request(lockOf(name), { signal: AbortSignal.timeout(PATIENCE_MS) }, held)
      .catch(() => resolve(null));
  });
}
