// Taking back and doing again, and what is said of it. What the person did is on a stack (undo.ts); what agents did is taken
// back from where it is told, by its number, one change or a whole burst with one press.

import type { Failure } from "../api/failure.ts";
import * as words from "../texts/list.ts";
import { Cell } from "./cell.ts";
import { isUnderWay, type Command, type Given } from "./commands.ts";
import type { HistoryEntry } from "./delta.ts";
import type { Action, Notices } from "./notices.ts";
import { undoing, UndoStack, whatOf, type Step } from "./undo.ts";

/** Commands that were given with one press: how many are left, what came of the others, and whether it was said that it takes long. */
type Batch = { left: number; done: number; refused: number; again: boolean; isLate?: boolean };

/** What is done within this time is not first said to be under way. */
const GRACE_MS = 600;

export type Commander = {
  /** Gives a command; nothing else is noted of it. */
  give(command: Command, about: string): Given;
  drop(id: string): void;
  /** A command that has not become part of the list yet. */
  find(id: string): Given | undefined;
  /** The row of a todo. */
  keyOf(todo: string): string;
  /** The command that takes a change back, until the list shows that it did. */
  undoingOf(change: number): Given | undefined;
};

export class Undoing {
  readonly canUndo = new Cell(false);
  /** Opens the history, where there is one to open. */
  onShowHistory: (() => void) | null = null;
  readonly #commander: Commander;
  readonly #notices: Notices;
  readonly #stack = new UndoStack();
  readonly #batches = new Map<string, Batch>();
  /** Commands that were taken back before they were sent. */
  readonly #unsent = new Set<string>();

  constructor(commander: Commander, notices: Notices) {
    this.#commander = commander;
    this.#notices = notices;
  }

  /** The person has given a command. */
  gave(given: Given): void {
    this.#stack.did([given]);
    this.#sayWhenSlow(given);
    this.#show();
  }

  forget(id: string): void {
    this.#stack.forget(id);
    this.#show();
  }

  /** Takes back what the person did last on this page, and the next time what they did before that. */
  readonly undoLast = (): void => {
    const wasThere = this.#stack.undo((step) => this.#takeBackAll(step, false));
    if (!wasThere) this.#notices.say(words.nothingToUndo(this.onShowHistory !== null), this.showing());
    this.#show();
  };

  readonly redoLast = (): void => {
    this.#stack.redo((step) => this.#takeBackAll(step, true));
    this.#show();
  };

  /** Takes back changes of anybody's with one press. A second press, while it is not seen yet, is no second wish. */
  undoChanges(entries: readonly HistoryEntry[]): void {
    const given = entries
      .filter(({ number }) => !this.#commander.undoingOf(number))
      .toSorted((a, b) => b.number - a.number)
      .map(({ number, deed, todo, todos }) => {
        const key = todo ? this.#commander.keyOf(todo.id) : null;
        const command = { kind: "undo", of: { change: number }, what: deed, key, again: false } as const;
        return this.#commander.give(command, todo?.text ?? String(todos));
      });
    this.#together(given, false);
    for (const one of given) this.#sayWhenSlow(one);
    this.#stack.undone(given);
  }

  /** A command was carried out; `isChange`: there was something left to do. */
  answered(given: Given, isChange: boolean): void {
    this.#notices.settle(given.id);
    const batch = this.#batches.get(given.id);
    if (!isChange) this.forget(given.id);
    if (batch) return this.#oneOfMany(given, batch, isChange);
    const { command, about } = given;
    if (!isChange) return this.#sayNothingWasDone(command, about);
    const said = command.kind === "undo" ? words.undoneWords(command.what, about, command.again) : words.didWords(command, about);
    if (!said) return;
    const offersRedo = command.kind === "undo" && !command.again;
    this.#notices.say(said, { label: offersRedo ? words.REDO : words.UNDO, run: () => this.#takeBackThis(given, offersRedo) });
  }

  /** Somebody else had done it before. Where that shows in the row nothing needs to be said. */
  #sayNothingWasDone(command: Command, about: string): void {
    const said = words.doneAlready(command, about);
    if (said) this.#notices.say(said, command.kind === "undo" ? this.showing() : undefined);
  }

