// What idle event streams cost: the memory of workerd with many of them open, and what is left of it when their clients have vanished.

import { once } from "node:events";
import { Agent, request, type ClientRequest, type IncomingMessage } from "node:http";
import { setTimeout as pause } from "node:timers/promises";

import { greeted, HANDSHAKE, mcp, type Caller } from "./callers.ts";
import type { Peer, World } from "./rows.ts";

/** By when a server has written twice to a client that has vanished, which is how it finds out. */
const NOTICED_MS = 75_000;
/** Streams that are opened side by side. */
const AT_ONCE = 16;

/** Bytes for one open stream, and those that all of them have left behind. */
export type Streams = { of: "here" | Peer; count: number; each: number; left: number | undefined }[];

/** `count` streams at each, in sessions of their own, spread over the people there are. */
export async function idleStreams({ servers, ten }: World, count: number, afterwards: boolean): Promise<Streams> {
  const measured: Streams = [];
  for (const name of ["here", "mcp-agent"] as const) {
    const server = servers[name];
    await server.idle();
    const before = server.memory();
    const open: ClientRequest[] = [];
    const agent = new Agent({ maxSockets: Number.POSITIVE_INFINITY });
    for (let index = 0; index < count; index += AT_ONCE) {
      const callers = ten[name].slice(0, Math.min(AT_ONCE, count - index));
      open.push(...(await Promise.all(callers.map((caller) => stream(caller, agent)))));
    }
    await server.idle();
    const each = (server.memory() - before) / count;
    for (const client of open) client.destroy();
    if (afterwards) await pause(NOTICED_MS);
    measured.push({ of: name, count, each, left: afterwards ? server.memory() - before : undefined });
  }
  return measured;
}

async function stream(caller: Caller, agent: Agent): Promise<ClientRequest> {
  const { headers } = mcp(await greeted({ ...caller, session: undefined }), HANDSHAKE, "");
  const client = request({ agent, host: "127.0.0.1", port: caller.port, path: "/mcp", headers: { ...headers, host: `localhost:${caller.port}`, accept: "text/event-stream" } });
  client.end();
  client.on("error", () => undefined);
  const [answer] = (await once(client, "response")) as [IncomingMessage];
  if (answer.statusCode !== 200) throw new Error(`a stream is answered ${answer.statusCode}`);
  answer.on("error", () => undefined).resume();
  return client;
}
