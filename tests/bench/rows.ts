// What is measured: for each row, what each contestant is asked, what a right answer holds, and what is hoped for.

import assert from "node:assert/strict";

import type { Json } from "../harness/http.ts";
import { STATELESS } from "../harness/mcp.ts";
import { TOOLS } from "../harness/tools.ts";
import { atPeer, callTool, here, HANDSHAKE, mcp, message, renew, rest, type Caller, type Era, type Issuer } from "./callers.ts";
import type { Request } from "./load.ts";
import type { Server } from "./servers.ts";

export const CONTESTANTS = ["here", "typescript-sdk", "mcp-agent", "echo", "hop", "store", "copy"] as const;
export type Contestant = (typeof CONTESTANTS)[number];
export type Peer = "typescript-sdk" | "mcp-agent";
export type Floor = "echo" | "hop";
/** What a change takes at the least: a row written in an object, and besides a value in KV. */
export type Least = "store" | "copy";

/** Everybody there is before the first row. */
export type World = {
  servers: Record<Contestant, Server>;
  issuer: Issuer;
  /** People with ten todos each. */
  ten: Record<"here" | Peer, Caller[]>;
  /** People whose lists grow while it is measured. */
  growing: Caller[];
  /** One person each with as many todos. */
  many: Map<number, Caller>;
};

export type Row = {
  title: string;
  floor: Floor;
  least?: Least | undefined;
  status: number;
  /** How often as many requests a second as another: this Worker's goal. */
  goals: Partial<Record<Peer | "floor", number>>;
  /** The requests of one round; none where the contestant has no such thing. They are sent over and over. */
  requests(contestant: "here" | Peer, world: World): Request[] | Promise<Request[]>;
  /** What puts everything back to where the requests of a round begin; sent once before each round, and not timed. */
  reset?(contestant: "here" | Peer, world: World): Request[];
  /** Looks at the text of one answer. */
  check(text: string): void;
};

/** How many there are with ten todos each. */
export const PEOPLE = 16;

const READ = { "typescript-sdk": 2, "mcp-agent": 6, floor: 0.8 };
const SMALL = { floor: 0.85 };
const CALL = { "typescript-sdk": 2.5, "mcp-agent": 4.5, floor: 0.75 };

/** People at a peer whose lists are empty: as many as keep the lists short, since the example keeps each in one value. */
const FRESH: Record<Peer, number> = { "typescript-sdk": 64, "mcp-agent": 16 };

export function rows(many: number[]): Row[] {
  return [
    ...([HANDSHAKE, STATELESS] as const).flatMap(inEra),
    refused("another each time", 64),
    refused("one that was sent before", 1),
    listOf(10),
    ...many.map(listOf),
    restCreation(),
    restChange(10),
    ...many.map(restChange),
  ];
}

function inEra(era: Era): Row[] {
  const speaks = (contestant: "here" | Peer) => contestant !== "mcp-agent" || era === HANDSHAKE;
  const ask = (method: string, params: Json, check: (result: Json) => void, more: Partial<Row>): Row => ({
    title: `\`${method}\`, ${era}`,
    floor: "echo",
    status: 200,
    goals: READ,
    requests: (contestant, { ten }) => (speaks(contestant) ? ten[contestant].map((caller) => mcp(caller, era, method, params)) : []),
    check: (text) => check(message(text).result),
    ...more,
  });
  const call = (title: string, check: (result: Json) => void, requests: (caller: Caller) => Request[]): Row => ({
    title: `${title}, ${era}`,
    floor: "hop",
    status: 200,
    goals: CALL,
    requests: (contestant, { ten }) => (speaks(contestant) ? byTurns(ten[contestant].map(requests)) : []),
    check: (text) => check(message(text).result),
  });
  const each = (caller: Caller, name: string) => caller.todos.map((todoID) => callTool(caller, era, name, { todoID }));
  const isNothing = (result: Json) => assert.deepEqual(result, {});
  return [
    ask("tools/list", {}, ({ tools }) => assert.deepEqual(tools.map(({ name }: Json) => name).sort(), TOOLS), {}),
    // The stateless era has none.
    ...(era === HANDSHAKE ? [ask("ping", {}, isNothing, { goals: SMALL })] : []),
    call("`listTodos` of 10", ({ structuredContent }) => assert.equal(structuredContent.todos.length, 10), (caller) => [
      callTool(caller, era, "listTodos"),
    ]),
    {
      ...call("`createTodo`", ({ structuredContent }) => assert.equal(structuredContent.todo.text, "Buy milk"), () => []),
      least: "copy",
      requests: async (contestant, { growing, servers, issuer }) => {
        if (!speaks(contestant)) return [];
        const callers = contestant === "here" ? growing : await fresh(contestant, servers[contestant], issuer);
        return callers.map((caller) => callTool(caller, era, "createTodo", { todoText: "Buy milk" }));
      },
    },
    // All are completed before the first is opened again, so that every one of them is a change.
    {
      ...call("`markTodoComplete` and `reopenTodo` by turns", ({ structuredContent }) => assert.equal(structuredContent.change, "completed"), (caller) =>
        ["markTodoComplete", "reopenTodo"].flatMap((name) => each(caller, name)),
      ),
      least: "store",
      reset: (contestant, { ten }) => (speaks(contestant) ? ten[contestant].flatMap((caller) => each(caller, "reopenTodo")) : []),
    },
    call("`resources/read` of a todo", ({ contents }) => assert.match(JSON.parse(contents[0].text).text, /litres of milk/), (caller) =>
      caller.todos.map((id) => mcp(caller, era, "resources/read", { uri: `todoapp://todos/${id}` })),
    ),
  ];
}

