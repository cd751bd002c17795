// A call that waits for its user when its Worker dies is over: whoever comes back to its stream hears an error with the request's id,
// and an answer to its question is refused and not kept.

import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";

import { connected } from "../harness/agent.ts";
import { eventually } from "../harness/eventually.ts";
import { type Answer, type Json } from "../harness/http.ts";
import { post } from "../harness/mcp.ts";
import { StoredObject } from "../harness/objects.ts";
import { Person } from "../harness/person.ts";
import { Worker } from "../harness/worker.ts";

/** The most that whoever comes back waits. */
const HEARD_MS = 30_000;

const HOUR = 60 * 60 * 1_000;

type Event = { id: string; data: string };

/** An event stream, read as it comes. */
class Events {
  readonly #reader: ReadableStreamDefaultReader<string>;
  #text = "";

  constructor(body: NonNullable<Response["body"]>) {
    this.#reader = body.pipeThrough(new TextDecoderStream()).getReader();
  }

  /** The next event; `undefined` once the server has ended the stream. */
  async next(): Promise<Event | undefined> {
    for (;;) {
      const end = this.#text.indexOf("\n\n");
      if (end >= 0) {
        const event = this.#text.slice(0, end);
        this.#text = this.#text.slice(end + 2);
        const field = (name: string) => new RegExp(`^${name}: ?(.*)$`, "m").exec(event)?.[1];
        const data = field("data");
        if (data === undefined) continue;
        return { id: field("id") ?? "", data };
      }
      const { done, value } = await this.#reader.read();
      if (done) return undefined;
      this.#text += value;
    }
  }

  /** The next event that carries a message. */
  async message(): Promise<{ id: string; message: Json } | undefined> {
    for (;;) {
      const event = await this.next();
      if (event === undefined) return undefined;
      if (event.data !== "") return { id: event.id, message: JSON.parse(event.data) };
    }
  }

  leave(): Promise<void> {
    return this.#reader.cancel().catch(() => undefined);
  }
}

