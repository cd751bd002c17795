// What a person is changing about a todo and has not sent yet. It belongs to the todo and not to a field on the screen, so it
// outlives whatever anybody does to the row, a reload and a login. Pure functions.

import { fieldsOf, merge, type Fields, type Field } from "./merge.ts";
import type { Pin, Row } from "./list.ts";
import { textLength, textProblem } from "./todo.ts";
import { TODO_NEEDS_TEXT } from "../texts/typing.ts";

export type Draft = {
  /** The todo as the person had it before them when they began, or when they last decided between theirs and their own. */
  base: Fields;
  /** What they changed; what they did not touch follows the list. */
  mine: Partial<Fields>;
  /** The row as it was: where it stands, and what is left of it if somebody deletes it. */
  pin: Pin;
  /** The version of the list then: what was done to the todo since is said. */
  seen: number;
};

export type Drafts = ReadonlyMap<string, Draft>;

export function begin(row: Row, seen: number): Draft {
  const { id, text, completed } = row;
  const base = fieldsOf(row);
  return { base, mine: {}, pin: { id, text, dueOn: base.dueOn, completed }, seen };
}

export function typed(draft: Draft, fields: Partial<Fields>): Draft {
  return { ...draft, mine: { ...draft.mine, ...fields } };
}

/** What stands in the fields: mine where I have changed something, and otherwise the list's. */
export function shown(draft: Draft, row: Row): Fields {
  const theirs = row.state === "gone" ? draft.base : fieldsOf(row);
  return { ...theirs, ...draft.mine };
}

/** Where somebody else has set what I am changing to something else. */
export function conflictsOf(draft: Draft, row: Row): Field[] {
  return row.state === "gone" ? [] : merge(draft.base, draft.mine, fieldsOf(row)).conflicts;
}

/** The fields that somebody else has set meanwhile, whether or not I am changing them. */
export function changedBelow(draft: Draft, row: Row): boolean {
  const now = fieldsOf(row);
  return row.state === "gone" || row.completed !== draft.pin.completed || now.text !== draft.base.text || now.dueOn !== draft.base.dueOn;
}

/** The person has seen theirs in one field, and keeps their own. */
export function keptMine(draft: Draft, field: Field, row: Row): Draft {
  return { ...draft, base: { ...draft.base, [field]: fieldsOf(row)[field] } };
}

/** The person takes theirs in one field. */
export function tookTheirs(draft: Draft, field: Field, row: Row): Draft {
  const { [field]: _, ...mine } = draft.mine;
  return { ...draft, mine, base: { ...draft.base, [field]: fieldsOf(row)[field] } };
}

/** Why it cannot be saved as it stands; null: it can. A text that was stored under other rules and is left alone is nobody's mistake. */
export function draftProblem({ base, mine: { text } }: Draft): string | null {
  if (text === undefined || text === base.text) return null;
  return textLength(text) === 0 ? TODO_NEEDS_TEXT : textProblem(text);
}

/** What is to be sent for the todo, as it is now, to be as it stands in the fields. */
export function patchOf({ base, mine }: Draft, now: Fields): Partial<Fields> {
  const { text = base.text, dueOn = now.dueOn } = mine;
  const isWritten = text !== base.text && text.trim() !== now.text;
  return { ...(isWritten && { text: text.trim() }), ...(dueOn !== now.dueOn && { dueOn }) };
}

export function hasTyped({ base, mine }: Draft): boolean {
  return (mine.text !== undefined && mine.text !== base.text) || (mine.dueOn !== undefined && mine.dueOn !== base.dueOn);
}
