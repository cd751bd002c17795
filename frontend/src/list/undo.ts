// What the person did on this page, and can take back and do again, newest first. Nobody else's changes are ever in it.

import type { Command, Given } from "./commands.ts";

/** Several that were given with one press go together. */
export type Step = readonly Given[];

export class UndoStack {
  #undoable: Step[] = [];
  #redoable: Step[] = [];

  get canUndo(): boolean {
    return this.#undoable.length > 0;
  }

  /** Something was done, and what was undone before cannot be done again after it. */
  did(step: Step): void {
    if (step.length > 0) this.#undoable.push(step);
    this.#redoable = [];
  }

  /** Something was taken back from elsewhere than the top. */
  undone(step: Step): void {
    if (step.length > 0) this.#redoable.push(step);
  }

  /** Takes back the newest; `give` gives the commands that do it. */
  undo(give: (step: Step) => Step): boolean {
    return move(this.#undoable, this.#redoable, give);
  }

  /** Does again what was undone last. */
  redo(give: (step: Step) => Step): boolean {
    return move(this.#redoable, this.#undoable, give);
  }

  /** It was not done, or is not to be undone from here any more. */
  forget(id: string): void {
    const without = (steps: Step[]) => steps.map((step) => step.filter((given) => given.id !== id)).filter((step) => step.length > 0);
    this.#undoable = without(this.#undoable);
    this.#redoable = without(this.#redoable);
  }
}

function move(from: Step[], to: Step[], give: (step: Step) => Step): boolean {
  const step = from.pop();
  if (!step) return false;
  const given = give(step);
  if (given.length > 0) to.push(given);
  return true;
}

/** The command that takes a command of this page back. */
export function undoing(given: Given, again: boolean): Command {
  const key = "key" in given.command ? given.command.key : null;
  return { kind: "undo", of: { command: given.id }, what: whatOf(given.command), key, again };
}

/** The kind of change that a command makes; of an undoing, that of what it takes back. */
export function whatOf(command: Command): Extract<Command, { kind: "undo" }>["what"] {
  switch (command.kind) {
    case "add":
      return "created";
    case "edit":
      return "edited";
    case "complete":
      return "completed";
    case "reopen":
      return "reopened";
    case "remove":
      return "deleted";
    case "clear":
      return "cleared";
    case "undo":
      return command.what;
  }
}
