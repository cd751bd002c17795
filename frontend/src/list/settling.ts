// A todo that has just been completed stays where it is for a moment, ticked, before it goes to the completed ones: the eye sees
// what the hand did, and the row under the pointer is not suddenly another.

import type { Row } from "./list.ts";

/** From the last one on, so that several can be ticked in a row and nothing moves meanwhile. */
const SETTLE_MS = 800;

export class Settling {
  readonly #settled: () => void;
  #keys: ReadonlySet<string> = new Set();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param settled called when they may go */
  constructor(settled: () => void) {
    this.#settled = settled;
  }

  /** The rows that stay. */
  get keys(): ReadonlySet<string> {
    return this.#keys;
  }

  /** True: more rows are to stay than before. */
  holds(before: readonly Row[], after: readonly Row[]): boolean {
    if (before.length === 0) return false;
    const wasOpen = new Set(before.flatMap(({ key, completed, amongOpen }) => (amongOpen && !completed ? key : [])));
    const ticked = after.filter(({ key, amongOpen, completed }) => completed && !amongOpen && wasOpen.has(key));
    if (ticked.length === 0) return false;
    this.#keys = new Set([...this.#keys, ...ticked.map(({ key }) => key)]);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#keys = new Set();
      this.#settled();
    }, SETTLE_MS);
    return true;
  }
}
