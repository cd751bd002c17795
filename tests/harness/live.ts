// A page's WebSocket: every message it was sent, in order.

import { request, type IncomingMessage } from "node:http";

import { LIVE } from "./domain.ts";
import { eventually } from "./eventually.ts";
import type { Json } from "./http.ts";
import type { Person } from "./person.ts";

export class LiveSocket {
  readonly messages: Json[] = [];
  readonly #socket: WebSocket;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener("message", ({ data }) => this.messages.push(data === "pong" ? data : JSON.parse(String(data))));
  }

  /** Opens a person's live connection, from the version of the list that their page has. */
  static async open(person: Person, since: number): Promise<LiveSocket> {
    const { origin } = person.browser;
    const headers = { cookie: `stytch_session_jwt=${person.sessionJwt}`, origin };
    // Node's WebSocket takes headers; the type of the DOM's does not know.
    const socket = new WebSocket(`${origin.replace("http", "ws")}${LIVE}?since=${since}`, { headers } as never);
    const live = new LiveSocket(socket);
    await new Promise((resolve, reject) => {
      socket.addEventListener("open", resolve);
      socket.addEventListener("close", () => reject(new Error("the connection was not opened")));
    });
    return live;
  }

  ping(): void {
    this.#socket.send("ping");
  }

  /** Waits for the server's close frame. The platform may take another ten seconds to end the connection under it. */
  async closed(): Promise<void> {
    await eventually("the server closes the connection", async () => (this.isOpen ? undefined : true));
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  async received(count: number): Promise<Json[]> {
    return eventually(`${count} messages`, async () => {
      if (this.messages.length < count) throw new Error(`${this.messages.length} so far`);
      return this.messages;
    });
  }

  close(): void {
    this.#socket.close();
  }
}

/** The status that an attempt to open the connection is answered with; one that succeeds is given up at once. */
export async function handshake(origin: string, headers: Record<string, string>): Promise<number> {
  return (await attempted(origin, headers)).statusCode ?? 0;
}

/** The same, with the headers of the answer. */
export function attempted(origin: string, headers: Record<string, string>): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const upgrade = {
      connection: "Upgrade",
      upgrade: "websocket",
      "sec-websocket-version": "13",
      "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
    };
    const attempt = request(`${origin}${LIVE}?since=0`, { headers: { ...upgrade, ...headers } });
    attempt.once("upgrade", (response, socket) => {
      socket.destroy();
      resolve(response);
    });
    attempt.once("response", (response) => {
      response.resume();
      resolve(response);
    });
    attempt.once("error", reject);
    attempt.end();
  });
}
