// What idle event streams cost: the memory of workerd with many of them open, and what is left of it when their clients have vanished.
// Each is looked at in a workerd that has just started: in one that has worked, what it gives back of before would be taken for less.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { Agent, request, type ClientRequest, type IncomingMessage } from "node:http";
import { setTimeout as pause } from "node:timers/promises";

import { STATELESS } from "../harness/mcp.ts";
import { atPeer, greeted, HANDSHAKE, here, LIST, mcp, type Caller, type Issuer } from "./callers.ts";
import type { Request } from "./load.ts";
import type { Peer } from "./rows.ts";
import { Server, type Options } from "./servers.ts";

/** By when a server has written twice to a client that has vanished, which is how it finds out. */
const NOTICED_MS = 75_000;
/** Streams of one app: this Worker lets it have as many that listen, and twice as many of sessions (docs/STORAGE.md, "How much there can be"). */
const OF_ONE = 16;
/** Memory that comes and goes by itself. Streams that take less of it altogether are too few to tell what one takes. */
const NOISE = 4e6;

/**
 * Bytes for one open stream, unless that is too small to tell; those that all of them have left behind; and how many times as much as many
 * take that are opened after them. What is left is there for the next ones, unless something keeps it: then they take twice as much.
 */
export type Streams = Record<Kind, { count: number; each: number | undefined; left: number | undefined; again: number | undefined }>;
export type Kind = keyof typeof KINDS;

/**
 * A session’s stream (2025-11-25), at both; one that needs no session (2026-07-28), which `McpAgent` does not have; and what a bare Worker
 * takes for a stream by itself, and for one with a WebSocket to an object of its own.
 */
const KINDS = {
  session: { of: "here", asked: ofSession },
  listening: { of: "here", asked: listening },
  agent: { of: "mcp-agent", asked: ofSession },
  bare: { of: "echo", asked: async () => get("/stream") },
  withObject: { of: "echo", asked: async () => get(`/stream/${randomUUID()}`) },
} as const;

/** `count` streams of each kind, those with sessions in sessions of their own, of apps of different people. */
export async function idleStreams(options: Record<"here" | Peer | "echo", Options>, issuer: Issuer, count: number, afterwards: boolean): Promise<Streams> {
  const measured = {} as Streams;
  for (const [kind, { of, asked }] of Object.entries(KINDS) as [Kind, (typeof KINDS)[Kind]][]) {
    const server = await Server.start(options[of]);
    try {
      const caller = () => somebodyAt(of, server, issuer);
      const agent = new Agent({ maxSockets: Number.POSITIVE_INFINITY });
      // The first ones are not counted: with them comes what all of them need.
      const open = await several(await caller(), asked, agent);
      const callers: Caller[] = [];
      while (callers.length * OF_ONE < count) callers.push(await caller());
      await server.idle();
      const before = server.memory();
      for (const caller of callers) open.push(...(await several(caller, asked, agent)));
      await server.idle();
      const grown = server.memory() - before;
      assert.ok(open.every(({ answer }) => !answer.closed), "the server ended an idle stream");
      const each = grown < NOISE ? undefined : grown / count;
      for (const { client } of open) client.destroy();
      if (!afterwards) {
        measured[kind] = { count, each, left: undefined, again: undefined };
        continue;
      }
      await pause(NOTICED_MS);
      const left = server.memory() - before;
      for (const caller of callers) await several(caller, asked, agent);
      await server.idle();
      measured[kind] = { count, each, left, again: each && (server.memory() - before) / grown };
    } finally {
      await server.stop();
    }
  }
  return measured;
}

async function somebodyAt(of: (typeof KINDS)[Kind]["of"], { origin, port }: Server, issuer: Issuer): Promise<Caller> {
  if (of === "here") return here(origin);
  // The floor lets everybody in.
  return of === "mcp-agent" ? atPeer(port, issuer) : { port, token: "", session: undefined, cookie: "", todos: [] };
}

type Stream = { client: ClientRequest; answer: IncomingMessage };

function several(caller: Caller, asked: Asked, agent: Agent): Promise<Stream[]> {
  return Promise.all(Array.from({ length: OF_ONE }, async () => stream(caller, await asked(caller), agent)));
}

type Asked = (caller: Caller) => Promise<Request>;

function get(path: string): Request {
  return { method: "GET", path, headers: { accept: "text/event-stream" }, body: "" };
}

async function ofSession(caller: Caller): Promise<Request> {
  const { path, headers } = mcp(await greeted({ ...caller, session: undefined }), HANDSHAKE, "");
  return { method: "GET", path, headers: { ...headers, accept: "text/event-stream" }, body: "" };
}

async function listening(caller: Caller): Promise<Request> {
  return mcp(caller, STATELESS, "subscriptions/listen", { notifications: { resourceSubscriptions: [LIST] } });
}

async function stream({ port }: Caller, { method, path, headers, body }: Request, agent: Agent): Promise<Stream> {
  const client = request({ agent, method, host: "127.0.0.1", port, path, headers: { ...headers, host: `localhost:${port}` } });
  client.end(body);
  client.on("error", () => undefined);
  const [answer] = (await once(client, "response")) as [IncomingMessage];
  if (answer.statusCode !== 200) throw new Error(`a stream is answered ${answer.statusCode}`);
  answer.on("error", () => undefined).resume();
  return { client, answer };
}
