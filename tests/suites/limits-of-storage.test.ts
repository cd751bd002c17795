// Everything that is kept of a person and their agents has a limit in count and in bytes, and a right answer there (docs/STORAGE.md
// has the table). Each is driven to its end. Where that would take thousands of calls, most of it is written into the storage of a
// stopped instance, and the last of it comes by the public ways.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, test } from "node:test";

import { authorized, codeGrant, connected, consents, discover, pkce, redeem, register } from "../harness/agent.ts";
import { assertRpcError } from "../harness/assertions.ts";
import { eventually } from "../harness/eventually.ts";
import { send, type Answer, type Json } from "../harness/http.ts";
import { askStateless, callTool, ENVELOPE, post, readList } from "../harness/mcp.ts";
import { StoredObject, withDatabase } from "../harness/objects.ts";
import { Person } from "../harness/person.ts";
import { Worker } from "../harness/worker.ts";

const KB = 1_024;

describe("What is kept of a person and their agents", () => {
  let worker: Worker;
  let ada: Person;
  let agent: Json;
  /** The agent’s session that has much of everything, its object, and the registry of Ada’s sessions. */
  let session: string;
  let object: StoredObject;
  let registry: StoredObject;
  let list: StoredObject;
  /** Ids of questions that were asked in it, by calls that are gone. */
  let asked: string[];
  /** A session that holds something and one that was ended, by its id and by its name: each the oldest of its kind. */
  let holding: { id: string; object: StoredObject };
  let over: { id: string; name: string };
  /** An app of Carl’s, beside four that have all but one of what his apps can have, and his registry. */
  let carls: Json;
  let carlsRegistry: StoredObject;

  const rpc = (message: Json, id = session, by = agent) =>
    post(worker.origin, by.access_token, JSON.stringify({ jsonrpc: "2.0", ...message }), { "mcp-session-id": id });
  const cancel = (requestId: number, id = session, by = agent) =>
    rpc({ method: "notifications/cancelled", params: { requestId } }, id, by);
  const subscribe = (uri: string) => rpc({ id: 1, method: "resources/subscribe", params: { uri } });
  const end = (id: string, by = agent) =>
    fetch(`${worker.origin}/mcp`, { method: "DELETE", headers: { authorization: `Bearer ${by.access_token}`, "mcp-session-id": id } });
  const count = (of: StoredObject, table: string, where = "1"): number =>
    of.rows(`SELECT count(*) AS count FROM ${table} WHERE ${where}`)[0].count;
  const held = () => StoredObject.all(worker.state, "McpSession").filter((object) => object.tables().includes("event"));

  async function opened(capabilities: Json = {}, by = agent): Promise<string> {
    const params = { protocolVersion: "2025-11-25", capabilities, clientInfo: { name: "limits", version: "1" } };
    const message = { jsonrpc: "2.0", id: 1, method: "initialize", params };
    const answer = await post(worker.origin, by.access_token, JSON.stringify(message));
    return answer.headers.get("mcp-session-id") ?? "";
  }

  /** A session, and the object that comes into being when something is done in it. */
  async function withObject(id: string, work: (id: string) => Promise<unknown>): Promise<{ id: string; object: StoredObject }> {
    const files = new Set(held().map(({ file }) => file));
    await work(id);
    const [object] = held().filter(({ file }) => !files.has(file) && file !== registry.file);
    assert.ok(object);
    return { id, object };
  }

  /** The id of a question that a call asks; the call is given up. */
  async function ask(id: number): Promise<string> {
    const leaving = new AbortController();
    const response = await fetch(`${worker.origin}/mcp`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${agent.access_token}`,
        accept: "application/json, text/event-stream",
        "content-type": "application/json",
        "mcp-session-id": session,
      },
      body: JSON.stringify({ jsonrpc: "2.0", id, method: "tools/call", params: { name: "clearCompleted", arguments: {} } }),
      signal: leaving.signal,
    });
    assert.ok(response.body);
    let text = "";
    for await (const part of response.body.pipeThrough(new TextDecoderStream())) {
      text += part;
      const question = text.match(/data: (\{.*"elicitation\/create".*\})/)?.[1];
      if (question === undefined) continue;
      leaving.abort();
      return JSON.parse(question).id;
    }
    throw new Error(`nothing was asked: ${text}`);
  }

  /** Writes many rows into a database in one go. */
  function fill(of: StoredObject, statement: string, rows: (string | number)[][]): void {
    withDatabase(of.file, (database) => {
      const prepared = database.prepare(statement);
      database.exec("BEGIN");
      for (const row of rows) prepared.run(...row);
      database.exec("COMMIT");
    });
  }
  const times = <T>(count: number, make: (number: number) => T): T[] => Array.from({ length: count }, (_, number) => make(number));

  before(async () => {
    worker = await Worker.start({ name: "limits-of-storage", variables: { SHOW_LOGIN_CODES: "on" } });
    ada = await Person.logsIn(worker.origin);
    agent = await connected(ada);
    registry = StoredObject.named(worker.state, "McpSession", `circle:${ada.userId}`);
    list = StoredObject.named(worker.state, "TodoList", ada.userId);
    const done = await ada.adds("Done");
    assert.equal((await ada.rest("POST", `/api/todos/${done.id}/complete`)).status, 200);
    holding = await withObject(await opened(), (id) => cancel(1, id));
    over = { id: await opened(), name: "" };
    assert.equal((await end(over.id)).status, 204);
    [{ name: over.name }] = registry.rows("SELECT session AS name FROM member WHERE holding = 'end'");
    session = await opened({ elicitation: {} });
    ({ object } = await withObject(session, () => subscribe("todoapp://todos")));
    asked = [await ask(2), await ask(3)];

    const carl = await Person.logsIn(worker.origin);
    carls = await connected(carl);
    carlsRegistry = StoredObject.named(worker.state, "McpSession", `circle:${carl.userId}`);
    await cancel(1, await opened({}, carls), carls);
    await end(await opened({}, carls), carls);

    await worker.restart({
      meanwhile: () => {
        const now = Date.now();
        const uris = times(998, (number) => [`todoapp://todos/${number}`]);
        fill(object, "INSERT INTO subscription VALUES (?)", uris);
        const events = times(1_000, (number) => ["0", number + 1, number < 8 ? "x".repeat(64 * KB) : "{}", 0, now]);
        fill(object, "INSERT OR REPLACE INTO event VALUES (?, ?, ?, ?, ?)", events);
        object.run("INSERT OR REPLACE INTO setting VALUES ('number:0', '1000')");
        const [{ client }] = registry.rows("SELECT client FROM member LIMIT 1");
        const members = (kind: string, count: number) => times(count, (number) => [`${kind}${number}`, client, kind, now + number]);
        fill(registry, "INSERT INTO member (session, client, holding, at) VALUES (?, ?, ?, ?)", [...members("something", 62), ...members("end", 199)]);
        const ofFour = (kind: string, each: number) =>
          times(4 * each - 1, (number) => [`${kind}${number}`, `app ${Math.floor(number / each)}`, kind, now + number]);
        fill(carlsRegistry, "INSERT INTO member (session, client, holding, at) VALUES (?, ?, ?, ?)", [...ofFour("something", 64), ...ofFour("end", 200)]);
        const [{ todo }] = list.rows("SELECT todo FROM todos");
        // With the one that is done and the one that is completed by key, two hundred are cleared: as many as are told one by one.
        const long = times(198, (number) => {
          const id = `01ARZ3NDEKTSV4RRFFQ6${String(number).padStart(6, "0")}`;
          return [id, 1, JSON.stringify({ ...JSON.parse(todo), id, text: "😀".repeat(1_000) })];
        });
        fill(list, "INSERT INTO todos (todo_id, completed, todo) VALUES (?, ?, ?)", long);
        list.run("UPDATE list SET completed = completed + 198");
        const keys = (of: string, count: number) => times(count, (number) => [`${of}-${number}`, todo, now - 60_000 + number, of]);
        const rows = [...keys(agent.client_id, 500), ...keys("greedy", 1_001), ...keys("modest", 1), ...keys("", 497)];
        fill(list, "INSERT INTO creations (key, todo, created_at, client) VALUES (?, ?, ?, ?)", rows);
        fill(list, "INSERT INTO answers (key, command, news, answered_at) VALUES (?, '{}', '{}', ?)", times(1_000, (number) => [`answered-${number}`, now - 60_000 + number]));
        fill(list, "INSERT INTO agreements (id, news, used_at) VALUES (?, '{}', ?)", times(200, (number) => [`agreed-${number}`, now - 1_000 + number]));
      },
    });
  });
  after(() => worker?.stop());

  test("a session subscribes to 1,000 resources, and is told so at the next; to none that is not there", async () => {
    const [one, two] = [await ada.adds("one"), await ada.adds("two")];
    assert.ok((await subscribe(`todoapp://todos/${one.id}`)).json.result);
    assert.equal(count(object, "subscription"), 1_000);
    const error = assertRpcError(await subscribe(`todoapp://todos/${two.id}`), 200, -32600);
    assert.match(error.message, /1000 resources/);
    assert.ok((await subscribe(`todoapp://todos/${one.id}`)).json.result, "one that it has already");
    assertRpcError(await subscribe("todoapp://todos/01ARZ3NDEKTSV4RRFFQ69GZZZZ"), 200, -32002);
    assert.equal(count(object, "subscription"), 1_000);
    const given = await rpc({ id: 2, method: "resources/unsubscribe", params: { uri: `todoapp://todos/${one.id}` } });
    assert.ok(given.json.result, given.text);
    assert.ok((await subscribe(`todoapp://todos/${two.id}`)).json.result);
  });

  test("a session’s streams remember 1,000 events and half a megabyte of them; the oldest go", async () => {
    await ada.adds("one event more");
    await eventually("it is told", async () => (count(object, "event", "number > 1000") > 0 ? true : undefined));
    const [{ bytes }] = object.rows("SELECT sum(octet_length(message)) AS bytes FROM event");
    assert.ok(bytes <= 512 * KB, `${bytes} bytes`);
    assert.ok(count(object, "event") <= 1_000);
    assert.equal(count(object, "event", "number = 1"), 0);
    assert.equal(count(object, "event", "number = 1000"), 1);
  });

  test("answers that nobody waits for: none is kept, whether or not it was asked for", async () => {
    const answer = (id: string): Promise<Answer> => rpc({ id, result: { action: "decline", padding: "x".repeat(257 * KB) } });
    const stored = (): number => object.tables().reduce((sum, table) => sum + count(object, table), 0);
    const before = stored();
    assert.equal((await answer("made-up")).status, 202);
    for (const id of asked) assert.equal((await answer(id)).status, 400);
    assert.equal(stored(), before);
  });

  test("requests that were cancelled before anybody knew of them: sixty-four, the oldest go", async () => {
    for (let id = 0; id < 70; id++) assert.equal((await cancel(id)).status, 202);
    assert.equal(count(object, "cancelled"), 64);
  });

  test("sessions that hold something: sixty-four of an app; the oldest lets go of all it holds, and goes on", async () => {
    assert.ok(holding.object.tables().includes("event"));
    assert.equal((await cancel(1, await opened())).status, 202);
    await eventually("the oldest has let go", async () => (holding.object.tables().includes("event") ? undefined : true));
    assert.equal(count(registry, "member", "holding = 'something'"), 64);
    assert.equal((await rpc({ id: 1, method: "ping" }, holding.id)).status, 200);
  });

  test("sessions that were ended: two hundred of an app are remembered, the oldest is forgotten", async () => {
    assert.equal((await rpc({ id: 1, method: "ping" }, over.id)).status, 404);
    const ended = await opened();
    assert.equal((await end(ended)).status, 204);
    assert.equal(count(registry, "member", `session = '${over.name}'`), 0, "the oldest is forgotten");
    assert.equal(count(registry, "member", "holding = 'end'"), 200);
    assert.equal((await rpc({ id: 1, method: "ping" }, ended)).status, 404);
  });

  test("of all of a person’s apps: 256 sessions that hold something and 800 that were ended; whoever has most gives way", async () => {
    const kept = (kind: string) => {
      const rows = carlsRegistry.rows("SELECT client, count(*) AS count FROM member WHERE holding = ? GROUP BY client ORDER BY client LIKE 'app %' DESC, client", kind);
      return rows.map(({ count }) => count);
    };
    assert.deepEqual([kept("something"), kept("end")], [[64, 64, 64, 63, 1], [200, 200, 200, 199, 1]]);
    assert.equal((await cancel(1, await opened({}, carls), carls)).status, 202);
    assert.equal((await end(await opened({}, carls), carls)).status, 204);
    assert.deepEqual([kept("something"), kept("end")], [[63, 64, 64, 63, 2], [199, 200, 200, 199, 2]]);
    assert.equal(count(carlsRegistry, "member", "session IN ('something0', 'end0')"), 0, "its oldest");
  });

  test("creations by key: five hundred of an app, two thousand of all; its own oldest are forgotten first", async () => {
    const kept = () => [agent.client_id, "greedy", "modest", ""].map((client) => count(list, "creations", `client = '${client}'`));
    const create = async (key: string): Promise<Json> => {
      const result = await callTool(worker.origin, agent.access_token, "createTodo", { todoText: "by key", idempotencyKey: key });
      assert.notEqual(result.isError, true, JSON.stringify(result.content));
      return result.structuredContent;
    };
    assert.equal((await create("one-more")).change, "created");
    assert.deepEqual(kept(), [500, 1_001, 1, 497]);
    assert.equal(count(list, "creations", `key = '${agent.client_id}-0'`), 0);
    const inPage = async (key: string) => {
      const headers = { cookie: `stytch_session_jwt=${ada.sessionJwt}`, origin: worker.origin, "idempotency-key": key };
      assert.equal((await send(`${worker.origin}/api/todos`, { headers, json: { todoText: "by key, in the page" } })).status, 200);
    };
    await inPage("first");
    await inPage("second");
    assert.deepEqual(kept(), [500, 1_000, 1, 499], "whoever has the most gives way");
    assert.equal((await create("one-more")).change, "unchanged", "what is remembered is not repeated");
  });

  test("other commands by key: a thousand, the oldest is forgotten", async () => {
    const { id } = await ada.adds("to be done once");
    const headers = { cookie: `stytch_session_jwt=${ada.sessionJwt}`, origin: worker.origin, "idempotency-key": "the-newest" };
    const complete = () => send(`${worker.origin}/api/todos/${id}/complete`, { method: "POST", headers });
    assert.equal((await complete()).status, 200);
    assert.equal(count(list, "answers"), 1_000);
    assert.equal(count(list, "answers", "key = 'answered-0'"), 0);
    assert.equal(count(list, "answers", "key = 'the-newest'"), 1);
    assert.equal((await complete()).status, 200, "what is remembered is not repeated");
  });

  test("what a command by key came to: 8 KB of it; of more, that it was done, and its number", async () => {
    const keyed = async (key: string, method: string, path: string, json?: Json) => {
      const headers = { cookie: `stytch_session_jwt=${ada.sessionJwt}`, origin: worker.origin, prefer: "return=minimal", "idempotency-key": key };
      const answer = await send(`${worker.origin}${path}`, { method, headers, ...(json && { json }) });
      assert.equal(answer.status, 200, answer.text);
      return answer.json;
    };
    const kept = (key: string): number => list.rows("SELECT octet_length(news) AS bytes FROM answers WHERE key = ?", key)[0].bytes;
    /** Sends a command twice: it is done once, and the second answer says so without the todos. */
    const isToldInShort = async (key: string, method: string, path: string, json?: Json) => {
      const first = await keyed(key, method, path, json);
      assert.ok(Buffer.byteLength(JSON.stringify(first)) > 8 * KB, "the first answer is whole");
      assert.ok(kept(key) < KB, `${kept(key)} bytes`);
      const again = await keyed(key, method, path, json);
      const { todo: _, textBefore: __, ...change } = first.change;
      assert.deepEqual(again, { ...first, change, todos: [], removed: [], reload: true });
      assert.equal((await ada.rest("GET", "/api/history?limit=1")).json.changes[0].number, first.version, "it was done once");
      return first;
    };
    const { id } = await ada.adds("😀".repeat(1_000));
    await isToldInShort("a-long-edit", "PATCH", `/api/todos/${id}`, { text: "🙃".repeat(1_000) });
    const cleared = await keyed("many-cleared", "POST", "/api/todos/clear-completed");
    assert.deepEqual([cleared.change.todos, cleared.removed.length], [200, 200]);
    assert.ok(kept("many-cleared") > 5 * KB && kept("many-cleared") < 8 * KB, `${kept("many-cleared")} bytes, and whole`);
    assert.deepEqual(await keyed("many-cleared", "POST", "/api/todos/clear-completed"), cleared);
    const undone = await isToldInShort("many-back", "POST", `/api/history/${cleared.version}/undo`);
    assert.equal(undone.todos.length, 200);
    const [{ longest }] = list.rows("SELECT max(octet_length(news)) AS longest FROM answers");
    assert.ok(longest <= 8 * KB);
  });

  test("agreements that were acted on: two hundred, the oldest is forgotten", async () => {
    const _meta = { ...ENVELOPE, "io.modelcontextprotocol/clientCapabilities": { elicitation: {} } };
    const clear = (more: Json = {}) =>
      askStateless(worker.origin, agent.access_token, "tools/call", { name: "clearCompleted", arguments: {}, ...more, _meta });
    const { inputRequests, requestState } = (await clear()).json.result;
    const yes = { action: "accept", content: { delete: true } };
    const inputResponses = Object.fromEntries(Object.keys(inputRequests).map((name) => [name, yes]));
    assert.equal((await clear({ requestState, inputResponses })).json.result.structuredContent.change, "cleared");
    assert.equal(count(list, "agreements"), 200);
    assert.equal(count(list, "agreements", "id = 'agreed-0'"), 0);
  });
});

