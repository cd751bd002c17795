// The product itself, for scenarios that know nothing of authorization: a proxy in front of it adds the token of an agent
// that a person has let in, and passes on everything else as it came, event streams too.

import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";

import { connected } from "../harness/agent.ts";
import { Person } from "../harness/person.ts";
import { Worker } from "../harness/worker.ts";

export class Product {
  readonly #worker: Worker;
  readonly #token: string;
  readonly #proxy: Server;

  private constructor(worker: Worker, token: string) {
    this.#worker = worker;
    this.#token = token;
    this.#proxy = createServer((incoming, outgoing) => this.#pass(incoming, outgoing));
  }

  static async start(): Promise<Product> {
    const worker = await Worker.start({ name: "conformance-product", variables: { SHOW_LOGIN_CODES: "on", LOOPBACK_CLIENTS: "on" } });
    const ada = await Person.logsIn(worker.origin);
    await ada.adds("Be conformant");
    const product = new Product(worker, (await connected(ada)).access_token);
    await once(product.#proxy.listen(0, "127.0.0.1"), "listening");
    return product;
  }

  get url(): string {
    return `http://${this.#own}/mcp`;
  }

  async stop(): Promise<void> {
    this.#proxy.close();
    this.#proxy.closeAllConnections();
    await this.#worker.stop();
  }

  get #own(): string {
    return `localhost:${(this.#proxy.address() as AddressInfo).port}`;
  }

  #pass(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const headers = { ...incoming.headers, authorization: `Bearer ${this.#token}` };
    // Whoever names the proxy means the product; whoever names another host or origin, as an attacker would, goes on doing so.
    const product = new URL(this.#worker.origin).host;
    for (const name of ["host", "origin"] as const) headers[name] = headers[name]?.replace(this.#own, product);
    if (headers.origin === undefined) delete headers.origin;
    const { method, url } = incoming;
    const onward = request(`${this.#worker.origin}${url}`, { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      outgoing.flushHeaders();
      answer.pipe(outgoing);
    });
    onward.once("error", () => outgoing.destroy());
    outgoing.once("close", () => onward.destroy());
    incoming.pipe(onward);
  }
}
