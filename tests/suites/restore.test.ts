// An operator has a list restored: from Workers KV, or KV from the list. Nobody else can, nothing is answered from a half-read list,
// neither a kill nor an outage of KV is the end of it, and no entity tag is given twice.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { copyFileSync, existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { after, before, beforeEach, describe, test } from "node:test";

import { connected } from "../harness/agent.ts";
import { assertProblem } from "../harness/assertions.ts";
import { eventually } from "../harness/eventually.ts";
import { send, type Answer, type Json } from "../harness/http.ts";
import { KvStandIn, onlyInKv } from "../harness/kv-stand-in.ts";
import { LiveSocket } from "../harness/live.ts";
import { initialize, post } from "../harness/mcp.ts";
import { StoredObject } from "../harness/objects.ts";
import { root } from "../harness/paths.ts";
import { Person } from "../harness/person.ts";
import { Worker } from "../harness/worker.ts";

const TOKEN = "the-token-of-the-operator-of-this-suite";
const VARIABLES = { SHOW_LOGIN_CODES: "on" };
const FROM_KV = { from: "kv" };
const TO_KV = { to: "kv" };

describe("Restoring a list", () => {
  let kv: KvStandIn;
  let worker: Worker;
  let ada: Person;
  before(async () => {
    kv = await KvStandIn.start();
    worker = await Worker.start({ name: "restore", variables: { ...VARIABLES, OPERATOR_TOKEN: TOKEN }, kv });
  });
  after(async () => {
    await worker?.stop();
    await kv?.stop();
  });
  beforeEach(async () => {
    kv.behave();
    ada = await Person.logsIn(worker.origin);
  });

  const asked = (method: string, rest: string, json?: Json, headers: Record<string, string> = { authorization: `Bearer ${TOKEN}` }): Promise<Answer> =>
    send(`${worker.origin}/operator/lists/${rest}`, { method, headers, ...(json && { json }) });
  const stateOf = async (userId = ada.userId): Promise<Json> => {
    const answer = await asked("GET", userId);
    assert.equal(answer.status, 200, answer.text);
    return answer.json;
  };
  const restore = (json: Json, userId = ada.userId) => asked("POST", `${userId}/restore`, json);
  const begins = async (json: Json): Promise<Json> => {
    const answer = await restore(json);
    assert.equal(answer.status, 202, answer.text);
    return answer.json;
  };
  /** Waits until KV is read and has everything. */
  const restored = () =>
    eventually("the list is restored", async () => {
      const state = await stateOf();
      assert.partialDeepStrictEqual(state, { reading: null, copy: { behind: 0 } });
      return state;
    });
  const list = () => StoredObject.named(worker.state, "TodoList", ada.userId);
  const key = (id: string) => `todos:${ada.userId}:${id}`;
  const show = (todo: Json) => void kv.entries.set(key(todo.id), { value: JSON.stringify(todo), metadata: todo });
  const version = async () => Number(((await ada.rest("GET", "/api/todos")).headers.get("etag") ?? "").replaceAll('"', ""));
  const newest = async () => (await ada.rest("GET", "/api/history?limit=1")).json.changes[0];
  const kvIsEqual = () =>
    eventually("KV is equal to the list", async () => {
      assert.deepEqual(kv.todos(ada.userId), new Map((await ada.todos()).map((todo) => [todo.id, todo] as const).sort()));
      return true;
    });

  describe("is an operator’s", () => {
    test("nobody gets in without the token", async () => {
      await ada.adds("Buy milk");
      const cookie = `stytch_session_jwt=${ada.sessionJwt}`;
      for (const [headers, challenge] of [
        [{}, "Bearer"],
        [{ cookie, origin: worker.origin }, "Bearer"],
        [{ authorization: `Basic ${btoa(`operator:${TOKEN}`)}` }, "Bearer"],
        [{ authorization: `Bearer ${TOKEN}x` }, 'Bearer error="invalid_token"'],
        [{ authorization: `Bearer ${TOKEN.slice(1)}` }, 'Bearer error="invalid_token"'],
        [{ authorization: `Bearer ${ada.sessionJwt}` }, 'Bearer error="invalid_token"'],
        [{ authorization: "Bearer" }, 'Bearer error="invalid_token"'],
      ] as [Record<string, string>, string][]) {
        for (const [method, rest, json] of [
          ["GET", ada.userId],
          ["POST", `${ada.userId}/restore`, FROM_KV],
          ["OPTIONS", ada.userId],
          ["GET", "no/such/path"],
        ] as [string, string, Json?][]) {
          const answer = await asked(method, rest, json, headers);
          assertProblem(answer, 401, "not_the_operator");
          assert.equal(answer.headers.get("www-authenticate"), challenge);
          assert.equal(answer.headers.get("access-control-allow-origin"), null);
        }
      }
      assert.equal((await stateOf()).reading, null);
    });

    test("what it takes, and what not", async () => {
      await ada.adds("Buy milk");
      for (const json of [{}, { from: "kv", to: "kv" }, { from: "here" }, { to: "kv", evenIfBehind: true }, { from: "kv", force: true }, { evenIfBehind: true }, ["kv"]]) {
        assertProblem(await restore(json), 400, "bad_json");
      }
      assertProblem(await restore({ from: "x".repeat(20_000) }), 413);
      const authorization = `Bearer ${TOKEN}`;
      assertProblem(await send(`${worker.origin}/operator/lists/${ada.userId}/restore`, { body: '{"from":"kv"}', headers: { authorization, "content-type": "text/plain" } }), 415);
      const wrong = await asked("DELETE", ada.userId);
      assertProblem(wrong, 405);
      assert.equal(wrong.headers.get("allow"), "GET, HEAD");
      assertProblem(await asked("GET", `${ada.userId}/restore`), 405);
      assertProblem(await asked("GET", `${ada.userId}/other`), 404, "not_found");
      assert.equal((await stateOf()).reading, null);
    });

    test("of a user who has no list nothing is made", async () => {
      const made = "user-test-00000000-0000-4000-8000-000000000000";
      for (const userId of [made, "nobody"]) {
        assertProblem(await asked("GET", userId), 404, "unknown_list");
        assertProblem(await restore(FROM_KV, userId), 404, "unknown_list");
        assertProblem(await restore(TO_KV, userId), 404, "unknown_list");
      }
      const object = StoredObject.named(worker.state, "TodoList", made);
      assert.deepEqual(object.exists() ? object.tables() : [], []);
      assert.equal(kv.counts(`todos:${made}`).list, 0);
    });

    test("of a user who has logged out, and never had a list, there is none to restore", async () => {
      const bob = await Person.logsIn(worker.origin);
      assert.equal((await bob.browser.sdk("/sessions/revoke", {})).status, 200);
      assert.partialDeepStrictEqual(await stateOf(bob.userId), { list: null, reading: null });
      for (const way of [FROM_KV, TO_KV]) assertProblem(await restore(way, bob.userId), 404, "unknown_list");
    });

    test("the state of a list says how it is, and how far KV is behind", async () => {
      await ada.adds("Buy milk");
      await restored();
      assert.deepEqual(await stateOf(), { list: { version: 1, todos: 1 }, copy: { behind: 0, doubted: 0, since: null }, reading: null });
      kv.behave({ refuse: 503 });
      const begun = Date.now();
      await ada.adds("while KV is down");
      const { copy } = await stateOf();
      assert.equal(copy.behind, 1);
      assert.ok(Date.parse(copy.since) >= begun - 1_000 && Date.parse(copy.since) <= Date.now() + 1_000, copy.since);
    });
  });

  describe("from KV", () => {
    test("is refused while KV is behind, and changes nothing then", async () => {
      await ada.adds("Buy milk");
      kv.behave({ refuse: 503 });
      await ada.adds("KV does not have it");
      const before = await stateOf();
      assertProblem(await restore(FROM_KV), 409, "copy_behind");
      assert.equal((await ada.todos()).length, 2);
      assert.deepEqual((await stateOf()).list, before.list);
      kv.behave();
      const { copy } = await restored();
      assert.equal(copy.doubted, 1, "a write that failed may yet take effect");
      assertProblem(await restore(FROM_KV), 409, "copy_behind");
      await begins({ ...FROM_KV, evenIfBehind: true });
      await restored();
      assert.equal((await ada.todos()).length, 2, "KV had it by then");
    });

    test("makes the list what KV shows, forgets what was, and tells whoever follows it", async () => {
      const headers = { cookie: `stytch_session_jwt=${ada.sessionJwt}`, origin: worker.origin, "idempotency-key": "once" };
      const creates = () => send(`${worker.origin}/api/todos`, { headers, json: { todoText: "under a key" } });
      assert.equal((await creates()).status, 200);
      const [stays, goes] = [await ada.adds("stays"), await ada.adds("goes")];
      const todos = await ada.todos();
      await restored();
      const changed = { ...todos.find(({ id }) => id === stays.id), text: "as KV has it", dueOn: "2026-12-01" };
      show(changed);
      kv.entries.delete(key(goes.id));
      show(onlyInKv(1));
      kv.entries.set(key("no-todo"), { value: "not JSON", metadata: null });

      const token = (await connected(ada)).access_token;
      const session = (await initialize(worker.origin, token, "2025-11-25")).headers.get("mcp-session-id") ?? "";
      const subscribe = { jsonrpc: "2.0", id: 1, method: "resources/subscribe", params: { uri: "todoapp://todos" } };
      assert.equal((await post(worker.origin, token, JSON.stringify(subscribe), { "mcp-session-id": session })).status, 200);
      const subscribed = StoredObject.all(worker.state, "McpSession").filter((object) => object.tables().includes("subscription"));
      const [held] = subscribed.filter((object) => object.rows("SELECT 1 FROM subscription").length > 0);
      assert.ok(held);
      const events = (): number => held.rows("SELECT count(*) AS count FROM event")[0].count;
      const told = events();
      const known = await version();
      const live = await LiveSocket.open(ada, known);

      const begun = Date.now();
      await begins(FROM_KV);
      const { list: now } = await restored();
      assert.deepEqual(new Set((await ada.todos()).map(({ text }) => text)), new Set(["under a key", "as KV has it", "of KV alone 1"]));
      assert.ok(now.version >= begun && now.version > known && now.version <= Date.now() + 1_000, String(now.version));
      assert.equal(now.todos, 3);
      assert.equal(await version(), now.version);
      const [news] = await live.received(1);
      assert.partialDeepStrictEqual(news, { version: now.version, reload: true, open: 3, completed: 0 });
      assert.equal(live.isOpen, true);
      await eventually("the agent was told", async () => (events() > told ? true : undefined));
      assert.deepEqual((await ada.rest("GET", "/api/history")).json.changes, []);
      assert.deepEqual((await ada.rest("GET", `/api/todos/${stays.id}/provenance`)).json, {});
      assertProblem(await ada.rest("POST", "/api/history/1/undo"), 404, "unknown_change");

      // From there it goes on.
      assert.equal((await creates()).json.todos.length, 4, "its key is forgotten");
      assert.equal((await newest()).number, now.version + 1);
      const [, next] = await live.received(2);
      assert.equal(next.version, now.version + 1);
      live.close();
      // A page that comes back with what it had is told to read all of it; one that has it all, what came.
      for (const [since, reload] of [[known, true], [now.version - 1, true], [now.version, undefined]] as const) {
        const again = await LiveSocket.open(ada, since);
        assert.equal((await again.received(1))[0].reload, reload);
        again.close();
      }
      assert.equal((await ada.rest("POST", `/api/history/${now.version + 1}/undo`)).status, 200);
      assert.equal((await ada.todos()).length, 3);
      assert.equal(kv.entries.get(key("no-todo"))?.value, "not JSON", "what is no todo is left alone");
      // Once more: no number comes again.
      await restored();
      await begins({ ...FROM_KV, evenIfBehind: true });
      assert.ok((await restored()).list.version > now.version + 2);
    });

    test("gives a todo that is not what it was here another entity tag, whatever version KV says; and takes no version that leaves no numbers", async () => {
      const [repaired, stays] = [await ada.adds("to be put right"), await ada.adds("stays")];
      await restored();
      const before = (await ada.todos()).find(({ id }) => id === repaired.id);
      show({ ...before, text: "put right by hand" });
      show({ ...onlyInKv(1), version: Number.MAX_SAFE_INTEGER });
      await begins(FROM_KV);
      const { list: now } = await restored();
      const todos = await ada.todos();
      assert.deepEqual(new Map(todos.map(({ text, version }) => [text, version])), new Map([["put right by hand", now.version], ["stays", stays.version]]));
      const headers = { cookie: `stytch_session_jwt=${ada.sessionJwt}`, origin: worker.origin, "if-match": `"${before?.version}"` };
      const stale = await send(`${worker.origin}/api/todos/${repaired.id}`, { method: "PATCH", headers, json: { text: "overwritten" } });
      assertProblem(stale, 412);
      kv.entries.delete(key(onlyInKv(1).id));
      await kvIsEqual();
    });

    test("waits for values that KV lists and does not show, also after an outage", async () => {
      const long = await ada.adds("x".repeat(1_000));
      await ada.adds("short");
      await restored();
      kv.behave({ operations: ["list"], refuse: 503 });
      await begins(FROM_KV);
      await eventually("KV was asked", async () => ((await stateOf()).reading.failures > 0 ? true : undefined));
      // The outage has lasted: more tries have failed than a missing value is waited for.
      kv.behave({ operations: ["bulk", "get"], hide: true });
      await worker.restart({ meanwhile: () => list().run("UPDATE kv_reading SET failures = 20, missing = 0, next_at = 0") });
      assertProblem(await ada.rest("GET", "/api/todos"), 503, "unavailable");
      const { list: none, reading } = await stateOf();
      assert.deepEqual([none, reading.failures], [null, 21], "a part is not the list");
      kv.behave();
      await worker.restart({ meanwhile: () => list().run("UPDATE kv_reading SET next_at = 0") });
      assert.ok((await ada.todos()).some(({ id }) => id === long.id));
    });

    test("begins also while the list is being changed all the time; who has waited for a turn is answered 503, with when to come again", async () => {
      await ada.adds("first");
      kv.behave({ operations: ["put"], delay: 60 });
      let over = false;
      const statuses = new Map<number, number>();
      const works = async (method: string, path: string, json?: Json) => {
        while (!over) {
          const answer = await ada.rest(method, path, json);
          statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
          if (answer.status !== 200) assert.match(answer.headers.get("retry-after") ?? "", /^[1-9]\d*$/, answer.text);
        }
      };
      const workers = [...Array.from({ length: 8 }, () => works("POST", "/api/todos", { todoText: "again" })), ...Array.from({ length: 8 }, () => works("GET", "/api/todos"))];
      await eventually("it has begun", async () => ((await restore({ ...FROM_KV, evenIfBehind: true })).status === 202 ? true : undefined));
      await eventually("there is the list", async () => ((await stateOf()).list === null ? undefined : true));
      over = true;
      await Promise.all(workers);
      assert.deepEqual([...statuses.keys()].filter((status) => ![200, 429, 503].includes(status)), [], JSON.stringify([...statuses]));
      kv.behave();
      await restored();
      await kvIsEqual();
    });

    test("answers nothing from a part of the list; neither an outage at the second page nor a kill is the end of it", async () => {
      await ada.adds("here and in KV");
      await restored();
      const many = Array.from({ length: 1_500 }, (_, index) => onlyInKv(index));
      many.forEach(show);
      kv.behave({ operations: ["list"], laterPages: true, refuse: 503 });
      const { list: none, reading } = await begins(FROM_KV);
      assert.deepEqual([none, reading.purpose], [null, "from_kv"]);
      for (let time = 0; time < 2; time++) {
        const failing = await eventually("KV was asked", async () => {
          const state = await stateOf();
          return state.reading.failures > time ? state : undefined;
        });
        assert.deepEqual([failing.list, failing.reading.purpose], [null, "from_kv"]);
        assert.ok(Date.parse(failing.reading.nextTry) > Date.now() - 60_000);
        for (const answer of [await ada.rest("GET", "/api/todos"), await ada.rest("POST", "/api/todos", { todoText: "too early" })]) {
          assertProblem(answer, 503, "unavailable");
          assert.match(answer.headers.get("retry-after") ?? "", /^[1-9]\d*$/);
        }
        if (time === 0) await worker.crash();
      }
      assert.equal((await restore(FROM_KV)).status, 202, "asking again is harmless");
      assertProblem(await restore(TO_KV), 409, "reading_kv");
      kv.behave();
      assert.equal((await restored()).list.todos, many.length + 1);
      assert.equal((await ada.todos()).length, many.length + 1);
      assert.deepEqual(list().rows("SELECT * FROM staged"), []);
    });

    test("where the operator insists, changes that KV does not have are lost, and KV stays equal to the list", async () => {
      const { id } = await ada.adds("as KV has it");
      await restored();
      kv.behave({ operations: ["put", "delete"], refuse: 503 });
      assert.equal((await ada.rest("PATCH", `/api/todos/${id}`, { text: "edited" })).status, 200);
      await ada.adds("added");
      // 503 while a run to KV is in progress.
      await eventually("it has begun", async () => ((await restore({ ...FROM_KV, evenIfBehind: true })).status === 202 ? true : undefined));
      await eventually("there is the list", async () => ((await stateOf()).list === null ? undefined : true));
      assert.deepEqual((await ada.todos()).map(({ text }) => text), ["as KV has it"]);
      kv.behave();
      await restored();
      await kvIsEqual();
      assert.deepEqual((await ada.todos()).map(({ text }) => text), ["as KV has it"]);
    });
  });

  test("to KV, after a recovery of the object: the list is served meanwhile, its version rises at once, and KV becomes what the list is", async () => {
    const [edited, deleted] = [await ada.adds("edited"), await ada.adds("deleted")];
    await restored();
    // A point-in-time recovery: the object's database as it was.
    const files = ["", "-wal", "-shm"].map((end) => [`${list().file}${end}`, `${worker.state}/recovered${end}`] as const);
    const copyAll = (back: boolean) => {
      for (const [here, there] of files) {
        const [from, to] = back ? [there, here] : [here, there];
        rmSync(to, { force: true });
        if (existsSync(from)) copyFileSync(from, to);
      }
    };
    await worker.restart({ meanwhile: () => copyAll(false) });
    const then = await ada.todos();
    assert.equal((await ada.rest("PATCH", `/api/todos/${edited.id}`, { text: "edited later" })).status, 200);
    assert.equal((await ada.rest("DELETE", `/api/todos/${deleted.id}`)).status, 200);
    await ada.adds("added later");
    await restored();
    await kvIsEqual();
    const lost = await version();
    kv.entries.set(key("no-todo"), { value: "not JSON", metadata: null });
    await worker.restart({ meanwhile: () => copyAll(true) });
    assert.deepEqual(await ada.todos(), then);
    assert.ok((await version()) < lost, "without being restored, tags would come again");

    kv.behave({ operations: ["list"], refuse: 503 });
    const live = await LiveSocket.open(ada, lost);
    const begun = Date.now();
    const { list: now, reading } = await begins(TO_KV);
    assert.equal(reading.purpose, "to_kv");
    assert.ok(now.version >= begun && now.version > lost);
    // First what it is told because it knew more than there is, then that it changed.
    assert.deepEqual((await live.received(2)).map(({ reload, version }) => [reload, version]), [[true, 2], [true, now.version]]);
    live.close();
    assert.deepEqual(await ada.todos(), then);
    assert.equal(await version(), now.version);
    await ada.adds("meanwhile");
    assert.equal((await newest()).number, now.version + 1);
    await eventually("KV was asked", async () => ((await stateOf()).reading.failures > 0 ? true : undefined));
    await worker.crash();
    assert.equal((await restore(TO_KV)).status, 202);
    assertProblem(await restore(FROM_KV), 409, "reading_kv");
    const todos = await ada.todos();
    assert.deepEqual(new Set(todos.map(({ text }) => text)), new Set(["edited", "deleted", "meanwhile"]));
    kv.behave();
    await restored();
    assert.equal(kv.entries.get(key("no-todo"))?.value, "not JSON", "what is no todo is left alone");
    kv.entries.delete(key("no-todo"));
    await kvIsEqual();
    assert.deepEqual(await ada.todos(), todos);
    // The history is the list's, over the gap in its numbers.
    const { changes } = (await ada.rest("GET", "/api/history")).json;
    assert.deepEqual(changes.map(({ number }: Json) => number), [now.version + 1, 2, 1]);
    assert.equal((await ada.rest("GET", `/api/history?before=${now.version}&limit=1`)).json.changes[0].number, 2);
    assert.equal((await ada.rest("POST", "/api/history/2/undo")).status, 200);
    assert.ok(!(await ada.todos()).some(({ text }) => text === "deleted"));
  });

  test("the operator’s script shows how the list is, asks which way, and waits until it is done", async () => {
    await ada.adds("Buy milk");
    await restored();
    const script = (answer: string, token = TOKEN) =>
      new Promise<{ code: number | null; said: string }>((resolve, reject) => {
        const env = { ...process.env, OPERATOR_TOKEN: token };
        const child = spawn(process.execPath, [join(root, "scripts", "restore.mjs"), worker.origin, ada.userId], { env, timeout: 60_000 });
        let said = "";
        for (const from of [child.stdout, child.stderr]) from.setEncoding("utf8").on("data", (text) => (said += text));
        child.once("error", reject);
        child.once("close", (code) => resolve({ code, said }));
        child.stdin.end(`${answer}\n`);
      });
    const done = await script("to");
    assert.equal(done.code, 0, done.said);
    assert.match(done.said, /The list has 1 todos and is at version 1\. KV has all of it\.[\s\S]*KV is being read \(to_kv\)[\s\S]*Done\./);
    const { list: now } = await stateOf();
    assert.ok(now.version > 1);
    for (const { code, said } of [await script("perhaps"), await script("from", "x".repeat(40))]) assert.equal(code, 1, said);
    assert.deepEqual((await stateOf()).list, now, "nothing was begun");
  });

  test("without the secret nothing is there, and a short one is a mistake that is told", async () => {
    await ada.adds("Buy milk");
    await worker.restart({ variables: VARIABLES });
    for (const [method, rest, json] of [
      ["GET", ada.userId],
      ["POST", `${ada.userId}/restore`, FROM_KV],
      ["GET", ""],
    ] as [string, string, Json?][]) {
      assertProblem(await asked(method, rest, json), 404, "not_found");
    }
    await worker.restart({ variables: { ...VARIABLES, OPERATOR_TOKEN: "x".repeat(31) } });
    const { detail } = assertProblem(await asked("GET", ada.userId), 503, "misconfigured");
    assert.match(detail, /OPERATOR_TOKEN must have 32/);
    assert.doesNotMatch(detail, /xxx/);
  });
});