describe("Calls whose Worker dies", () => {
  let worker: Worker;
  let ada: Person;
  let token: string;
  let session: string;
  before(async () => {
    worker = await Worker.start({ name: "calls-that-died", variables: { SHOW_LOGIN_CODES: "on" } });
  });
  after(() => worker?.stop());
  beforeEach(async () => {
    ada = await Person.logsIn(worker.origin);
    token = (await connected(ada)).access_token;
    const done = await ada.adds("Done");
    assert.equal((await ada.rest("POST", `/api/todos/${done.id}/complete`)).status, 200);
    const params = { protocolVersion: "2025-11-25", capabilities: { elicitation: {} }, clientInfo: { name: "asks", version: "1" } };
    const opened = await say({ id: 1, method: "initialize", params });
    session = opened.headers.get("mcp-session-id") ?? "";
  });

  const say = (message: Json): Promise<Answer> =>
    post(worker.origin, token, JSON.stringify({ jsonrpc: "2.0", ...message }), session ? { "mcp-session-id": session } : {});
  const headers = () => ({ authorization: `Bearer ${token}`, accept: "application/json, text/event-stream", "mcp-session-id": session });
  const given = (question: string): Promise<Answer> => say({ id: question, result: { action: "accept", content: { delete: true } } });

  /** A call that asks its user before it deletes anything. */
  async function asking(id: string | number) {
    const response = await fetch(`${worker.origin}/mcp`, {
      method: "POST",
      headers: { ...headers(), "content-type": "application/json" },
      body: JSON.stringify({ jsonrpc: "2.0", id, method: "tools/call", params: { name: "clearCompleted", arguments: {} } }),
      signal: AbortSignal.timeout(2 * HEARD_MS),
    });
    assert.equal(response.status, 200);
    assert.ok(response.body);
    const events = new Events(response.body);
    const primed = await events.next();
    assert.equal(primed?.data, "", "first comes the place to go on from");
    const asked = await events.message();
    assert.equal(asked?.message.method, "elicitation/create");
    return { events, primed: primed.id, at: asked.id, question: asked.message.id as string };
  }

  const resumed = (after: string) => fetch(`${worker.origin}/mcp`, { headers: { ...headers(), "last-event-id": after }, signal: AbortSignal.timeout(HEARD_MS) });

  /** Comes back to a stream, as a client that has lost its connection. */
  async function back(after: string): Promise<Events> {
    const response = await resumed(after);
    assert.equal(response.status, 200);
    assert.ok(response.body);
    return new Events(response.body);
  }

  const objects = () => StoredObject.all(worker.state, "McpSession");
  /** How many rows all session objects have in a table. */
  const rows = (table: string): number =>
    objects().reduce((sum, object) => sum + (object.tables().includes(table) ? object.rows(`SELECT count(*) AS count FROM ${table}`)[0].count : 0), 0);

  for (const id of [7, "seven"]) {
    test(`whoever comes back hears an error with the id ${JSON.stringify(id)}, and then the end`, async () => {
      const call = await asking(id);
      await worker.crash();
      await call.events.leave();
      for (const [from, isAskedAgain] of [[call.at, false], [call.primed, true], [call.at, false]] as const) {
        const events = await back(from);
        if (isAskedAgain) assert.equal((await events.message())?.message.id, call.question);
        const last = await events.message();
        assert.equal(last?.message.id, id);
        assert.equal(last?.message.error?.code, -32603, JSON.stringify(last));
        assert.match(last?.message.error.message, /call it again/i);
        assert.equal(await events.message(), undefined, "the stream has ended");
      }
      assert.equal((await ada.todos()).length, 1, "nothing was done");
    });
  }

  test("of a stream that is over, and of which nothing is kept, whoever comes back hears that, and not silence", async () => {
    const isOver = async (place: string) => {
      const response = await resumed(place);
      const answer = (await response.json()) as Json;
      assert.equal(response.status, 400, JSON.stringify(answer));
      assert.equal(answer.error.code, -32600);
      assert.match(answer.error.message, /send it again/);
    };
    const call = await asking(7);
    assert.equal((await given(call.question)).status, 202);
    const last = await call.events.message();
    assert.equal(last?.message.id, 7);
    await isOver(last.id);
    assert.equal((await (await back(call.at)).message())?.message.id, 7, "what is kept can be had again");
    // An hour later.
    const kept = objects().filter((object) => object.tables().includes("event") && object.rows("SELECT 1 FROM event").length > 0);
    await worker.restart({
      meanwhile: () => {
        for (const object of kept) {
          object.run("UPDATE event SET at = ?", Date.now() - HOUR);
          object.alarm = Date.now();
        }
      },
    });
    await eventually("its events are gone", async () => (rows("event") === 0 ? true : undefined));
    for (const place of [call.primed, call.at, last.id]) await isOver(place);
  });

  test("of two that come back to a call the newer hears its result, and both streams end", async () => {
    const call = await asking(7);
    await call.events.leave();
    const [older, newer] = [await back(call.at), await back(call.at)];
    assert.equal((await given(call.question)).status, 202);
    assert.equal((await newer.message())?.message.id, 7);
    assert.equal(await newer.message(), undefined);
    assert.equal(await older.message(), undefined, "it comes back for what it did not hear");
    assert.equal((await (await back(call.at)).message())?.message.id, 7);
  });

  test("whoever asks for a stream that never was takes no place, and leaves nothing behind", async () => {
    const stored = () => objects().filter((object) => object.tables().length > 0).length;
    const before = stored();
    for (const place of ["neverwas.1", "neverwas.9007199254740992", "neverwas.18446744073709551615"]) {
      const response = await resumed(place);
      assert.equal(response.status, 400, await response.text());
    }
    assert.equal(stored(), before);
  });

  test("an answer to its question is refused, and nothing is kept of it", async () => {
    const call = await asking(7);
    await worker.crash();
    await call.events.leave();
    const answer = await given(call.question);
    assert.equal(answer.status, 400, answer.text);
    assert.equal(answer.json.error.code, -32600);
    assert.equal(answer.json.id, undefined, "it answers nobody’s request");
    assert.match(answer.json.error.message, /nobody waits/);
    assert.equal((await ada.todos()).length, 1, "nothing was done");
    const again = await back(call.at);
    assert.equal((await again.message())?.message.id, 7);
  });

  test("a call that goes on while its client is away is answered, and leaves nothing behind", async () => {
    const call = await asking(7);
    await call.events.leave();
    const events = await back(call.at);
    assert.equal((await given(call.question)).status, 202);
    const last = await events.message();
    assert.equal(last?.message.id, 7);
    assert.ok(last?.message.result && !last.message.result.isError, JSON.stringify(last));
    assert.equal(await events.message(), undefined, "the stream has ended");
    assert.equal((await given(call.question)).status, 400, "it was answered before");
    await eventually("no call is under way", async () => (rows("call") === 0 ? true : undefined));
    assert.equal((await ada.todos()).length, 0);
  });
});
