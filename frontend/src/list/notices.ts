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
};

/** More than these are not read one after the other. */
const MOST_WAITING = 4;

export class Notices {
  readonly shown = new Cell<Notice | null>(null);
  #waiting: Notice[] = [];
  #isHeld = false;
  #count = 0;

  say(words: Sentence, action?: Action): void {
    this.#show({ id: ++this.#count, words, action, isFailure: false });
  }

  fail(words: Sentence, action?: Action): void {
    this.#show({ id: ++this.#count, words, action, isFailure: true });
  }

  /** The pointer or the focus is on it: it stays what it is. */
  hold(): void {
    this.#isHeld = true;
  }

  letGo(): void {
    this.#isHeld = false;
  }

  dismiss(id: number): void {
    if (this.shown.get()?.id !== id) return;
    this.#isHeld = false;
    this.shown.set(this.#waiting.shift() ?? null);
  }

  #show(notice: Notice): void {
    const shown = this.shown.get();
    const stays = shown && (this.#isHeld || (shown.isFailure && !notice.isFailure));
    if (stays) this.#waiting = [...this.#waiting, notice].slice(-MOST_WAITING);
    else this.shown.set(notice);
  }
}
