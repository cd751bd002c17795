/** A body that is being read. */
export class Reading {
  #reader;

  /** @param {ReadableStream<Uint8Array> | undefined} body */
  constructor(body) {
    this.#reader = body?.getReader();
  }

  /**
   * The bytes: all of them, or more than `limit`, as many as had come by then.
   *
   * They are copied as they come. A piece is a view of a buffer of four kilobytes, however small it is: of pieces of one byte, kept until
   * the end, a short body would take all memory.
   *
   * @param {number} limit
   */
  async bytes(limit) {
    let [held, length] = [new Uint8Array(4096), 0];
    while (this.#reader && length <= limit) {
      const { done, value } = await this.#reader.read();
      if (done) break;
      if (length + value.length > held.length) {
        const larger = new Uint8Array(Math.max(2 * held.length, length + value.length));
        larger.set(held.subarray(0, length));
        held = larger;
      }
      held.set(value, length);
      length += value.length;
    }
    return held.subarray(0, length);
  }

  /** Reads no more, and tells whoever sends it. Never fails: it is called where nobody could do anything about it. */
  async cancel() {
    try {
      await this.#reader?.cancel();
    } catch {
      // It has failed already, or its request is over.
    }
  }
}
