// What an earlier version of the page kept, in the tab's session storage: texts that were not sent, and the one being typed.
// Somebody who had it open when a new version was deployed finds them again.

import type { Kept } from "./kept.ts";
import { perTab, read, write } from "./storage.ts";

export function fromEarlierVersion(userId: string): Kept[] {
  const storage = perTab();
  if (!storage) return [];
  const unsent = read<{ key: string; text: string }[]>(storage, `todos.unsent.${userId}`) ?? [];
  let composer = "";
  try {
    composer = storage.getItem(`todos.draft.${userId}`) ?? "";
  } catch {
    // There is none, then.
  }
  if (unsent.length === 0 && composer === "") return [];
  write(storage, `todos.unsent.${userId}`, null);
  write(storage, `todos.draft.${userId}`, null);
  const commands = unsent.map(({ key, text }) => ({
    id: key,
    command: { kind: "add" as const, key, text, dueOn: null },
    about: text,
    at: Date.now(),
    seen: 0,
    state: "waiting" as const,
    tries: 1,
  }));
  return [{ composer, begun: [], drafts: [], commands }];
}
