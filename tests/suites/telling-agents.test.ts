// Agents are told of what changes by the object in which it changes: of what nobody wants to hear nobody is woken, what somebody
// wants to hear outlives whatever happens before they were told, and what has gone leaves neither alarm nor trace.

import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";

import { connected } from "../harness/agent.ts";
import { eventually } from "../harness/eventually.ts";
import { send, type Json } from "../harness/http.ts";
import { callTool, initialize, post } from "../harness/mcp.ts";
import { StoredObject } from "../harness/objects.ts";
import { Person } from "../harness/person.ts";
import { Worker } from "../harness/worker.ts";

const LIST = "todoapp://todos";
const HOUR = 60 * 60 * 1_000;
const DAY = 24 * HOUR;

/** The least time between two calls to a session. */
const PAUSE_MS = 100;

/** A version that no code has. */
const LATER = 1_000;

describe("Agents that want to hear of changes", () => {
  let worker: Worker;
  let ada: Person;
  let token: string;
  before(async () => {
    worker = await Worker.start({ name: "telling-agents", variables: { SHOW_LOGIN_CODES: "on" } });
  });
  after(() => worker?.stop());
  beforeEach(async () => {
    ada = await Person.logsIn(worker.origin);
    token = (await connected(ada)).access_token;
  });

  const list = () => StoredObject.named(worker.state, "TodoList", ada.userId);
  const registry = () => StoredObject.named(worker.state, "McpSession", `circle:${ada.userId}`);
  const everyObject = () => StoredObject.all(worker.state, "McpSession").map(({ file }) => file);

  const begins = async () => (await initialize(worker.origin, token, "2025-11-25")).headers.get("mcp-session-id") ?? "";
  const say = async (session: string, method: string, params: Json) => {
    const answer = await post(worker.origin, token, JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }), { "mcp-session-id": session });
    assert.equal(answer.status, 200, answer.text);
  };

  /** A session that has subscribed to the list, and its object. */
  async function subscribed(uri = LIST): Promise<{ session: string; object: StoredObject }> {
    const known = everyObject();
    const session = await begins();
    await say(session, "resources/subscribe", { uri });
    const made = StoredObject.all(worker.state, "McpSession").filter(({ file }) => !known.includes(file));
    const object = made.find((candidate) => candidate.tables().includes("subscription") && candidate.rows("SELECT 1 FROM subscription").length > 0);
    assert.ok(object, "its object holds the subscription");
    return { session, object };
  }

  const events = (object: StoredObject): number => object.rows("SELECT count(*) AS count FROM event")[0].count;
  const untold = (): number => list().rows("SELECT count(*) AS count FROM feed_change")[0].count;
  const subscribers = (): Json[] => list().rows("SELECT * FROM feed_subscriber");

  /** Waits until nothing of the list is left to be passed on: KV has it, and who subscribed was told. */
  const passedOn = () =>
    eventually("all is passed on", async () => {
      assert.equal(list().rows("SELECT count(*) AS count FROM kv_copy")[0].count, 0);
      assert.equal(untold(), 0);
      return true;
    });

  test("of a change that nobody wants to hear of no object is asked, nor anything kept", async () => {
    const known = everyObject();
    const { id } = await ada.adds("Buy milk");
    await callTool(worker.origin, token, "markTodoComplete", { todoID: id });
    assert.equal((await ada.rest("DELETE", `/api/todos/${id}`)).status, 200);
    await passedOn();
    await eventually("nothing is left to do", async () => (list().alarm === undefined ? true : undefined));
    // An object that was asked something has a file, whatever it kept.
    assert.deepEqual(everyObject(), known);
    assert.deepEqual(list().rows("SELECT * FROM feed_change"), []);
  });

  test("who subscribed is told, each command in one call, until they unsubscribe; then nobody is", async () => {
    const { session, object } = await subscribed();
    assert.equal(subscribers().length, 1);
    await ada.adds("Told of");
    const due = list().alarm ?? 0;
    await eventually("it is told", async () => (events(object) === 1 ? true : undefined));
    assert.ok(Date.now() < due, "behind the answer, and not by the alarm that would have done it");
    await passedOn();
    await say(session, "resources/unsubscribe", { uri: LIST });
    await ada.adds("Not told of");
    await eventually("nobody is there any more", async () => (subscribers().length === 0 ? true : undefined));
    await ada.adds("Nobody is asked");
    await passedOn();
    assert.equal(events(object), 1);
    await eventually("the list has nothing left to do", async () => (list().alarm === undefined ? true : undefined));
  });

  test("of a burst who subscribed is told a few times a second, of many changes in one call, and of the last", async () => {
    const { object } = await subscribed();
    const began = Date.now();
    for (let round = 0; round < 8; round++) await Promise.all(Array.from({ length: 8 }, (_, place) => ada.adds(`${round} ${place}`)));
    await passedOn();
    const pauses = (Date.now() - began) / PAUSE_MS;
    assert.ok(events(object) >= 2, "of the first at once, of the last after a pause");
    assert.ok(events(object) <= pauses + 2, `${events(object)} calls in ${pauses.toFixed(1)} pauses`);
    assert.ok(events(object) < 64);
  });

  test("killed right after it was acknowledged, a change is told to every subscriber, and heard by who comes back", async () => {
    // Sixteen, so that the kill comes while they are being told.
    const all: { session: string; object: StoredObject }[] = [];
    while (all.length < 16) all.push(await subscribed());
    const { session } = all[0]!;
    for (let round = 1; round <= 3; round++) {
      const headers = { cookie: `stytch_session_jwt=${ada.sessionJwt}`, origin: worker.origin, "content-type": "application/json", prefer: "return=minimal" };
      // No later than the first byte that says so.
      const acknowledged = await fetch(`${worker.origin}/api/todos`, { method: "POST", headers, body: JSON.stringify({ todoText: `Round ${round}` }) });
      await worker.crash();
      assert.equal(acknowledged.status, 200);
      await eventually(`change ${round} is told`, async () => (all.every(({ object }) => events(object) >= round) ? true : undefined));
    }
    const leaving = new AbortController();
    const headers = { authorization: `Bearer ${token}`, accept: "text/event-stream", "mcp-session-id": session, "last-event-id": "0.0" };
    const stream = await fetch(`${worker.origin}/mcp`, { headers, signal: leaving.signal });
    assert.ok(stream.body);
    let heard = "";
    for await (const part of stream.body.pipeThrough(new TextDecoderStream())) {
      heard += part;
      if (heard.split(`"uri":"${LIST}"`).length > 3) break;
    }
    leaving.abort();
  });

  test("what is left to tell after a kill is told from the alarm, with nobody calling", async () => {
    const { object } = await subscribed();
    await ada.adds("Told at once");
    await passedOn();
    await worker.restart({
      signal: "SIGKILL",
      meanwhile: () => {
        // As it is between the acknowledgement of a change and the telling.
        const [{ newest }] = list().rows("SELECT MAX(told) AS newest FROM feed_subscriber");
        list().run("INSERT INTO feed_change VALUES (?, ?)", newest + 1, JSON.stringify([{ resource: { uri: LIST } }]));
        list().alarm = Date.now();
      },
    });
    await eventually("it is told", async () => (events(object) === 2 ? true : undefined));
    await passedOn();
  });

  test("a session that cannot be reached is told all it missed, in one call, once it can be", async () => {
    const { object } = await subscribed();
    const { schemaVersion } = object;
    assert.ok(schemaVersion);
    const set = (version: number) => object.run("UPDATE schema_version SET version = ?", version);
    await worker.restart({ meanwhile: () => set(LATER) });
    for (const text of ["One", "Two", "Three"]) await ada.adds(text);
    await eventually("it was tried", async () => (subscribers()[0]?.failures > 0 ? true : undefined));
    assert.equal(untold(), 3);
    assert.equal(events(object), 0);
    await worker.restart({ meanwhile: () => set(schemaVersion) });
    await passedOn();
    assert.equal(events(object), 1, "they were one and the same resource");
    assert.equal(subscribers()[0].failures, 0);
  });

  test("alarms stand at the next real end; and a day after the clients have gone there are none, nor anything kept for them", async () => {
    const { object } = await subscribed();
    await ada.adds("The last that it hears of");
    await passedOn();
    const [{ at }] = object.rows("SELECT at FROM event");
    const [{ value: seen }] = object.rows("SELECT value FROM setting WHERE name = 'seen'");
    assert.equal(Math.abs((object.alarm ?? 0) - (at + HOUR)) < 1_000, true, "the session’s: when the event ends");
    const [{ look_at }] = subscribers();
    assert.ok(Math.abs(look_at - (Number(seen) + DAY)) < 1_000, "when the session does");
    await eventually("the list’s alarm is for that", async () => (Math.abs((list().alarm ?? 0) - look_at) < 1_000 ? true : undefined));
    assert.equal(registry().alarm, undefined);

    // An hour and a bit later.
    const ages = (ms: number) => {
      object.run("UPDATE event SET at = at - ?", ms);
      object.run("UPDATE setting SET value = CAST(value AS INTEGER) - CAST(? AS INTEGER) WHERE name = 'seen'", ms);
      list().run("UPDATE feed_subscriber SET at = at - ?, look_at = look_at - ?", ms, ms);
      for (const stored of [object, list()]) stored.alarm = (stored.alarm ?? 0) - ms;
    };
    await worker.restart({ meanwhile: () => ages(HOUR + 60_000) });
    await eventually("the event has ended", async () => (events(object) === 0 ? true : undefined));
    const ends = Number(object.rows("SELECT value FROM setting WHERE name = 'seen'")[0].value) + DAY;
    await eventually("the next is the session’s own end", async () => (Math.abs((object.alarm ?? 0) - ends) < 1_000 ? true : undefined));

    // A day later. Whichever alarm comes first: the list asks the session, or the session has gone.
    await worker.restart({ meanwhile: () => ages(DAY) });
    await eventually("nothing is left of them", async () => {
      assert.deepEqual([list().alarm, object.alarm, registry().alarm], [undefined, undefined, undefined]);
      assert.deepEqual([subscribers(), object.tables(), registry().tables()], [[], [], []]);
      return true;
    });
  });

  test("a session that is ended leaves no object, is told no more, and stays ended", async () => {
    const { session, object } = await subscribed();
    await ada.adds("Heard");
    await passedOn();
    const headers = { authorization: `Bearer ${token}`, "mcp-session-id": session };
    assert.equal((await send(`${worker.origin}/mcp`, { method: "DELETE", headers })).status, 204);
    assert.deepEqual([object.tables(), object.alarm, subscribers()], [[], undefined, []]);
    const again = () => post(worker.origin, token, JSON.stringify({ jsonrpc: "2.0", id: 1, method: "ping" }), { "mcp-session-id": session });
    assert.equal((await again()).status, 404);
    assert.equal(registry().rows("SELECT 1 FROM member WHERE holding = 'end'").length, 1);
    // Eight days later nobody has its id any more; it is forgotten when somebody comes.
    await worker.restart({ meanwhile: () => registry().run("UPDATE member SET at = at - ?", 8 * DAY + HOUR) });
    await subscribed();
    assert.deepEqual(registry().rows("SELECT 1 FROM member WHERE holding = 'end'"), []);
  });
});
