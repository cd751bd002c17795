// What the list says: about a todo that is saved or not saved; about what the person did and took back.

import type { Command } from "../list/commands.ts";
import type { ChangeKind, HistoryEntry } from "../list/delta.ts";
import { actorName } from "./changes.ts";
import { quoted, sentence, type Sentence } from "./sentence.ts";

/** What a notice offers. */
export const UNDO = "Undo";
export const REDO = "Redo";
export const ADD_BACK = "Add it back";
export const HISTORY = "History";
export const DISMISS = "Dismiss";

export const todos = (count: number): string => `${count} ${count === 1 ? "todo" : "todos"}`;

/** What a command came to. None: the row itself shows it. */
export function didWords({ kind }: Command, about: string): Sentence | null {
  switch (kind) {
    case "remove":
      return sentence`Deleted ${quoted(about)}`;
    case "clear":
      return sentence`Cleared ${about} completed ${about === "1" ? "todo" : "todos"}`;
    default:
      return null;
  }
}

/** Of a command that left nothing to do. None: the row itself shows how it is. */
export function doneAlready({ kind }: Command, about: string): Sentence | null {
  switch (kind) {
    case "remove":
      return sentence`${quoted(about)} had been deleted already`;
    case "clear":
      return sentence`There was nothing left to clear`;
    case "undo":
      return sentence`There was nothing left to undo`;
    default:
      return null;
  }
}

/** While there is no answer yet. */
export function doingWords({ kind }: Command, about: string): Sentence | null {
  switch (kind) {
    case "remove":
      return sentence`Deleting ${quoted(about)}…`;
    case "clear":
      return sentence`Clearing ${about} completed ${about === "1" ? "todo" : "todos"}…`;
    case "undo":
      return sentence`Undoing…`;
    default:
      return null;
  }
}

/** How things are after a change of that kind was taken back, or brought about again. */
export function undoneWords(what: ChangeKind, about: string, again: boolean): Sentence {
  const it = what === "cleared" ? sentence`${about} completed ${about === "1" ? "todo" : "todos"}` : quoted(about);
  const are = what === "cleared" && about !== "1" ? "are" : "is";
  const done: Record<ChangeKind, [undone: string, again: string]> = {
    created: [`${are} taken off the list`, `${are} back`],
    edited: [`${are} as before`, `${are} changed again`],
    completed: [`${are} open again`, `${are} completed again`],
    reopened: [`${are} completed again`, `${are} open again`],
    deleted: [`${are} back`, `${are} deleted again`],
    cleared: [`${are} back`, `${are} cleared again`],
    undone: [`${are} as before`, `${are} as before`],
  };
  return sentence`${again ? "Redone" : "Undone"}: ${it} ${done[what][again ? 1 : 0]}`;
}

export const undidMany = (count: number, again: boolean): Sentence =>
  sentence`${again ? "Redone" : "Undone"}: ${count} ${count === 1 ? "change" : "changes"}`;

export const undidSome = (count: number, left: number): Sentence =>
  sentence`Undone: ${count} of ${count + left} changes. What was changed since stays as it is.`;

export function nothingToUndo(hasHistory: boolean): Sentence {
  return sentence`There is nothing of yours to undo here.${hasHistory ? " The history has older changes." : ""}`;
}

const NOT_DONE: Record<Command["kind"], string> = {
  add: "was not added",
  complete: "was not completed",
  reopen: "was not reopened",
  edit: "was not saved",
  remove: "was not deleted",
  clear: "",
  undo: "",
};

export const GONE = "It is gone.";

/** Why a command was not carried out; `since`: who did what to the todo meanwhile. */
export function refusedWords({ kind }: Command, about: string, message: string, since: HistoryEntry | undefined): Sentence {
  const why = since ? happenedWords(since) : [message];
  if (kind === "clear") return sentence`Nothing was cleared. ${why}`;
  if (kind === "undo") return sentence`Not undone. ${why}`;
  return sentence`${quoted(about)} ${NOT_DONE[kind]}. ${why}`;
}

/** Who did what to a todo that the person has in hand; `dateToo`: its date is another than the person had before them. */
export function happenedWords({ by, deed, undoes, textBefore, todo }: HistoryEntry, dateToo = false): Sentence {
  const who = actorName(by);
  switch (deed) {
    case "created":
      return sentence`${who} added this.`;
    case "edited":
      if (textBefore !== undefined) return sentence`${who} changed the text${dateToo ? " and the date" : ""}.`;
      return todo?.dueOn ? sentence`${who} set another date.` : sentence`${who} took the date off.`;
    case "undone":
      return undoes?.deed === "created" ? sentence`${who} took this off the list again.` : sentence`${who} undid a change of this.`;
    case "cleared":
      return sentence`${who} cleared the completed todos, this one among them.`;
    default:
      return sentence`${who} ${deed} this.`;
  }
}

export const UNSAVED: Record<Command["kind"], string> = {
  add: "Not saved.",
  complete: "Not saved as completed.",
  reopen: "Not saved as open.",
  edit: "This change is not saved.",
  remove: "Not deleted.",
  clear: "Not cleared.",
  undo: "Not undone.",
};

export const GOES_ON = "It is sent again by itself.";
/** Of a command that shows in no row. */
export const postponedWords = ({ kind }: Command, message: string): Sentence => sentence`${UNSAVED[kind]} ${message} ${GOES_ON}`;

export const FROM_EARLIER = "It was not sent when it was written, more than a day ago.";

export const discardedEdit = (about: string): Sentence => sentence`Discarded what you had typed for ${quoted(about)}`;
export const discardedText = (text: string): Sentence => sentence`Discarded ${quoted(text)}`;
