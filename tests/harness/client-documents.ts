// A host that publishes client id metadata documents and key sets, on this machine, and notes who asks for which.

import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { REDIRECT_URI } from "./agent.ts";
import type { Json } from "./http.ts";

type Published = { status?: number; headers?: Record<string, string>; body: string };

export class ClientDocuments {
  readonly origin: string;
  /** Every request so far: its path and its headers. */
  readonly asked: { path: string; headers: IncomingHttpHeaders }[] = [];
  readonly #published = new Map<string, Published>();
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    this.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on("request", (request, response) => {
      const path = request.url ?? "/";
      this.asked.push({ path, headers: request.headers });
      const { status = 200, headers = {}, body } = this.#published.get(path) ?? { status: 404, body: "{}" };
      response.writeHead(status, { "content-type": "application/json", ...headers }).end(body);
    });
  }

  static async start(): Promise<ClientDocuments> {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    return new ClientDocuments(server);
  }

  async stop(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, "close");
  }

  /** Publishes a good document, with changes, and gives its address: the client id. */
  publish(path: string, changes: Json = {}, answer: Partial<Published> = {}): string {
    const client_id = `${this.origin}${path}`;
    const document = { client_id, client_name: "An agent with an address", redirect_uris: [REDIRECT_URI], ...changes };
    this.#published.set(path, { body: JSON.stringify(document), ...answer });
    return client_id;
  }

  /** Publishes anything as JSON, and gives its address. */
  publishJson(path: string, content: Json, answer: Partial<Published> = {}): string {
    this.#published.set(path, { body: JSON.stringify(content), ...answer });
    return `${this.origin}${path}`;
  }

  timesAsked(path: string): number {
    return this.asked.filter((request) => request.path === path).length;
  }
}
