// What a person can do to the list, and what becomes of it: a command is given, sent, answered. Until its answer is part of the
// list it is kept (kept/), so that it can be sent again under its own name, which the server knows for a day.

import type { FailureKind } from "../api/failure.ts";
import type { ChangeKind } from "./delta.ts";
import type { Fields } from "./merge.ts";

/** `key` names a row on the page for as long as it is there: a todo added here keeps its row when the server gives it an id. */
export type Command =
  | { kind: "add"; key: string; text: string; dueOn: string | null }
  | { kind: "complete"; key: string }
  | { kind: "reopen"; key: string }
  | { kind: "remove"; key: string }
  /** `base`: what the person had before them when they began. */
  | { kind: "edit"; key: string; patch: Partial<Fields>; base: Fields }
  | { kind: "clear" }
  /**
   * Takes back a change of the kind `what`, or the undoing of one: `again`. Nothing shows before the server has done it: only it
   * knows what was before. `key`: the row, where it is about one.
   */
  | { kind: "undo"; of: Undone; what: ChangeKind; key: string | null; again: boolean };

/** A change by its number, or the one that a command makes, whose number is not known before its answer. */
export type Undone = { change: number } | { command: string };

export type Problem = { kind: FailureKind; message: string };

/** A command and how far it is. */
export type Given = {
  /** Its idempotency key. */
  id: string;
  command: Command;
  /** The text of the todo it is about, or how many there are. */
  about: string;
  /** When it was given, in milliseconds since the epoch. */
  at: number;
  /** The version of the list that the page had then. */
  seen: number;
  /**
   * `waiting` to be sent, again perhaps; `sent`, without an answer yet; `answered`, but not part of the list yet; `refused` by the
   * server, which only an addition outlives; `asking` the person, since the server may not know it any more.
   */
  state: "waiting" | "sent" | "answered" | "refused" | "asking";
  /** How often it was sent. What was sent at all may have been done. */
  tries: number;
  /** Why it is not done yet. */
  problem?: Problem;
  /** The version of the list that has it. */
  done?: number;
};

/** For how long the server knows a command by its key, less an hour: two clocks are never quite the same. */
const REMEMBERED_MS = 23 * 60 * 60 * 1_000;

/** Whether it may be sent without asking. */
export function isRemembered({ at }: Given, now: number): boolean {
  return Math.abs(now - at) < REMEMBERED_MS;
}

export function isUnderWay({ state }: Given): boolean {
  return state === "waiting" || state === "sent";
}

/** What is done to a todo needs the list in which it is; a change that is taken back is known by its number. */
export function needsNoList({ command: { kind } }: Given): boolean {
  return kind === "add" || kind === "undo";
}

/** Commands on different todos do not wait for each other; on the same one they keep their order. */
export function waitsFor(later: Given, earlier: Given): boolean {
  if (!isUnderWay(earlier)) return false;
  const { command } = later;
  if (command.kind === "undo" && "command" in command.of && command.of.command === earlier.id) return true;
  const [mine, theirs] = [reach(command), reach(earlier.command)];
  if (mine === EVERYTHING) return earlier.command.kind !== "add";
  return mine === theirs || (theirs === EVERYTHING && command.kind !== "add");
}

const EVERYTHING = Symbol();

function reach(command: Command): string | typeof EVERYTHING {
  return ("key" in command ? command.key : null) ?? EVERYTHING;
}
