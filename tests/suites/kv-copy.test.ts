// The list is in its object, and Workers KV has a complete copy of it: no request waits for KV or asks it anything, and KV has the list
// in the end, whatever it refuses and whenever the object is killed.

import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";

import { eventually } from "../harness/eventually.ts";
import { send, type Json } from "../harness/http.ts";
import { KvStandIn } from "../harness/kv-stand-in.ts";
import { StoredObject } from "../harness/objects.ts";
import { Person } from "../harness/person.ts";
import { Worker } from "../harness/worker.ts";

describe("The copy in Workers KV", () => {
  let kv: KvStandIn;
  let worker: Worker;
  let ada: Person;
  before(async () => {
    kv = await KvStandIn.start();
    worker = await Worker.start({ name: "kv-copy", variables: { SHOW_LOGIN_CODES: "on" }, kv });
  });
  after(async () => {
    await worker?.stop();
    await kv?.stop();
  });
  beforeEach(async () => {
    kv.behave();
    kv.stale = false;
    kv.oneWriteASecond = true;
    ada = await Person.logsIn(worker.origin);
  });

  const own = () => `todos:${ada.userId}:`;
  const counts = () => kv.counts(own());
  const none = { get: 0, bulk: 0, put: 0, delete: 0, list: 0 };
  const list = () => StoredObject.named(worker.state, "TodoList", ada.userId);
  const minimal = (method: string, path: string, json?: Json) =>
    send(`${worker.origin}${path}`, {
      method,
      headers: { cookie: `stytch_session_jwt=${ada.sessionJwt}`, origin: worker.origin, prefer: "return=minimal" },
      ...(json && { json }),
    });

  /** Waits until KV has the list as it is. */
  const equal = (todos: Json[], ms?: number) =>
    eventually(
      "KV is equal to the list",
      async () => {
        // The stand-in is served by this process, which must not be busy with telling differences.
        if (kv.todos(ada.userId).size !== todos.length) return undefined;
        const byId = new Map(todos.map((todo) => [todo.id, todo]));
        assert.deepEqual(new Map([...kv.todos(ada.userId)].sort()), new Map([...byId].sort()));
        return true;
      },
      ms,
    );

  /** Waits until there is nothing left to do. */
  const quiet = (ms?: number) => eventually("the list has no alarm", async () => (list().alarm === undefined ? true : undefined), ms);

  test("costs a new user one listing, ever, and each change one write, with nothing later", async () => {
    assert.deepEqual(await ada.todos(), []);
    assert.deepEqual(counts(), { ...none, list: 1 });
    const { id } = await ada.adds("Buy milk");
    const due = list().alarm ?? 0;
    await equal(await ada.todos());
    await quiet();
    assert.ok(Date.now() < due, "the alarm was taken back, and did not come");
    assert.deepEqual(counts(), { ...none, list: 1, put: 1 });
    await worker.restart();
    assert.equal((await ada.todos())[0]?.id, id);
    assert.equal((await ada.rest("DELETE", `/api/todos/${id}`)).status, 200);
    await equal([]);
    await quiet();
    await worker.crash();
    assert.deepEqual(await ada.todos(), []);
    assert.deepEqual(counts(), { ...none, list: 1, put: 1, delete: 1 });
  });

  test("is not asked when the list wakes: neither while it is down nor while it shows what is long gone", async () => {
    const [gone, stays] = [await ada.adds("gone"), await ada.adds("stays")];
    await equal(await ada.todos());
    kv.stale = true;
    assert.equal((await ada.rest("DELETE", `/api/todos/${gone.id}`)).status, 200);
    assert.equal((await ada.rest("PATCH", `/api/todos/${stays.id}`, { text: "stays, edited" })).status, 200);
    await equal(await ada.todos());
    await quiet();
    kv.behave({ refuse: 503 });
    const before = kv.noted.length;
    await worker.crash();
    assert.deepEqual((await ada.todos()).map(({ text }) => text), ["stays, edited"]);
    assert.deepEqual(kv.counts(own(), before), none);
  });

  test("that a list was emptied is remembered, though KV still shows its todos", async () => {
    const { id } = await ada.adds("done");
    await equal(await ada.todos());
    kv.stale = true;
    assert.equal((await ada.rest("POST", `/api/todos/${id}/complete`)).status, 200);
    assert.equal((await ada.rest("POST", "/api/todos/clear-completed")).status, 200);
    await worker.crash();
    assert.deepEqual(await ada.todos(), []);
  });

  test("takes one write of a key in three seconds, and the last state", async () => {
    const { id } = await ada.adds("often");
    for (let number = 0; number < 20; number++) {
      assert.equal((await minimal("PATCH", `/api/todos/${id}`, { text: `often ${number}` })).status, 200);
    }
    await equal(await ada.todos());
    const writes = kv.noted.filter(({ of }) => of === `${own()}${id}`);
    assert.ok(writes.every(({ status }) => status === 200));
    const pauses = writes.slice(1).map(({ at }, index) => at - (writes[index]?.at ?? 0));
    // The Worker's clock and this one count whole milliseconds.
    assert.ok(pauses.length > 0 && pauses.every((pause) => pause >= 2_990), `pauses of ${pauses} ms`);
  });

  test("an outage costs a few probes, has every change acknowledged, and is over for KV when it is over", async () => {
    await ada.adds("before");
    await equal(await ada.todos());
    kv.behave({ refuse: 503 });
    const before = kv.noted.length;
    for (let number = 0; number < 150; number++) {
      assert.equal((await minimal("POST", "/api/todos", { todoText: `during ${number}` })).status, 200);
    }
    const tries = kv.counts(own(), before).put;
    assert.ok(tries <= 10, `${tries} tries`);
    kv.behave();
    await equal(await ada.todos());
    const all = kv.counts(own(), before).put;
    assert.ok(all <= 151 + 2 * tries, `${all} writes of 150 todos`);
    assert.match(worker.log(), /KV refused \d+ of \d+ writes[\s\S]*\d+ todos behind/);
  });

  test("goes on after an outage in which the object was killed, with no call from its user, until KV has all; then no alarm is left", async () => {
    const gone = await ada.adds("deleted during the outage");
    await equal(await ada.todos());
    kv.behave({ refuse: 503 });
    for (let number = 0; number < 30; number++) await ada.adds(`during the outage ${number}`);
    assert.equal((await ada.rest("DELETE", `/api/todos/${gone.id}`)).status, 200);
    const todos = await ada.todos();
    await worker.crash();
    const before = kv.noted.length;
    await eventually("the alarm has tried", async () => (kv.counts(own(), before).put + kv.counts(own(), before).delete >= 2 ? true : undefined), 30_000);
    await worker.restart({
      signal: "SIGKILL",
      meanwhile: () => {
        assert.ok((list().alarm ?? 0) > Date.now() - 1_000, "the alarm is set before anything else is done");
        // Killed in the middle of an alarm, the object has the one that was set first, three minutes from then. They are over.
        list().alarm = Date.now();
      },
    });
    kv.behave();
    await equal(todos, 60_000);
    assert.deepEqual(await ada.todos(), todos);
  });

  test("what KV did and denied is written again", async () => {
    await ada.todos();
    kv.behave({ operations: ["put"], startingWith: own(), doubt: 500, times: 1 });
    await ada.adds("denied");
    await eventually("it was written again", async () => (counts().put >= 2 ? true : undefined));
    await equal(await ada.todos());
    const [{ doubt_at, due_at, copied }] = list().rows("SELECT doubt_at, due_at, copied FROM kv_copy");
    assert.deepEqual([copied, due_at - doubt_at], [1, 60_000], "and is once more, a minute later");
  });

  test("a list that was never read is answered 503 while KV is down, and comes when it is back", async () => {
    kv.behave({ refuse: 503 });
    const answer = await ada.rest("GET", "/api/todos");
    assert.equal(answer.status, 503);
    assert.match(answer.headers.get("retry-after") ?? "", /^[1-9]\d*$/);
    const tried = counts().list;
    kv.behave();
    await eventually("the alarm has read it", async () => (counts().list > tried ? true : undefined), 30_000);
    await eventually("the list is there", async () => ((await ada.rest("GET", "/api/todos")).status === 200 ? true : undefined));
  });

  test("clearing very many is one delete a key, some nine hundred at a time, at once one after the other", async () => {
    const many = 2_000;
    const completed = (index: number) => ({
      id: `01JD000000${String(index).padStart(16, "0")}`,
      text: `todo ${index}`,
      completed: true,
      createdAt: "2026-11-01T00:00:00.000Z",
      completedAt: "2026-11-02T00:00:00.000Z",
      version: 0,
    });
    for (let index = 0; index < many; index++) {
      const todo = completed(index);
      kv.entries.set(`${own()}${todo.id}`, { value: JSON.stringify(todo), metadata: todo });
    }
    assert.equal((await ada.todos()).length, many);
    assert.equal((await minimal("POST", "/api/todos/clear-completed")).status, 200);
    await equal([], 60_000);
    assert.deepEqual(counts(), { ...none, list: 2, delete: many });
    const undone = (await ada.rest("GET", "/api/history?limit=1")).json.changes[0];
    assert.equal(undone.todos, many);
    assert.equal(undone.undoable, true);
    assert.equal((await minimal("POST", `/api/history/${undone.number}/undo`)).status, 200);
    assert.equal((await ada.todos()).length, many);
  });
});