describe("What is kept of an account", () => {
  let worker: Worker;
  let bob: Person;
  let agent: Json;
  let account: StoredObject;
  /** A client of Bob’s that has as many grants as a client can have. */
  let greedy: string;
  /** Tokens of a grant that was refreshed six hundred times, and of one that was 2,499 times. */
  let [long, worn]: Json[] = [];
  const now = Math.floor(Date.now() / 1_000);
  const later = now + 3_600;

  const count = (table: string, where = "1"): number => account.rows(`SELECT count(*) AS count FROM ${table} WHERE ${where}`)[0].count;
  const times = <T>(count: number, make: (number: number) => T): T[] => Array.from({ length: count }, (_, number) => make(number));
  const agree = async (client_id: string) => {
    const { submit } = await consents(bob, { client_id, code_challenge: pkce().challenge });
    assert.equal(submit.status, 200, submit.text);
  };

  before(async () => {
    worker = await Worker.start({ name: "limits-of-accounts", variables: { SHOW_LOGIN_CODES: "on" } });
    bob = await Person.logsIn(worker.origin);
    agent = await connected(bob);
    const { server } = await discover(worker.origin);
    greedy = (await register(server, { client_name: "Has many grants" })).json.client_id;
    account = StoredObject.named(worker.state, "Account", bob.userId);
    [long, worn] = [await connected(bob), await connected(bob)];
    long = { ...long, successor: { ...long, ...(await refresh(long)).json } };
    const [longGrant, wornGrant] = [grantOf(long), grantOf(worn!)];
    const [{ life, attributes }] = account.rows("SELECT life, attributes FROM sessions");
    const [{ state }] = account.rows("SELECT json_set(state, '$.rotation', 'superseded') AS state FROM refresh_tokens WHERE grant_id = ?", longGrant);
    await worker.restart({
      meanwhile: () =>
        withDatabase(account.file, (database) => {
          const fill = (statement: string, rows: (string | number)[][]) => {
            const prepared = database.prepare(statement);
            for (const row of rows) prepared.run(...row);
          };
          database.exec("BEGIN");
          fill("INSERT INTO sessions (token, session_id, life, attributes, used_at, expires_at) VALUES (?, ?, ?, ?, ?, ?)",
            times(49, (number) => [`token-${number}`, `session-test-${randomUUID()}`, life, attributes, now - 1_000 + number, later]));
          fill("INSERT INTO known_browsers (browser, expires_at) VALUES (?, ?)", times(19, (number) => [`known-${number}`, now + 100 + number]));
          fill("INSERT INTO login_codes (browser, code, expires_at) VALUES (?, ?, ?)", times(20, (number) => [`browser-${number}`, "{}", now + 100 + number]));
          fill("INSERT INTO connected_apps (client_id, name, consents, connected_at, used_at) VALUES (?, ?, '[]', ?, ?)",
            times(196, (number) => [`app-${number}`, `App ${number}`, now - 1_000 + number, now - 1_000 + number]));
          const given = times(20, (number) => ({ redirect: `https://app.example/${number}`, scopes: "openid" }));
          fill("INSERT INTO connected_apps (client_id, name, consents, connected_at, used_at) VALUES (?, 'Has many grants', ?, ?, ?)", [[greedy, JSON.stringify(given), now, now]]);
          fill("INSERT INTO grants (grant_id, client_id, scopes, authenticated_at, expires_at) VALUES (?, ?, 'openid', ?, ?)", [
            ...times(50, () => [randomUUID(), greedy, now, later]),
            ...times(50, () => [randomUUID(), "another", now, later]),
            ...times(50, () => [randomUUID(), "a third", now, later]),
            ...times(47, () => [randomUUID(), "a fourth", now, later]),
          ]);
          fill("INSERT INTO codes (code, grant_id, stands_for, expires_at) VALUES (?, 'none', '{}', ?)", times(500, (number) => [`code-${number}`, later + number]));
          const last = 1_000_000;
          fill("UPDATE refresh_tokens SET made = ? WHERE grant_id = ? AND json_extract(state, '$.rotation') = 'newest'", [[last, longGrant]]);
          fill("UPDATE refresh_tokens SET state = ? WHERE grant_id = ? AND made <> ?", [[state, longGrant, last]]);
          fill("INSERT INTO refresh_tokens (made, token, grant_id, state, expires_at) VALUES (?, ?, ?, ?, ?)",
            times(600, (number) => [last - 600 + number, `refresh-${number}`, longGrant, state, later]));
          fill("UPDATE refresh_tokens SET state = json_set(state, '$.generation', 2499) WHERE grant_id = ?", [[wornGrant]]);
          database.exec("COMMIT");
        }),
    });
  });
  after(() => worker?.stop());

  test("fifty login sessions and twenty known browsers: the one that was used least goes", async () => {
    assert.equal(count("sessions"), 50);
    await Person.logsIn(worker.origin, bob.email);
    assert.equal(count("sessions"), 50);
    assert.equal(count("sessions", "token = 'token-0'"), 0);
    assert.deepEqual([count("known_browsers"), count("known_browsers", "browser = 'known-0'")], [20, 0], "and of twenty known browsers the oldest");
    assert.equal((await bob.browser.sdk("/sessions/authenticate", {})).status, 200);
  });

  test("twenty login codes: the oldest goes", async () => {
    await bob.browser.askForCode(bob.email);
    assert.equal(count("login_codes"), 20);
  });

  test("fifty grants of a client and two hundred of all: its own oldest ends, or that of whoever has most", async () => {
    const of = (client: string) => count("grants", `client_id = '${client}'`);
    const oldest = account.rows("SELECT grant_id FROM grants WHERE client_id = ? ORDER BY made LIMIT 1", greedy)[0].grant_id;
    await agree(greedy);
    assert.deepEqual([greedy, "another", "a third", "a fourth", agent.client_id].map(of), [50, 50, 50, 47, 1]);
    assert.equal(count("grants", `grant_id = '${oldest}'`), 0);
    await agree(agent.client_id);
    assert.deepEqual([greedy, "another", "a third", "a fourth", agent.client_id].map(of), [49, 50, 50, 47, 2], "of three that have as many, the oldest");
  });

  test("grants that have ended by themselves take nobody’s place", async () => {
    const ada = await Person.logsIn(worker.origin);
    const { client_id } = await connected(ada);
    const stored = StoredObject.named(worker.state, "Account", ada.userId);
    await worker.restart({
      meanwhile: () => {
        for (let number = 0; number < 49; number++)
          stored.run("INSERT INTO grants (grant_id, client_id, scopes, authenticated_at, expires_at) VALUES (?, ?, 'openid', ?, ?)", randomUUID(), client_id, now, now - 1);
      },
    });
    const { submit } = await consents(ada, { client_id, code_challenge: pkce().challenge });
    assert.equal(submit.status, 200, submit.text);
    const left = stored.rows("SELECT expires_at FROM grants").map(({ expires_at }) => expires_at > now);
    assert.deepEqual(left, [true, true]);
  });

  test("a row is as large as the table says: a browser, an app and an address that are as long as they can be", async () => {
    const email = `${"a".repeat(64)}@${"b".repeat(60)}.${"c".repeat(60)}.${"d".repeat(50)}.example`;
    const dora = await Person.logsIn(worker.origin, email);
    dora.browser.userAgent = "x".repeat(8_000);
    const { methodId, code: loginCode } = await dora.browser.askForCode(email);
    dora.browser.keepSession((await dora.browser.enterCode(methodId, loginCode)).json.data);
    const redirect_uri = `https://app.example/${"r".repeat(2_000)}`.slice(0, 2_000);
    const metadata = { client_name: "N".repeat(100), redirect_uris: [redirect_uri] };
    const { server } = await discover(worker.origin);
    const { client_id } = (await register(server, metadata)).json;
    const { verifier, challenge } = pkce();
    const { submit } = await consents(dora, { client_id, redirect_uri, code_challenge: challenge, nonce: "n".repeat(512), state: "s".repeat(4_096) });
    assert.equal(submit.status, 200, submit.text);
    const code = new URL(submit.json.data.redirect_uri).searchParams.get("code") ?? "";
    assert.equal((await redeem(server, { ...codeGrant({ clientId: client_id, code, verifier }), redirect_uri })).status, 200);
    await dora.browser.askForCode(email);
    const stored = StoredObject.named(worker.state, "Account", dora.userId);
    const LARGEST = { sessions: KB, login_codes: 250, connected_apps: 120 * KB, grants: 5 * KB, codes: 10 * KB, refresh_tokens: 3 * KB };
    for (const [table, most] of Object.entries(LARGEST)) {
      const rows = stored.rows(`SELECT * FROM ${table}`);
      assert.ok(rows.length > 0, table);
      for (const row of rows) assert.ok(Buffer.byteLength(Object.values(row).join("")) <= most, `${table}: ${JSON.stringify(row).slice(0, 3_000)}`);
    }
  });

  test("twenty consents of a client: the oldest is forgotten", async () => {
    const given: Json[] = JSON.parse(account.rows("SELECT consents FROM connected_apps WHERE client_id = ?", greedy)[0].consents);
    const expected = [...times(19, (number) => `https://app.example/${number + 1}`), "http://127.0.0.1/callback"];
    assert.deepEqual(given.map(({ redirect }) => redirect), expected);
  });

  test("five hundred codes are remembered, and two hundred apps are listed", async () => {
    assert.equal(count("codes"), 500);
    const grant = await authorized(bob, {}, { client_name: "One app more" });
    assert.equal((await redeem(grant.server, codeGrant(grant))).status, 200);
    assert.equal(count("codes"), 500);
    assert.equal(count("connected_apps"), 200);
    assert.equal(count("connected_apps", "client_id = 'app-0'"), 0, "the one that was used least");
  });

  const refresh = async ({ client_id, refresh_token }: Json) => {
    const { server } = await discover(worker.origin);
    return redeem(server, { grant_type: "refresh_token", client_id, refresh_token });
  };
  const grantOf = ({ client_id }: Json): string => account.rows("SELECT grant_id FROM grants WHERE client_id = ?", client_id)[0].grant_id;
  /** Everything that came of a grant is worth nothing. */
  const hasEnded = async (grantId: string, tokens: Json) => {
    assert.equal((await readList(worker.origin, tokens.access_token)).status, 401);
    assert.equal((await refresh(tokens)).json.error, "invalid_grant");
    for (const table of ["grants", "refresh_tokens"]) assert.equal(count(table, `grant_id = '${grantId}'`), 0);
  };

  test("every refresh token of a grant is remembered: the first, six hundred later, still ends it", async () => {
    const grantId = grantOf(long);
    const next = await refresh(long.successor);
    assert.equal(next.status, 200, next.text);
    assert.equal(count("refresh_tokens", `grant_id = '${grantId}'`), 603);
    assert.equal(count("refresh_tokens", `grant_id = '${grantId}' AND json_extract(state, '$.rotation') <> 'superseded'`), 2);
    assert.equal((await refresh(long)).json.error, "invalid_grant");
    await hasEnded(grantId, { ...long, ...next.json });
  });

  test("a grant is refreshed 2,500 times, and ends then", async () => {
    const grantId = grantOf(worn);
    const last = await refresh(worn);
    assert.equal(last.status, 200, last.text);
    assert.equal((await readList(worker.origin, last.json.access_token)).status, 200);
    const used = await refresh({ ...worn, ...last.json });
    assert.deepEqual([used.status, used.json.error], [400, "invalid_grant"]);
    assert.match(used.json.error_description, /asked again/);
    await hasEnded(grantId, { ...worn, ...last.json });
    assert.equal((await refresh(agent)).status, 200, "another grant goes on");
  });
});
