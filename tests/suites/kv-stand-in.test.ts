// The stand-in for Workers KV (harness/kv-stand-in.ts), seen through the Worker as it is built: what other suites rely on when they
// have KV fail.

import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";

import { eventually } from "../harness/eventually.ts";
import { send, type Json } from "../harness/http.ts";
import { KvStandIn } from "../harness/kv-stand-in.ts";
import { Person } from "../harness/person.ts";
import { Worker } from "../harness/worker.ts";

describe("The stand-in for Workers KV", () => {
  let kv: KvStandIn;
  let worker: Worker;
  let ada: Person;
  before(async () => {
    kv = await KvStandIn.start();
    worker = await Worker.start({ name: "kv-stand-in", variables: { SHOW_LOGIN_CODES: "on" }, kv });
  });
  after(async () => {
    await worker?.stop();
    await kv?.stop();
  });
  beforeEach(async () => {
    kv.behave();
    kv.stale = false;
    kv.oneWriteASecond = false;
    ada = await Person.logsIn(worker.origin);
  });

  /** What was asked of KV for Ada: people of other tests may have something to catch up on. */
  const counts = () => kv.counts(`todos:${ada.userId}:`);

  /** Waits until KV has exactly these texts of Ada's. */
  const has = (...texts: string[]) =>
    eventually(`KV has ${texts}`, async () => {
      const stored = [...kv.todos(ada.userId).values()].map(({ text }: Json) => text);
      assert.deepEqual(stored.sort(), texts.toSorted());
      return true;
    });

  test("keeps what the Worker writes, as the Worker wrote it, and counts", async () => {
    await ada.adds("Buy milk");
    await has("Buy milk");
    assert.equal(counts().put, 1);
    assert.equal(counts().delete, 0);
    const [[key, entry] = []] = [...kv.entries].filter(([key]) => key.includes(ada.userId));
    assert.match(key ?? "", /^todos:user-test-[0-9a-f-]+:[0-9A-Z]{26}$/);
    assert.deepEqual(JSON.parse(entry?.value ?? ""), entry?.metadata);
  });

  test("takes a deletion", async () => {
    const { id } = await ada.adds("Buy milk");
    await has("Buy milk");
    await ada.rest("DELETE", `/api/todos/${id}`);
    await has();
    assert.equal(counts().delete, 1);
  });

  test("refuses as often as it is told; what it refused comes again", async () => {
    kv.behave({ operations: ["put"], startingWith: `todos:${ada.userId}:`, refuse: 503, times: 1 });
    await ada.adds("Buy milk");
    await has("Buy milk");
    const statuses = kv.noted.filter(({ of, operation }) => of.includes(ada.userId) && operation === "put").map(({ status }) => status);
    assert.deepEqual(statuses, [503, 200]);
  });

  test("refuses without end, and the list goes on", async () => {
    kv.behave({ refuse: 503 });
    const gone = await Person.logsIn(worker.origin);
    // A list that was never read cannot be served without KV.
    assert.equal((await gone.rest("GET", "/api/todos")).status, 503);
    kv.behave();
    await ada.adds("Buy milk");
    await has("Buy milk");
    kv.behave({ refuse: 503 });
    await ada.adds("Buy bread");
    assert.deepEqual((await ada.todos()).map(({ text }) => text), ["Buy milk", "Buy bread"]);
    assert.equal(kv.todos(ada.userId).size, 1);
    kv.behave();
    await has("Buy bread", "Buy milk");
  });

  test("throttles a key that is written twice within a second, as Cloudflare does", async () => {
    kv.oneWriteASecond = true;
    const direct = (value: string) => send(kv.url, { json: { operation: "put", key: "a", value } });
    assert.equal((await direct("1")).status, 200);
    assert.equal((await direct("2")).status, 429);
    assert.equal(kv.entries.get("a")?.value, "1");
    const { id } = await ada.adds("Buy milk");
    await has("Buy milk");
    await ada.rest("POST", `/api/todos/${id}/complete`);
    await eventually("KV has the newest state", async () => kv.todos(ada.userId).get(id)?.completed || undefined);
  });

  test("is slow, and no answer waits for it", async () => {
    await ada.todos();
    kv.behave({ operations: ["put"], delay: 2_000 });
    const start = Date.now();
    await ada.adds("Buy milk");
    assert.equal(kv.todos(ada.userId).size, 0, `the answer came after ${Date.now() - start} ms`);
    await has("Buy milk");
    assert.ok(Date.now() - start >= 2_000);
  });

  test("shows what it held some time ago, to a list that wakes", async () => {
    await ada.adds("Buy milk");
    await has("Buy milk");
    kv.stale = true;
    await ada.adds("Buy bread");
    await has("Buy bread", "Buy milk");
    const page = (await send(kv.url, { json: { operation: "list", prefix: `todos:${ada.userId}:` } })).json;
    assert.equal(page.keys.length, 1);
    await worker.crash();
    // The object answers from its own storage, whatever KV shows.
    assert.deepEqual((await ada.todos()).map(({ text }) => text), ["Buy milk", "Buy bread"]);
  });

  test("answers an error to a write that it did, which the Worker repeats", async () => {
    kv.behave({ operations: ["put"], startingWith: `todos:${ada.userId}:`, doubt: 500, times: 1 });
    await ada.adds("Buy milk");
    await has("Buy milk");
    assert.equal(counts().put, 1);
    await eventually("it was written again", async () => (counts().put === 2 ? true : undefined));
    assert.deepEqual((await ada.todos()).map(({ text }) => text), ["Buy milk"]);
  });

  test("serves a list in pages, and can fail at the second", async () => {
    const prefix = `todos:${ada.userId}:`;
    for (let index = 0; index < 1_001; index++) {
      const id = `01${String(index).padStart(24, "0")}`;
      const todo = { id, text: `Todo ${index}`, completed: false, createdAt: "2026-11-01T00:00:00Z" };
      kv.entries.set(`${prefix}${id}`, { value: JSON.stringify(todo), metadata: todo });
    }
    kv.behave({ operations: ["list"], laterPages: true, refuse: 503 });
    assert.equal((await ada.rest("GET", "/api/todos")).status, 503);
    assert.ok(counts().list >= 2, `${counts().list} lists`);
    kv.behave();
    await eventually("the whole list is there", async () => ((await ada.todos()).length === 1_001 ? true : undefined));
  });

  test("gives many values at once, where the metadata does not hold them", async () => {
    const id = "01ARZ3NDEKTSV4RRFFQ69G5FAV";
    const text = "🦀".repeat(900);
    const todo = { id, text, completed: false, createdAt: "2026-11-01T00:00:00Z" };
    kv.entries.set(`todos:${ada.userId}:${id}`, { value: JSON.stringify(todo), metadata: null });
    assert.equal((await ada.todos())[0]?.text, text);
    assert.equal(counts().bulk, 1);
  });

  test("is told over HTTP how to behave, and says what it was asked", async () => {
    const startingWith = `todos:${ada.userId}:`;
    await send(`${kv.url}/rules`, { method: "PUT", json: [{ operations: ["put"], startingWith, refuse: 429, times: 1 }] });
    await ada.adds("Buy milk");
    await has("Buy milk");
    assert.equal((await send(`${kv.url}/counts?startingWith=${startingWith}`)).json.put, 2);
    await send(`${kv.url}/stale`, { method: "PUT", json: true });
    assert.equal((await send(kv.url, { json: { operation: "put", key: "b", value: "1" } })).status, 200);
    assert.equal((await send(kv.url, { json: { operation: "get", key: "b" } })).json, null);
  });
});