/** Tokens with a wrong signature. This Worker remembers the last hundred, so that these are more than it does, or always the same. */
function refused(which: string, ofEach: number): Row {
  // The last letter has to be one of four (RFC 4648 section 3.5).
  const forged = ({ token }: Caller, index: number) => `${token.slice(0, -8)}${index.toString().padStart(7, "A")}A`;
  return {
    title: `a token with a wrong signature, ${which}: 401`,
    floor: "echo",
    status: 401,
    goals: SMALL,
    requests: (contestant, { ten }) =>
      byTurns(
        ten[contestant].map((caller) =>
          Array.from({ length: ofEach }, (_, index) => mcp({ ...caller, token: forged(caller, index) }, HANDSHAKE, "tools/list")),
        ),
      ),
    check: () => undefined,
  };
}

/** Only this Worker has an interface for pages. */
function ofPages(title: string, goals: Row["goals"], requests: (world: World) => Request[], check: (answer: Json) => void): Row {
  return {
    title,
    floor: "hop",
    status: 200,
    goals,
    requests: async (contestant, world) => {
      if (contestant !== "here") return [];
      await renew([...world.ten.here, ...world.growing, ...world.many.values()]);
      return requests(world);
    },
    check: (text) => check(JSON.parse(text)),
  };
}

function listOf(count: number): Row {
  const goals = count === 10 ? { floor: 0.85 } : {};
  const check = ({ todos }: Json) => assert.equal(todos.length, count);
  return ofPages(`REST: the list of ${count}`, goals, (world) => whoHave(count, world).map((caller) => rest(caller, "GET", "/api/todos")), check);
}

function restCreation(): Row {
  const creations = ({ growing }: World) => growing.map((caller) => rest(caller, "POST", "/api/todos", { todoText: "Buy milk" }));
  return { ...ofPages("REST: create", {}, creations, ({ change }) => assert.equal(change.deed, "created")), least: "copy" };
}

function restChange(count: number): Row {
  const each = (caller: Caller, action: string) => caller.todos.map((id) => rest(caller, "POST", `/api/todos/${id}/${action}`));
  const changes = (world: World) => byTurns(whoHave(count, world).map((caller) => ["complete", "reopen"].flatMap((action) => each(caller, action))));
  const reset = (contestant: "here" | Peer, world: World) => (contestant === "here" ? whoHave(count, world).flatMap((caller) => each(caller, "reopen")) : []);
  return { ...ofPages(`REST: complete and reopen by turns, of ${count}`, {}, changes, ({ change }) => assert.equal(change.deed, "completed")), reset };
}

function whoHave(count: number, { ten, many }: World): Caller[] {
  const one = many.get(count);
  return one === undefined ? ten.here : [one];
}

function fresh(peer: Peer, { port }: Server, issuer: Issuer): Promise<Caller[]> {
  return Promise.all(Array.from({ length: FRESH[peer] }, () => atPeer(port, issuer)));
}

/** The first of each, then the second of each. */
function byTurns(lists: Request[][]): Request[] {
  return (lists[0] ?? []).flatMap((_, index) => lists.flatMap((list) => list[index] ?? []));
}

/** What a floor is asked: the same body, with the same headers. What stores does so in sixteen objects at most, as people have one each. */
export function ofFloor(floor: Floor | Least, request: Request, place = 0): Request {
  return { ...request, method: "POST", path: floor === "store" || floor === "copy" ? `/${floor}/${place % PEOPLE}` : `/${floor}` };
}

export async function people(origin: string, count: number): Promise<Caller[]> {
  const all: Caller[] = [];
  for (let index = 0; index < count; index++) all.push(await here(origin));
  return all;
}
