// How many Durable Objects a request asks, each a hop at Cloudflare's edge: exactly so many, by method and route, however long the list.
// The Worker says it in `Server-Timing` where it is told to. "Warm" is an isolate that knows keys, token and session.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { authorized, codeGrant, connected, redeem } from "../harness/agent.ts";
import { send, type Answer, type Json } from "../harness/http.ts";
import { attempted } from "../harness/live.ts";
import { ask, askStateless, initialize, post } from "../harness/mcp.ts";
import { StoredObject, withDatabase } from "../harness/objects.ts";
import { Person } from "../harness/person.ts";
import { embedded } from "../harness/shared.ts";
import { Worker } from "../harness/worker.ts";

/** How long the lists are, when one more is added. */
const LENGTHS = [10, 10_000];

/** Ids that sort as they are numbered (ULIDs of one moment). */
const idOf = (index: number) => `01JD000000${String(index).padStart(16, "0")}`;

/** Fills a list that has one todo, in the storage of its object: to one less than it may have. */
function fill(state: string, userId: string, length: number): void {
  withDatabase(StoredObject.named(state, "TodoList", userId).file, (database) => {
    const pattern = database.prepare("SELECT todo FROM todos").get()!;
    const todo = JSON.parse(String(pattern["todo"]));
    const insert = database.prepare("INSERT INTO todos (todo_id, completed, due_day, todo) VALUES (?, 0, NULL, ?)");
    database.exec("BEGIN");
    for (let index = 0; index < length - 2; index++) insert.run(idOf(index), JSON.stringify({ ...todo, id: idOf(index), text: `todo ${index}` }));
    database.exec("UPDATE list SET open = (SELECT COUNT(*) FROM todos), bytes = (SELECT SUM(LENGTH(todo)) FROM todos)");
    database.exec("COMMIT");
  });
}

/** What an answer says was asked for it: `{ todo_list: 1 }`. */
function asked(answer: Answer): Record<string, number> {
  return counted(answer.headers.get("server-timing"));
}

function counted(header: string | string[] | null | undefined): Record<string, number> {
  const said = /^objects;desc="(.*)"$/.exec(String(header))?.[1];
  assert.ok(said !== undefined, `the answer says in Server-Timing what was asked: ${header}`);
  const counts = said === "" ? [] : said.split(",").map((count) => count.split("="));
  return Object.fromEntries(counts.map(([name, times]) => [name, Number(times)]));
}

const NOBODY = {};
const THE_LIST = { todo_list: 1 };
const THE_ACCOUNT = { account: 1 };
const THE_KEYS = { key_ring: 1 };

/** A client of the stateless era that can ask its user. */
const CAN_ASK = {
  "io.modelcontextprotocol/protocolVersion": "2026-07-28",
  "io.modelcontextprotocol/clientCapabilities": { elicitation: { form: {} } },
  "io.modelcontextprotocol/clientInfo": { name: "suite", version: "1.0.0" },
};

