// Changes as a person would tell them: “Claude completed ‘Buy milk’”.

import type { Actor, ChangeKind, HistoryEntry } from "../list/delta.ts";
import { today } from "../list/due.ts";
import { quoted, sentence, written, type Sentence } from "./sentence.ts";
import { dateText } from "./times.ts";

/** What was done by taking back a change of that kind. */
const UNDID: Record<ChangeKind, string> = {
  created: "undid the addition of",
  edited: "undid a change of",
  completed: "undid the completion of",
  reopened: "undid the reopening of",
  deleted: "undid the deletion of",
  cleared: "undid the clearing of",
  undone: "did again what was undone to",
};

/** What was done. Whoever did it comes before. */
export function told(entry: HistoryEntry): Sentence {
  const what = entry.todo ? quoted(entry.todo.text) : sentence`${entry.todos} ${entry.todos === 1 ? "todo" : "todos"}`;
  switch (entry.deed) {
    case "created":
      return sentence`added ${what}${dueAfter(entry)}`;
    case "edited":
      if (entry.textBefore !== undefined) return sentence`changed ${quoted(entry.textBefore)} to ${what}${dueAfter(entry)}`;
      return entry.todo?.dueOn
        ? sentence`set ${dateText(entry.todo.dueOn, today())} as the due date of ${what}`
        : sentence`took the due date off ${what}`;
    case "cleared":
      return entry.todo ? sentence`cleared ${what}` : sentence`cleared ${what} that were done`;
    case "undone":
      return sentence`${UNDID[entry.undoes?.deed ?? "edited"]} ${what}`;
    default:
      return sentence`${entry.deed} ${what}`;
  }
}

/** The date that came with a text: a change may set both, and does not say what the date was before. */
export const dueAfter = ({ todo }: HistoryEntry): string => (todo?.dueOn ? `, due ${dateText(todo.dueOn, today())}` : "");

const PERSON = "You";

/** Nobody but the person is “You”: an app that was let in under that name before it was reserved is named as the app it is. */
export function actorName(by: Actor): Sentence {
  if (by.kind === "browser") return [PERSON];
  const isPerson = by.name.trim().toLowerCase() === PERSON.toLowerCase();
  return isPerson ? sentence`the app “${written(by.name)}”` : written(by.name);
}
