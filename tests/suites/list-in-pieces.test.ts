// A list of 40 MB: 10,000 todos of a thousand characters of four bytes each. It is never held as a whole, and what is read of it is of
// one version.

import assert from "node:assert/strict";
import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { after, before, describe, test } from "node:test";

import { eventually } from "../harness/eventually.ts";
import { send, type Json } from "../harness/http.ts";
import { KvStandIn } from "../harness/kv-stand-in.ts";
import { Person } from "../harness/person.ts";
import { Worker } from "../harness/worker.ts";

const MOST = 10_000;
const TEXT = "🦀".repeat(1_000);
const MB = 1_024 * 1_024;

const idOf = (index: number) => `01JD000000${String(index).padStart(16, "0")}`;

describe("A list of forty megabytes", () => {
  let kv: KvStandIn;
  let worker: Worker;
  let ada: Person;
  before(async () => {
    kv = await KvStandIn.start();
    worker = await Worker.start({ name: "list-in-pieces", variables: { SHOW_LOGIN_CODES: "on" }, kv });
    ada = await Person.logsIn(worker.origin);
    for (let index = 0; index < MOST; index++) {
      const todo = { id: idOf(index), text: TEXT, completed: false, createdAt: "2026-11-01T00:00:00.000Z", version: 0 };
      kv.entries.set(`todos:${ada.userId}:${todo.id}`, { value: JSON.stringify(todo), metadata: null });
    }
  });
  after(async () => {
    await worker?.stop();
    await kv?.stop();
  });

  const headers = () => ({ cookie: `stytch_session_jwt=${ada.sessionJwt}`, origin: worker.origin, prefer: "return=minimal" });
  const read = () => fetch(`${worker.origin}/api/todos`, { headers: headers() });

  test("is read from KV once, a hundred texts an operation", async () => {
    const one = await ada.rest("GET", `/api/todos/${idOf(1)}`);
    assert.equal(one.status, 200, one.text.slice(0, 200));
    const { list, bulk, get } = kv.counts(`todos:${ada.userId}:`);
    assert.deepEqual([list, bulk, get], [10, 100, 0]);
  });

  test("takes no memory to speak of while four read all of it, and is whole", async () => {
    const idle = worker.memory();
    assert.ok(idle > 0, "the process is found");
    let most = 0;
    const looking = setInterval(() => (most = Math.max(most, worker.memory())), 200);
    try {
      const lists = await Promise.all(Array.from({ length: 4 }, async () => (await (await read()).json()) as Json));
      for (const { todos } of lists) {
        assert.equal(todos.length, MOST);
        assert.ok(todos.every(({ id, text }: Json, index: number) => id === idOf(index) && text === TEXT));
      }
    } finally {
      clearInterval(looking);
    }
    assert.ok(most - idle <= 64 * MB, `${Math.round((most - idle) / MB)} MB more than before`);
  });

  /** Begins to read, and takes nothing more after the first bytes. */
  async function paused(): Promise<IncomingMessage> {
    const request = get(`${worker.origin}/api/todos`, { headers: headers(), agent: false });
    const [response] = (await once(request, "response")) as [IncomingMessage];
    assert.equal(response.statusCode, 200);
    await once(response, "readable");
    return response;
  }

  /** Reads on: whether all of it comes. */
  async function readsOn(response: IncomingMessage): Promise<boolean> {
    let [read, last] = [0, ""];
    try {
      for await (const part of response) [read, last] = [read + part.length, part.toString().slice(-2)];
    } catch {
      return false;
    }
    assert.ok(response.complete && last === "]}", `${read} bytes came, and no error`);
    return true;
  }

  test("is read to its end by whoever takes a rest", async () => {
    assert.equal(await readsOn(await paused()), true);
  });

  test("ends with an error for whoever takes nothing for long", async () => {
    const response = await paused();
    await eventually("it is cut off", async () => (/A list was not read out.*too slowly/.test(worker.log()) ? true : undefined));
    assert.equal(await readsOn(response), false);
  });

  test("ends with an error once the session has ended with which it was begun", async () => {
    const response = await paused();
    assert.equal((await ada.browser.sdk("/sessions/revoke", {})).status, 200);
    assert.equal(await readsOn(response), false);
    ada = await Person.logsIn(worker.origin, ada.email);
  });

  test("ends with an error if it changes meanwhile: nobody reads halves of two lists for one", async () => {
    const response = await read();
    assert.equal(response.status, 200);
    const edit = send(`${worker.origin}/api/todos/${idOf(MOST - 1)}`, { method: "PATCH", headers: headers(), json: { text: "edited" } });
    await assert.rejects(response.text());
    assert.equal((await edit).status, 200);
    assert.equal(((await (await read()).json()) as Json).todos.at(-1).text, "edited");
  });
});
