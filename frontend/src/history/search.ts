// Which changes somebody looks for.

import type { HistoryEntry } from "../list/delta.ts";
import { actorName, told } from "../texts/changes.ts";
import { textOf } from "../texts/sentence.ts";

export const EVERYBODY = "";
const PERSON = "person";

export type Sought = { text: string; who: string };

export function finds({ text, who }: Sought, entry: HistoryEntry): boolean {
  if (who !== EVERYBODY && idOf(entry) !== who) return false;
  const found = folded(`${textOf(actorName(entry.by))} ${entry.textBefore ?? ""} ${entry.todo?.text ?? ""} ${textOf(told(entry))}`);
  return folded(text)
    .split(/\s+/u)
    .every((word) => found.includes(word));
}

/** Everybody who did something: the person first. */
export function peopleIn(entries: readonly HistoryEntry[]): { id: string; name: string }[] {
  const people = new Map(entries.map((entry) => [idOf(entry), textOf(actorName(entry.by))]));
  const [person, agents] = [[...people].filter(([id]) => id === PERSON), [...people].filter(([id]) => id !== PERSON)];
  return [...person, ...agents].map(([id, name]) => ({ id, name }));
}

function idOf({ by }: HistoryEntry): string {
  return by.kind === "app" ? by.id : PERSON;
}

/** Without regard to case and to how a letter is composed. */
function folded(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}+/gu, "").toLocaleLowerCase();
}
