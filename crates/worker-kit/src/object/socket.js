/** The texts that come on a WebSocket, kept until they are asked for. It listens from the beginning. */
export class Arrivals {
  #texts = [];
  #isOver = false;
  #wake = () => {};

  /** @param {WebSocket} socket */
  constructor(socket) {
    socket.addEventListener("message", ({ data }) => {
      if (typeof data === "string") this.#texts.push(data);
      this.#wake();
    });
    for (const end of ["close", "error"]) {
      socket.addEventListener(end, () => {
        this.#isOver = true;
        this.#wake();
      });
    }
    socket.accept();
  }

  /** The next text; `undefined` when there will be none. Not to be asked again before it has answered. */
  async next() {
    while (this.#texts.length === 0 && !this.#isOver) await new Promise((wake) => (this.#wake = wake));
    return this.#texts.shift();
  }
}