  /** A command got no answer, and is sent again. Where no row shows it, it is said, once. */
  postponed({ id, command, tries }: Given, failure: Failure): void {
    const batch = this.#batches.get(id);
    if ((command.kind !== "clear" && command.kind !== "undo") || tries > 0 || batch?.isLate) return;
    if (batch) batch.isLate = true;
    this.#notices.fail(words.postponedWords(command, failure.message), undefined, id);
  }

  /** A command was refused; `since`: what was done meanwhile to the todo it was about. */
  refused(given: Given, failure: Failure, since: HistoryEntry | undefined): void {
    this.#notices.settle(given.id);
    const batch = this.#batches.get(given.id);
    if (batch) return this.#oneOfMany(given, batch, false);
    // The row of an addition says so itself.
    if (given.command.kind === "add") return;
    const action = given.command.kind === "undo" ? this.showing() : undefined;
    // The server's own words have an identifier in them.
    const message = failure.code === "unknown_todo" ? words.GONE : failure.message;
    this.#notices.fail(words.refusedWords(given.command, given.about, message, since), action);
  }

  showing(): Action | undefined {
    const show = this.onShowHistory;
    return show ? { label: words.HISTORY, run: show } : undefined;
  }

  /** The notice's own way back: of this very command, whatever was done since. */
  #takeBackThis(given: Given, again: boolean): void {
    this.#stack.forget(given.id);
    const back = this.#takeBack(given, again);
    if (again) this.#stack.did(back);
    else this.#stack.undone(back);
    this.#show();
  }

  #takeBackAll(step: Step, again: boolean): Step {
    const given = step.toReversed().flatMap((one) => this.#takeBack(one, again));
    this.#together(given, again);
    return given;
  }

  /** What was never sent is simply dropped, and given once more to be done again. */
  #takeBack(given: Given, again: boolean): Step {
    const { id, command, about } = given;
    const now = this.#commander.find(id);
    if (now?.state === "waiting" && now.tries === 0) {
      this.#commander.drop(id);
      this.#unsent.add(id);
      this.#sayAtOnce(given, again);
      return [given];
    }
    const wasUnsent = this.#unsent.delete(id);
    const back = this.#commander.give(wasUnsent ? command : undoing(given, again), about);
    // An undoing says what it did when it did it.
    if (wasUnsent && command.kind !== "undo") this.#sayAtOnce(back, again);
    else this.#sayWhenSlow(back);
    return [back];
  }

  /** What was dropped, or given once more, is as it was before without the server; a notice that is out of date by then does nothing. */
  #sayAtOnce(given: Given, again: boolean): void {
    const isDropped = this.#unsent.has(given.id);
    const run = () => {
      if (this.#unsent.has(given.id) === isDropped) this.#takeBackThis(given, !again);
    };
    this.#notices.say(words.undoneWords(whatOf(given.command), given.about, again), { label: again ? words.UNDO : words.REDO, run });
  }

  #together(given: Step, again: boolean): void {
    if (given.length < 2) return;
    const batch = { left: given.length, done: 0, refused: 0, again };
    for (const { id } of given) this.#batches.set(id, batch);
  }

  #oneOfMany(given: Given, batch: Batch, isDone: boolean): void {
    this.#batches.delete(given.id);
    batch.left -= 1;
    if (isDone) batch.done += 1;
    else batch.refused += 1;
    if (batch.left > 0) return;
    if (batch.refused > 0) return this.#notices.fail(words.undidSome(batch.done, batch.refused), this.showing());
    const back = batch.again ? { label: words.UNDO, run: this.undoLast } : { label: words.REDO, run: this.redoLast };
    this.#notices.say(words.undidMany(batch.done, batch.again), back);
  }

  /** What shows nowhere in the list is said to be under way when that takes longer than a moment. */
  #sayWhenSlow(given: Given): void {
    const said = words.doingWords(given.command, given.about);
    if (!said) return;
    setTimeout(() => {
      const now = this.#commander.find(given.id);
      if (now && isUnderWay(now) && !now.problem && !this.#batches.has(given.id)) this.#notices.say(said);
    }, GRACE_MS);
  }

  #show(): void {
    this.canUndo.set(this.#stack.canUndo);
  }
}
