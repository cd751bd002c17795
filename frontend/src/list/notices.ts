// One line at the foot of the page about what the person did: what it came to, what went wrong, what can be taken back. Never
// about anybody else (activity.ts).

import type { Sentence } from "../texts/sentence.ts";
import { Cell } from "./cell.ts";

export type Action = { label: string; run: () => void };

export type Notice = {
  id: number;
  words: Sentence;
  action?: Action | undefined;
  /** Something is not as the person wants it. It is not replaced by what is. */
  isFailure: boolean;
  /** The row or the command that failed, whose name settles it. */
  about?: string | undefined;
};

/** More than these are not read one after the other: those that say that all is well go first. */
const MOST_WAITING = 4;

/** What a notice is held by. */
export type Hold = "pointer" | "focus";

export class Notices {
  readonly shown = new Cell<Notice | null>(null);
  #waiting: Notice[] = [];
  readonly #holds = new Set<Hold>();
  #count = 0;

  say(words: Sentence, action?: Action): void {
    this.#show({ id: ++this.#count, words, action, isFailure: false });
  }

  fail(words: Sentence, action?: Action, about?: string): void {
    this.#show({ id: ++this.#count, words, action, isFailure: true, about });
  }

  /** What was wrong with it is so no more. A notice in the person's hand stays all the same. */
  settle(about: string): void {
    this.#waiting = this.#waiting.filter((notice) => notice.about !== about);
    const shown = this.shown.get();
    if (shown?.about === about && this.#holds.size === 0) this.dismiss(shown.id);
  }

  /** The pointer or the focus is on it: it stays what it is. */
  hold(by: Hold): void {
    this.#holds.add(by);
  }

  letGo(by: Hold): void {
    this.#holds.delete(by);
  }

  dismiss(id: number): void {
    if (this.shown.get()?.id !== id) return;
    this.#holds.clear();
    this.shown.set(this.#waiting.shift() ?? null);
  }

  #show(notice: Notice): void {
    const shown = this.shown.get();
    if (shown && (this.#holds.size > 0 || shown.isFailure)) {
      const waiting = [...this.#waiting, notice];
      const least = waiting.find(({ isFailure }) => !isFailure) ?? waiting[0];
      this.#waiting = waiting.length > MOST_WAITING ? waiting.filter((one) => one !== least) : waiting;
    } else this.shown.set(notice);
  }
}