describe("Objects asked", () => {
  let worker: Worker;
  /** By how many todos they have. */
  const people = new Map<number, Person>();
  before(async () => {
    worker = await Worker.start({ name: "objects-asked", variables: { SHOW_LOGIN_CODES: "on", SERVER_TIMING: "on" } });
    for (const length of LENGTHS) {
      const person = await Person.logsIn(worker.origin);
      await person.adds("the first");
      people.set(length, person);
    }
    await worker.restart({ meanwhile: () => people.forEach((person, length) => fill(worker.state, person.userId, length)) });
  });
  after(() => worker?.stop());

  test("are told only where an operator says so", async () => {
    const { origin } = await embedded();
    for (const path of ["/api/health", "/api/todos", "/mcp"]) {
      assert.equal((await send(`${origin}${path}`)).headers.get("server-timing"), null, path);
    }
  });

  for (const length of LENGTHS) {
    describe(`with ${length.toLocaleString("en")} todos`, () => {
      let ada: Person;
      let token: string;
      let session: Record<string, string>;
      before(async () => {
        ada = people.get(length)!;
        assert.equal((await ada.todos()).length, length - 1);
        token = (await connected(ada)).access_token;
        const opened = await initialize(worker.origin, token, "2025-11-25");
        session = { "mcp-session-id": opened.headers.get("mcp-session-id") ?? "", "mcp-protocol-version": "2025-11-25" };
      });

      const stateless = (method: string, params: Json = {}) => askStateless(worker.origin, token, method, params);
      const inSession = (method: string, params: Json = {}) =>
        post(worker.origin, token, JSON.stringify({ jsonrpc: "2.0", id: 3, method, params }), session);
      const call = (name: string, args: Json = {}) => stateless("tools/call", { name, arguments: args });
      const newest = async () => (await ada.todos()).find(({ completed }) => !completed)!.id as string;

      /** Each is sent twice: the first time makes the isolate warm. */
      async function check(name: string, sent: () => Promise<Answer>, expected: Record<string, number>) {
        await sent();
        const answer = await sent();
        assert.ok(answer.status < 400, `${name}: ${answer.status} ${answer.text.slice(0, 300)}`);
        assert.doesNotMatch(answer.text, /"isError":true/, name);
        assert.deepEqual(asked(answer), expected, name);
      }

      test("lists of what the server offers, and being there: nobody", async () => {
        for (const method of ["server/discover", "tools/list", "prompts/list", "resources/templates/list"]) {
          await check(method, () => stateless(method), NOBODY);
        }
        for (const method of ["ping", "tools/list", "prompts/list", "resources/templates/list"]) {
          await check(`${method} without a session`, () => ask(worker.origin, token, method), NOBODY);
          await check(`${method} in a session`, () => inSession(method), NOBODY);
        }
        await check("initialize", () => initialize(worker.origin, token, "2025-11-25"), NOBODY);
      });

      test("what reads the list: the list alone", async () => {
        for (const [name, args] of [
          ["listTodos", {}],
          ["listTodos", { contains: "todo 7", limit: 5 }],
          ["listHistory", {}],
          ["showBoard", {}],
        ] as const) {
          await check(name, () => call(name, args), THE_LIST);
          await check(`${name} in a session`, () => inSession("tools/call", { name, arguments: args }), THE_LIST);
        }
        await check("resources/list", () => stateless("resources/list"), THE_LIST);
        for (const uri of ["todoapp://todos", "todoapp://history", `todoapp://todos/${await newest()}`]) {
          await check(`resources/read ${uri}`, () => stateless("resources/read", { uri }), THE_LIST);
        }
      });

      test("prompts and completion: the list alone, whatever they are made of", async () => {
        for (const name of ["triage", "plan-my-day", "weekly-review"]) {
          await check(`prompts/get ${name}`, () => stateless("prompts/get", { name }), THE_LIST);
        }
        const completed = (value: string) => () =>
          stateless("completion/complete", { ref: { type: "ref/resource", uri: "todoapp://todos/{id}" }, argument: { name: "id", value } });
        await check("completion/complete by words", completed("first"), THE_LIST);
        const anId = (await newest()).slice(0, 8);
        await check("completion/complete by an id", completed(anId), THE_LIST);
      });

      test("what changes the list: the list alone", async () => {
        await check("deleteTodo", async () => call("deleteTodo", { todoID: await newest() }), THE_LIST);
        await check("createTodo", () => call("createTodo", { todoText: "Buy milk" }).then(freed), THE_LIST);
        await check("createTodo in a session", () => inSession("tools/call", { name: "createTodo", arguments: { todoText: "Buy milk" } }).then(freed), THE_LIST);
        await check("updateTodo", async () => call("updateTodo", { todoID: await newest(), todoText: "Buy bread" }), THE_LIST);
        await check("markTodoComplete", async () => call("markTodoComplete", { todoID: await newest() }), THE_LIST);
        const done = await newest();
        await call("markTodoComplete", { todoID: done });
        await check("reopenTodo", () => call("reopenTodo", { todoID: done }), THE_LIST);
        const undone = async () => {
          const change = (await call("createTodo", { todoText: "A mistake" })).json.result.structuredContent.changeNumber;
          return call("undoChange", { changeNumber: change });
        };
        await check("undoChange", undone, THE_LIST);
        const question = () => stateless("tools/call", { name: "clearCompleted", arguments: {}, _meta: CAN_ASK });
        await call("markTodoComplete", { todoID: await newest() });
        await check("clearCompleted, which asks", question, THE_LIST);
        await check("clearCompleted, without a question", () => call("clearCompleted"), THE_LIST);
      });

      /** Makes room for what was added, so that a full list can be added to once more. */
      async function freed(answer: Answer): Promise<Answer> {
        assert.equal((await call("deleteTodo", { todoID: await newest() })).status, 200);
        return answer;
      }

      test("REST: the list alone", async () => {
        const id = await newest();
        for (const path of ["/api/todos", `/api/todos/${id}`, `/api/todos/${id}/provenance`, "/api/history"]) {
          await check(`GET ${path}`, () => ada.rest("GET", path), THE_LIST);
        }
        await check("PATCH", () => ada.rest("PATCH", `/api/todos/${id}`, { text: `Buy bread ${Date.now()}` }), THE_LIST);
        await check("complete", () => ada.rest("POST", `/api/todos/${id}/complete`), THE_LIST);
        await check("reopen", () => ada.rest("POST", `/api/todos/${id}/reopen`), THE_LIST);
        await check("clear-completed", () => ada.rest("POST", "/api/todos/clear-completed"), THE_LIST);
        await check("DELETE", async () => ada.rest("DELETE", `/api/todos/${await newest()}`), THE_LIST);
        const undone = async () => {
          await ada.rest("DELETE", `/api/todos/${await newest()}`);
          const { changes } = (await ada.rest("GET", "/api/history")).json;
          return ada.rest("POST", `/api/history/${changes[0].number}/undo`);
        };
        await check("undo", undone, THE_LIST);
        await ada.rest("DELETE", `/api/todos/${await newest()}`);
        await check("POST", async () => freed(await ada.rest("POST", "/api/todos", { todoText: "Buy milk" })), THE_LIST);
        const live = await attempted(worker.origin, { cookie: `stytch_session_jwt=${ada.sessionJwt}`, origin: worker.origin });
        assert.equal(live.statusCode, 101);
        assert.deepEqual(counted(live.headers["server-timing"]), THE_LIST, "live");
      });

      test("a batch: the list, once for each call in it", async () => {
        const opened = await initialize(worker.origin, token, "2025-03-26");
        const headers = { "mcp-session-id": opened.headers.get("mcp-session-id") ?? "", "mcp-protocol-version": "2025-03-26" };
        const calls = [1, 2, 3].map((id) => ({ jsonrpc: "2.0", id, method: "tools/call", params: { name: "listTodos", arguments: { limit: 1 } } }));
        await check("a batch", () => post(worker.origin, token, JSON.stringify(calls), headers), { todo_list: 3 });
        const pings = [1, 2].map((id) => ({ jsonrpc: "2.0", id, method: "ping" }));
        await check("a batch of pings", () => post(worker.origin, token, JSON.stringify(pings), headers), NOBODY);
      });

      test("streams: the account, which says that the access stands and when it ends, the session, and the list, of whom to tell", async () => {
        const begun = async (path: string, headers: Record<string, string>) => {
          const leaving = new AbortController();
          const response = await fetch(`${worker.origin}${path}`, {
            headers: { authorization: `Bearer ${token}`, accept: "text/event-stream", ...headers },
            signal: leaving.signal,
          });
          leaving.abort();
          assert.equal(response.status, 200);
          return counted(response.headers.get("server-timing"));
        };
        await begun("/mcp", session);
        assert.deepEqual(await begun("/mcp", session), { ...THE_ACCOUNT, ...THE_LIST, mcp_session: 1 }, "GET");
        assert.deepEqual(await begun("/mcp", { ...session, "last-event-id": "0.0" }), { ...THE_ACCOUNT, ...THE_LIST, mcp_session: 1 }, "GET, coming back");
        assert.deepEqual(await begun("/sse", {}), { ...THE_ACCOUNT, ...THE_LIST, mcp_session: 1 }, "/sse");
      });

      /** The Worker after a restart: it knows no keys, no token and no session, and has loaded no object. */
      async function wakes(name: string, sent: () => Promise<Answer>, expected: Record<string, number>) {
        await worker.restart();
        const answer = await sent();
        assert.ok(answer.status < 400, `${name}: ${answer.status} ${answer.text.slice(0, 300)}`);
        assert.deepEqual(asked(answer), expected, name);
      }

      test("on a wake: the keys and the account as well, and of the list no more than ever", async () => {
        await wakes("GET /api/todos", () => ada.rest("GET", "/api/todos"), { ...THE_KEYS, ...THE_LIST });
        const created = () => inSession("tools/call", { name: "createTodo", arguments: { todoText: "Buy milk" } });
        await wakes("createTodo in a session", created, { ...THE_KEYS, ...THE_ACCOUNT, ...THE_LIST, mcp_session: 1 });
        assert.equal((await call("deleteTodo", { todoID: await newest() })).status, 200);
      });

      test("what a session holds: its object, and the account, which says that the access stands; the list, of whom to tell", async () => {
        const uri = "todoapp://todos";
        await check("resources/subscribe", () => inSession("resources/subscribe", { uri }), { ...THE_ACCOUNT, ...THE_LIST, mcp_session: 1 });
        await check("resources/unsubscribe", () => inSession("resources/unsubscribe", { uri }), { ...THE_ACCOUNT, mcp_session: 1 });
        const notified = { jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: 99 } };
        await check("notifications/cancelled", () => post(worker.origin, token, JSON.stringify(notified), session), { ...THE_ACCOUNT, mcp_session: 1 });
      });
    });
  }

  test("open routes and metadata: nobody", async () => {
    for (const path of ["/api/health", "/api/config", "/api/openapi.json", "/.well-known/oauth-authorization-server", "/.well-known/oauth-protected-resource/mcp", "/mcp/server-card"]) {
      await send(`${worker.origin}${path}`);
      const answer = await send(`${worker.origin}${path}`);
      assert.equal(answer.status, 200, path);
      assert.deepEqual(asked(answer), NOBODY, path);
    }
    const refused = await send(`${worker.origin}/mcp`, { json: {} });
    assert.equal(refused.status, 401);
    assert.deepEqual(asked(refused), NOBODY, "no token");
  });

  test("OAuth: the account that the token or code names, and its client", async () => {
    const ada = await Person.logsIn(worker.origin);
    const grant = await authorized(ada);
    const { server, clientId: client_id } = grant;
    const redeemed = await redeem(server, codeGrant(grant));
    // Who it is, and that it was given a token, which keeps its registration; that is noted now and then.
    assert.deepEqual(asked(redeemed), { ...THE_ACCOUNT, client_registration: 2 }, "a code");
    const { access_token, refresh_token } = redeemed.json;
    const refreshed = await redeem(server, { grant_type: "refresh_token", client_id, refresh_token });
    assert.equal(refreshed.status, 200);
    assert.deepEqual(asked(refreshed), { ...THE_ACCOUNT, client_registration: 1 }, "a refresh token");
    // Of a refresh token the account is asked for the token, and then for its grant.
    for (const [token, account] of [
      [access_token, 1],
      [refreshed.json.refresh_token, 2],
    ] as const) {
      const introspected = await send(server.introspection_endpoint, { form: { token, client_id } });
      assert.equal(introspected.json.active, true);
      assert.deepEqual(asked(introspected), { account, client_registration: 1 }, "introspection");
    }
    const revoked = await send(server.revocation_endpoint, { form: { token: access_token, client_id } });
    assert.equal(revoked.status, 200);
    assert.deepEqual(asked(revoked), { ...THE_ACCOUNT, client_registration: 1 }, "revocation");
  });

  test("what the account alone can say is asked of it each time", async () => {
    const tokens = await connected(await Person.logsIn(worker.origin));
    const userinfo = () => send(`${worker.origin}/v1/oauth2/userinfo`, { headers: { authorization: `Bearer ${tokens.access_token}` } });
    for (let times = 0; times < 3; times++) {
      const answer = await userinfo();
      assert.equal(answer.status, 200, answer.text);
      assert.deepEqual(asked(answer), THE_ACCOUNT);
    }
  });

  test("an isolate that knows nothing: the keys and the account as well, once", async () => {
    const ada = await Person.logsIn(worker.origin);
    await ada.adds("Buy milk");
    const { access_token } = await connected(ada);
    await worker.restart();
    const list = () => askStateless(worker.origin, access_token, "tools/call", { name: "listTodos", arguments: {} });
    assert.deepEqual(asked(await list()), { key_ring: 1, account: 1, todo_list: 1 });
    assert.deepEqual(asked(await list()), THE_LIST);
    assert.deepEqual(asked(await ada.rest("GET", "/api/todos")), THE_LIST);
  });
});
