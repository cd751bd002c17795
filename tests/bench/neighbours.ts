// What one person feels of another: the median of their calls, one at a time, while nothing else happens, and within the same round
// while somebody else writes.

import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";

import { authorized, codeGrant, redeem } from "../harness/agent.ts";
import { READ } from "../harness/domain.ts";
import { StoredObject } from "../harness/objects.ts";
import { Person } from "../harness/person.ts";
import { addTen, agentOf, callTool, greeted, here, HANDSHAKE, inNameOf, mcp, result, type Caller } from "./callers.ts";
import { load, type Found, type Request } from "./load.ts";
import type { World } from "./rows.ts";

/** Sessions of one app that try to subscribe. */
const TRIES = 240;
/** How many of them the list tells (docs/STORAGE.md, "How much there can be"). */
const KEPT = 16;
const AT_ONCE = 8;
/** The writer is at work by then. */
const LEAD_MS = 100;

/** What somebody else does, and of each round the medians of the neighbour's calls and of the writer's own, in microseconds. */
export type Neighbours = { title: string; goal: number | undefined; idle: number[]; beside: number[]; own: number[] }[];

/** `writes`: what is sent over and over in a round. */
type Situation = { title: string; goal?: number; connections: number; writes(): Promise<Request[]> };

export async function neighbours(world: World, state: string, rounds: number, milliseconds: number): Promise<Neighbours> {
  const { here: server } = world.servers;
  const [neighbour] = world.ten.here;
  assert.ok(neighbour);
  const asked = callTool(neighbour, HANDSHAKE, "listTodos");
  assert.equal((await result(asked, server.port)).structuredContent.todos.length, 10);
  const situations: Situation[] = [
    { title: "creates todos with 64 calls at once", goal: 10, connections: 64, writes: () => creation(server.origin) },
    { title: "completes and opens todos, one call after the other", connections: 1, writes: turnsOf(await here(server.origin)) },
    {
      title: `the same, after ${TRIES} sessions of an app of theirs that may only read have tried to subscribe (${KEPT} are kept, and told of what changes)`,
      goal: 2,
      connections: 1,
      writes: turnsOf(await withSubscribers(server.origin, state)),
    },
  ];
  const measured = situations.map(({ title, goal }) => ({ title, goal, idle: [], beside: [], own: [] }) as Neighbours[number]);
  for (let round = 0; round < rounds; round++) {
    for (const [place, { connections, writes }] of situations.entries()) {
      const sent = await writes();
      const send = (requests: Request[], connections: number, milliseconds: number) =>
        load(requests, { port: server.port, milliseconds, status: 200, again: true, connections }).then(allRight);
      await server.idle();
      const idle = await send([asked], 1, milliseconds);
      const [own, beside] = await Promise.all([
        send(sent, connections, milliseconds + 2 * LEAD_MS),
        pause(LEAD_MS).then(() => send([asked], 1, milliseconds)),
      ]);
      measured[place]?.idle.push(idle.p50);
      measured[place]?.beside.push(beside.p50);
      measured[place]?.own.push(own.p50);
    }
  }
  return measured;
}

/** Of somebody new, as a list has room for ten thousand. */
async function creation(origin: string): Promise<Request[]> {
  const writer = await here(origin);
  const request = callTool(writer, HANDSHAKE, "createTodo", { todoText: "Buy milk" });
  // A list’s first request has more to do.
  await result(request, writer.port);
  return [request];
}

/** Completes ten todos and opens them again, so that a list stays as it is and each call changes something. */
function turnsOf(writer: Caller): () => Promise<Request[]> {
  const each = (name: string) => writer.todos.map((todoID) => callTool(writer, HANDSHAKE, name, { todoID }));
  return async () => {
    if (writer.todos.length === 0) await addTen(writer);
    // However far the round before came.
    for (const request of each("reopenTodo")) await result(request, writer.port);
    return ["markTodoComplete", "reopenTodo"].flatMap(each);
  };
}

function allRight(found: Found): Found {
  assert.ok(found.right > 0 && found.wrong === 0, `${found.wrong} of ${found.right + found.wrong} answers were wrong: ${found.firstWrong}`);
  return found;
}

/** Somebody who writes, and who let an app in that may only read and wants to hear of everything in all of its sessions. */
async function withSubscribers(origin: string, state: string): Promise<Caller> {
  const person = await Person.logsIn(origin);
  const grant = await authorized(person, { scopes: ["openid", READ] }, { client_name: "Subscribes and subscribes" });
  const reader = await inNameOf(person, (await redeem(grant.server, codeGrant(grant))).json.access_token);
  const earlier = subscriptions(state);
  for (let made = 0; made < TRIES; made += AT_ONCE) await Promise.all(Array.from({ length: AT_ONCE }, () => subscribe(reader)));
  assert.equal(subscriptions(state) - earlier, KEPT, "sessions that are told of changes");
  return agentOf(person);
}

async function subscribe(reader: Caller): Promise<void> {
  const session = await greeted({ ...reader, session: undefined });
  await result(mcp(session, HANDSHAKE, "resources/subscribe", { uri: "todoapp://todos" }), session.port);
}

/** Sessions whose objects hold a subscription. */
function subscriptions(state: string): number {
  const all = StoredObject.all(state, "McpSession").filter((object) => object.tables().includes("subscription"));
  return all.filter((object) => object.rows("SELECT 1 FROM subscription").length > 0).length;
}
