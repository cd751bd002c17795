// What a person typed and the server has not taken, kept in the tab's session storage: it outlives a reload and a login
// in between, is told apart by user, and goes with the tab. Where it is not known who the user is, nothing is kept.

import type { List, Unsent } from "./list.ts";

const keyOf = (userId: string) => `todos.unsent.${userId}`;
const draftKeyOf = (userId: string) => `todos.draft.${userId}`;

export function unsentOf(userId: string | null): Unsent[] {
  if (userId === null) return [];
  try {
    return JSON.parse(sessionStorage.getItem(keyOf(userId)) ?? "[]") as Unsent[];
  } catch {
    return [];
  }
}

/** Additions still under way count as unsent too: the page may be closed before their answer. */
export function keepUnsent(userId: string | null, list: List): void {
  if (userId === null) return;
  const underWay = list.waiting
    .filter((command) => command.kind === "add")
    .map(({ key, text }) => ({ key, text, reason: "The page was closed before it was saved." }));
  store(keyOf(userId), [...list.unsent, ...underWay]);
}

export function draftOf(userId: string | null): string {
  if (userId === null) return "";
  try {
    return sessionStorage.getItem(draftKeyOf(userId)) ?? "";
  } catch {
    return "";
  }
}

export function keepDraft(userId: string | null, text: string): void {
  if (userId === null) return;
  try {
    if (text) sessionStorage.setItem(draftKeyOf(userId), text);
    else sessionStorage.removeItem(draftKeyOf(userId));
  } catch {
    // Storage may be switched off; the draft then lives as long as the page.
  }
}

function store(key: string, entries: readonly Unsent[]): void {
  try {
    if (entries.length > 0) sessionStorage.setItem(key, JSON.stringify(entries));
    else sessionStorage.removeItem(key);
  } catch {
    // Storage may be switched off; unsent texts then live as long as the page.
  }
}
