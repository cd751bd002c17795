// What one app can have held for it, and that no app slows others down or takes their share: sessions that subscribed, event
// streams, subscriptions. With counts; the clock says only that nothing hangs.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { authorized, codeGrant, connected, redeem } from "../harness/agent.ts";
import { READ } from "../harness/domain.ts";
import { eventually } from "../harness/eventually.ts";
import type { Json } from "../harness/http.ts";
import { callTool, ENVELOPE, initialize, post, STATELESS } from "../harness/mcp.ts";
import { StoredObject } from "../harness/objects.ts";
import { Person } from "../harness/person.ts";
import type { Stream } from "../harness/stream.ts";
import { Worker } from "../harness/worker.ts";

const LIST = "todoapp://todos";

/** Sessions of one client of a person that hear of changes, and of all of them. */
const [SESSIONS_OF_CLIENT, SESSIONS_OF_PERSON] = [16, 64];

describe("An app and its share", () => {
  let worker: Worker;
  before(async () => {
    worker = await Worker.start({ name: "agents-and-shares", variables: { SHOW_LOGIN_CODES: "on" } });
  });
  after(() => worker?.stop());

  /** A client of the person's own, that may only read. */
  async function readOnly(person: Person, client_name: string): Promise<string> {
    const grant = await authorized(person, { scopes: ["openid", READ] }, { client_name });
    return (await redeem(grant.server, codeGrant(grant))).json.access_token;
  }

  const inSession = (token: string, session: string, method: string, params: Json) =>
    post(worker.origin, token, JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }), { "mcp-session-id": session });

  /** A session that has subscribed to the list. */
  async function subscribed(token: string): Promise<string> {
    const session = (await initialize(worker.origin, token, "2025-11-25")).headers.get("mcp-session-id") ?? "";
    const answer = await inSession(token, session, "resources/subscribe", { uri: LIST });
    assert.equal(answer.status, 200, answer.text);
    return session;
  }

  async function several<T>(count: number, make: () => Promise<T>): Promise<T[]> {
    const made: T[] = [];
    // A few at a time, and each group after the one before: which is older is then known.
    while (made.length < count) made.push(...(await Promise.all(Array.from({ length: Math.min(8, count - made.length) }, make))));
    return made;
  }

  /** The sessions' objects that have kept something for a client to hear. */
  const held = () => StoredObject.all(worker.state, "McpSession").filter((object) => object.tables().includes("event"));
  const subscriptions = () => held().filter((object) => object.rows("SELECT 1 FROM subscription").length > 0).length;
  const told = () => held().filter((object) => object.rows("SELECT 1 FROM event").length > 0).length;

  test("240 subscribed sessions of an app that may only read slow nobody down: sixteen are told, its oldest have given way", async () => {
    const [ada, bob] = await Promise.all([Person.logsIn(worker.origin), Person.logsIn(worker.origin)]);
    const token = await readOnly(ada, "Subscribes and subscribes");
    const { access_token } = await connected(bob);
    const sessions = await several(240, () => subscribed(token));
    assert.equal(subscriptions(), SESSIONS_OF_CLIENT);

    const began = performance.now();
    const [write, read] = await Promise.all([
      ada.rest("POST", "/api/todos", { todoText: "One todo" }).then((answer) => ({ answer, ms: performance.now() - began })),
      callTool(worker.origin, access_token, "listTodos", {}).then((result) => ({ result, ms: performance.now() - began })),
    ]);
    assert.equal(write.answer.status, 200);
    assert.notEqual(read.result.isError, true);
    // It took five seconds for each of the two, on a machine that had nothing else to do.
    assert.ok(write.ms < 4_000 && read.ms < 4_000, `${Math.round(write.ms)} ms, ${Math.round(read.ms)} ms`);
    await eventually("those that are left are told", async () => (told() === SESSIONS_OF_CLIENT ? true : undefined));
    // The newest are: and one that gave way goes on as a session, and may subscribe again.
    const newest = sessions.at(-1)!;
    assert.equal((await inSession(token, newest, "resources/unsubscribe", { uri: LIST })).status, 200);
    assert.equal(subscriptions(), SESSIONS_OF_CLIENT - 1);
    assert.equal((await inSession(token, sessions[0]!, "tools/list", {})).status, 200);
    assert.equal((await inSession(token, sessions[0]!, "resources/subscribe", { uri: LIST })).status, 200);
  });

  test("no app takes another’s share: of five that want as much as they can have, none is left with nothing", async () => {
    const ada = await Person.logsIn(worker.origin);
    const earlier = subscriptions();
    const modest = await readOnly(ada, "Has one session");
    const first = await subscribed(modest);
    const greedy = await Promise.all(Array.from({ length: 5 }, (_, number) => readOnly(ada, `Wants it all ${number}`)));
    for (const token of greedy) await several(20, () => subscribed(token));
    assert.equal(subscriptions() - earlier, SESSIONS_OF_PERSON);
    // The modest one is the oldest of all and has kept its place: it hears.
    await ada.adds("heard by all");
    const leaving = new AbortController();
    const headers = { authorization: `Bearer ${modest}`, accept: "text/event-stream", "mcp-session-id": first, "last-event-id": "0.0" };
    const stream = await fetch(`${worker.origin}/mcp`, { headers, signal: leaving.signal });
    assert.ok(stream.body);
    let heard = "";
    for await (const part of stream.body.pipeThrough(new TextDecoderStream())) {
      heard += part;
      if (heard.includes(LIST)) break;
    }
    leaving.abort();
  });

  /** A stream of changes of the stateless era. */
  async function listening(token: string): Promise<Stream> {
    const leaving = new AbortController();
    const params = { notifications: { resourceSubscriptions: [LIST] }, _meta: ENVELOPE };
    const response = await fetch(`${worker.origin}/mcp`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${token}`,
        accept: "application/json, text/event-stream",
        "content-type": "application/json",
        "mcp-protocol-version": STATELESS,
        "mcp-method": "subscriptions/listen",
      },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "subscriptions/listen", params }),
      signal: leaving.signal,
    });
    return streamed(response, leaving);
  }

  /** A session's stream of what belongs to no request. */
  async function follow(token: string, session: string): Promise<Stream> {
    const leaving = new AbortController();
    const headers = { authorization: `Bearer ${token}`, accept: "text/event-stream", "mcp-session-id": session };
    return streamed(await fetch(`${worker.origin}/mcp`, { headers, signal: leaving.signal }), leaving);
  }

  function streamed(response: Response, leaving: AbortController): Stream {
    assert.equal(response.status, 200);
    let open = true;
    const ended = response.text().finally(() => (open = false));
    ended.catch(() => undefined);
    return { ended, isOpen: () => open, leave: () => leaving.abort() };
  }

  test("of streams of changes an app has sixteen: its oldest ends, another app’s does not, and both kinds are told", async () => {
    const ada = await Person.logsIn(worker.origin);
    const [greedy, modest] = [await readOnly(ada, "Listens and listens"), await readOnly(ada, "Listens once")];
    const first = await listening(modest);
    const streams: Stream[] = [];
    for (let number = 0; number < 18; number++) streams.push(await listening(greedy));
    const [oldest, second] = streams;
    for (const text of await Promise.all([oldest!.ended, second!.ended])) assert.match(text, /"result"/, "it ends with its answer");
    assert.equal(streams.filter(({ isOpen }) => isOpen()).length, 16);
    assert.ok(first.isOpen());
    for (const stream of [first, ...streams]) stream.leave();
  });

  test("of streams of one session eight are open: the oldest ends", async () => {
    const ada = await Person.logsIn(worker.origin);
    const token = await readOnly(ada, "Follows and follows");
    const session = (await initialize(worker.origin, token, "2025-11-25")).headers.get("mcp-session-id") ?? "";
    const streams: Stream[] = [];
    for (let number = 0; number < 9; number++) streams.push(await follow(token, session));
    await streams[0]!.ended;
    assert.equal(streams.filter(({ isOpen }) => isOpen()).length, 8);
    for (const stream of streams) stream.leave();
  });

  test("of all kinds of streams an app has thirty-two, where accounts are held here", async () => {
    const ada = await Person.logsIn(worker.origin);
    const [greedy, modest] = [await readOnly(ada, "Has five sessions"), await readOnly(ada, "Has one")];
    const first = await listening(modest);
    const streams: Stream[] = [];
    for (let number = 0; number < 5; number++) {
      const session = (await initialize(worker.origin, greedy, "2025-11-25")).headers.get("mcp-session-id") ?? "";
      for (let number = 0; number < 7; number++) streams.push(await follow(greedy, session));
    }
    await Promise.all(streams.slice(0, 3).map(({ ended }) => ended));
    await eventually("thirty-two are left", async () => (streams.filter(({ isOpen }) => isOpen()).length === 32 ? true : undefined));
    assert.ok(first.isOpen());
    for (const stream of [first, ...streams]) stream.leave();
  });

  test("of all of a person’s apps sixty-four streams of changes are open, and 256 of all kinds: whoever has most gives way", async () => {
    const ada = await Person.logsIn(worker.origin);
    const modest = await readOnly(ada, "Has one of each");
    const greedy = await Promise.all(Array.from({ length: 8 }, (_, number) => readOnly(ada, `Opens whatever it can ${number}`)));
    const isOpen = ({ isOpen }: Stream) => isOpen();
    const changes: Stream[] = [];
    for (const token of greedy.slice(0, 4)) changes.push(...(await several(16, () => listening(token))));
    assert.equal(changes.filter(isOpen).length, 64);
    const first = await listening(modest);
    await eventually("one of theirs has ended", async () => (changes.filter(isOpen).length === 63 ? true : undefined));
    assert.ok(first.isOpen());

    const all: Stream[] = [];
    for (const [place, token] of greedy.entries()) {
      const open = place < 4 ? 16 : 0;
      const sessions = await Promise.all(Array.from({ length: (32 - open) / 8 }, () => initialize(worker.origin, token, "2025-11-25")));
      for (const { headers } of sessions) all.push(...(await several(8, () => follow(token, headers.get("mcp-session-id") ?? ""))));
    }
    const openNow = () => [first, ...changes, ...all].filter(isOpen).length;
    // With the modest one’s stream and without the one that gave way there are 256.
    assert.equal(openNow(), 256);
    const session = (await initialize(worker.origin, modest, "2025-11-25")).headers.get("mcp-session-id") ?? "";
    const second = await follow(modest, session);
    await eventually("one more has ended", async () => (openNow() === 255 ? true : undefined));
    assert.ok(first.isOpen() && second.isOpen());
    for (const stream of [first, second, ...changes, ...all]) stream.leave();
  });

  test("questions of one session: sixteen are in flight, the oldest is given up", async () => {
    const ada = await Person.logsIn(worker.origin);
    const done = await ada.adds("Done");
    assert.equal((await ada.rest("POST", `/api/todos/${done.id}/complete`)).status, 200);
    const { access_token } = await connected(ada);
    const params = { protocolVersion: "2025-11-25", capabilities: { elicitation: {} }, clientInfo: { name: "asks", version: "1" } };
    const opened = await post(worker.origin, access_token, JSON.stringify({ jsonrpc: "2.0", id: 1, method: "initialize", params }));
    const session = opened.headers.get("mcp-session-id") ?? "";
    const asking = async (id: number) => {
      const leaving = new AbortController();
      const response = await fetch(`${worker.origin}/mcp`, {
        method: "POST",
        headers: {
          authorization: `Bearer ${access_token}`,
          accept: "application/json, text/event-stream",
          "content-type": "application/json",
          "mcp-session-id": session,
        },
        body: JSON.stringify({ jsonrpc: "2.0", id, method: "tools/call", params: { name: "clearCompleted", arguments: {} } }),
        signal: leaving.signal,
      });
      return streamed(response, leaving);
    };
    const calls = [];
    for (let id = 1; id <= 17; id++) calls.push(await asking(id));
    assert.match(await calls[0]!.ended, /"id":1,"(result|error)"/);
    assert.equal(calls.filter(({ isOpen }) => isOpen()).length, 16);
    for (const call of calls) call.leave();
    assert.equal((await ada.todos()).length, 1, "nobody agreed");
  });
});
