// The list on its way to a page, stopped in the middle: a stand-in that stands between a page and the Worker for `GET /api/todos`
// alone. It asks the Worker as the page would have, and hands on what comes, up to a place where it waits or breaks off.

import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import type { BrowserContext } from "playwright-core";

/** What becomes of an answer: handed on whole; stopped until something else is decided; broken off there; 503 in its place. */
type Fate = "passes" | "waits" | "breaks" | "refuses";

export class HeldList {
  /** How often the list was asked for. */
  asked = 0;
  readonly #origin: string;
  readonly #server: Server;
  readonly #bytes: number;
  #fates: Fate[] = ["waits"];
  #decided: ((fate: Fate) => void)[] = [];

  /** @param bytes how many of an answer are handed on before its fate shows */
  private constructor(origin: string, bytes: number) {
    this.#origin = origin;
    this.#bytes = bytes;
    this.#server = createServer((request, response) => {
      this.#answer(request.headers as Record<string, string>, response).catch(() => response.destroy());
    });
  }

  static async start(origin: string, bytes: number): Promise<HeldList> {
    const held = new HeldList(origin, bytes);
    held.#server.listen(0, "localhost");
    await once(held.#server, "listening");
    return held;
  }

  /** Has it answer for the pages of a context, which do not notice. */
  async standBefore(context: BrowserContext): Promise<void> {
    const { port } = this.#server.address() as AddressInfo;
    await context.route(
      (url) => url.pathname === "/api/todos",
      (route) => (route.request().method() === "GET" ? route.continue({ url: `http://localhost:${port}/` }) : route.continue()),
    );
  }

  /** Decides for the answers that wait, and for those that come: one after the other, and the last for all others. */
  decide(now: Fate, ...later: Fate[]): void {
    this.#fates = later.length > 0 ? later : [now];
    for (const decided of this.#decided.splice(0)) decided(now);
  }

  async stop(): Promise<void> {
    this.decide("breaks");
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  async #answer(headers: Record<string, string>, response: ServerResponse): Promise<void> {
    this.asked += 1;
    const fate = (this.#fates.length > 1 ? this.#fates.shift() : this.#fates[0]) ?? "waits";
    if (fate === "refuses") return void response.writeHead(503).end();
    const wanted = ["cookie", "x-account-digest", "if-none-match"].flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]] as const]));
    const answer = await fetch(`${this.#origin}/api/todos`, { headers: Object.fromEntries(wanted) });
    const body = Buffer.from(await answer.arrayBuffer());
    response.writeHead(answer.status, { "Content-Type": answer.headers.get("Content-Type") ?? "", ETag: answer.headers.get("ETag") ?? "" });
    response.write(body.subarray(0, this.#bytes));
    const decided = fate === "waits" ? await new Promise<Fate>((decided) => this.#decided.push(decided)) : fate;
    if (decided === "breaks") response.destroy();
    else response.end(body.subarray(this.#bytes));
  }
}
