// Access that is taken back is over when that is answered, whatever a Worker remembers: the list itself refuses who comes by it, and
// whoever takes access back is told to try again until the list has confirmed that it will.

import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";

import { authorized, codeGrant, connected, discover, redeem } from "../harness/agent.ts";
import { assertChallenge, assertProblem } from "../harness/assertions.ts";
import { eventually } from "../harness/eventually.ts";
import { send, type Answer, type Json } from "../harness/http.ts";
import { KvStandIn } from "../harness/kv-stand-in.ts";
import { handshake } from "../harness/live.ts";
import { ask, askStateless, initialize, post } from "../harness/mcp.ts";
import { StoredObject } from "../harness/objects.ts";
import { Person } from "../harness/person.ts";
import { embedded } from "../harness/shared.ts";
import { Worker } from "../harness/worker.ts";

const LIST_TODOS = { name: "listTodos", arguments: {} };

/** A call that reads the list. */
const reads = (origin: string, token: string): Promise<Answer> => askStateless(origin, token, "tools/call", LIST_TODOS);

async function isLetIn(origin: string, token: string): Promise<void> {
  // Twice, so that the isolate remembers.
  for (let times = 0; times < 2; times++) assert.equal((await reads(origin, token)).status, 200);
}

const disconnect = (person: Person, id: string): Promise<Answer> => person.browser.sdk(`/users/connected_apps/${id}/revoke`, {});
const logsOut = (person: Person): Promise<Answer> => person.browser.sdk("/sessions/revoke", {});

describe("Access that was taken back", () => {
  let origin: string;
  let server: Json;
  let ada: Person;
  before(async () => {
    origin = (await embedded()).origin;
    ({ server } = await discover(origin));
  });
  beforeEach(async () => {
    ada = await Person.logsIn(origin);
  });

  /** Each way to end a grant: ends that of these tokens. */
  const causes: Record<string, (tokens: Json) => Promise<unknown>> = {
    "the person disconnects the app": ({ client_id }) => disconnect(ada, client_id),
    "the person disconnects one device": async ({ client_id }) => {
      const apps = (await ada.browser.sdk("/users/connected_apps", undefined, "GET")).json.data.connected_apps as Json[];
      const [grant] = apps.find(({ connected_app_id }) => connected_app_id === client_id).grants;
      return disconnect(ada, grant.grant_id);
    },
    "the client revokes its token": ({ access_token, client_id }) =>
      send(server.revocation_endpoint, { form: { token: access_token, client_id } }),
    "the client revokes its refresh token": ({ refresh_token, client_id }) =>
      send(server.revocation_endpoint, { form: { token: refresh_token, client_id } }),
    "a used refresh token comes again": async ({ refresh_token, client_id }) => {
      const refresh = (token: string) => redeem(server, { grant_type: "refresh_token", refresh_token: token, client_id });
      const second = (await refresh(refresh_token)).json.refresh_token;
      const third = (await refresh(second)).json.refresh_token;
      assert.ok(third);
      assert.equal((await refresh(refresh_token)).status, 400);
    },
    "fifty more of the client give way to one another": async ({ client_id }) => {
      for (let count = 0; count < 50; count++) await authorized(ada, { client_id });
    },
  };

  for (const [cause, ends] of Object.entries(causes)) {
    test(`${cause}: the next call is refused, although it was let in a moment ago`, async () => {
      const tokens = await connected(ada);
      await isLetIn(origin, tokens.access_token);
      await ends(tokens);
      // Nobody waits for the list to hear of what gave way.
      if (cause.includes("give way")) await eventually("the list has heard", async () => ((await reads(origin, tokens.access_token)).status === 401 ? true : undefined));
      assertChallenge(await reads(origin, tokens.access_token), origin, "invalid_token");
      // From then on the isolate knows as well.
      assertChallenge(await ask(origin, tokens.access_token, "ping"), origin, "invalid_token");
    });
  }

  test("a used code that comes again: the same", async () => {
    const grant = await authorized(ada);
    const { access_token } = (await redeem(server, codeGrant(grant))).json;
    await isLetIn(origin, access_token);
    assert.equal((await redeem(server, codeGrant(grant))).status, 400);
    assertChallenge(await reads(origin, access_token), origin, "invalid_token");
  });

  test("in every era and each way in: 401 with the challenge, and nothing is done", async () => {
    const { access_token: token, client_id } = await connected(ada);
    const opened = await initialize(origin, token, "2025-11-25");
    const session = { "mcp-session-id": opened.headers.get("mcp-session-id") ?? "", "mcp-protocol-version": "2025-11-25" };
    await isLetIn(origin, token);
    await disconnect(ada, client_id);
    const create = { name: "createTodo", arguments: { todoText: "Too late" } };
    const rpc = (method: string, params: Json) => JSON.stringify({ jsonrpc: "2.0", id: 3, method, params });
    const sent: Record<string, () => Promise<Answer>> = {
      stateless: () => askStateless(origin, token, "tools/call", create),
      "a handshake revision without a session": () => ask(origin, token, "tools/call", create),
      "in a session": () => post(origin, token, rpc("tools/call", create), session),
      "a resource": () => ask(origin, token, "resources/read", { uri: "todoapp://todos" }),
      "a prompt": () => ask(origin, token, "prompts/get", { name: "weekly-review", arguments: {} }),
      "a batch": () => post(origin, token, `[${rpc("tools/call", create)},${rpc("tools/call", create)}]`, { "mcp-protocol-version": "2025-03-26" }),
      "a subscription": () => post(origin, token, rpc("resources/subscribe", { uri: "todoapp://todos" }), session),
      "a session’s stream": () => send(`${origin}/mcp`, { headers: { authorization: `Bearer ${token}`, accept: "text/event-stream", ...session } }),
      "a session’s end": () => send(`${origin}/mcp`, { method: "DELETE", headers: { authorization: `Bearer ${token}`, ...session } }),
    };
    for (const [way, request] of Object.entries(sent)) {
      const answer = await request();
      assert.equal(answer.status, 401, `${way}: ${answer.text}`);
      assertChallenge(answer, origin, "invalid_token");
    }
    const listens = await send(`${origin}/sse`, { headers: { authorization: `Bearer ${token}`, accept: "text/event-stream" } });
    assert.equal(listens.status, 401, "HTTP+SSE");
    assert.deepEqual(await ada.todos(), []);
  });

  test("a batch that was begun gets each part’s own answer", async () => {
    const { access_token: token, client_id } = await connected(ada);
    await isLetIn(origin, token);
    await disconnect(ada, client_id);
    const batch = [
      { jsonrpc: "2.0", id: 1, method: "ping" },
      { jsonrpc: "2.0", id: 2, method: "tools/call", params: LIST_TODOS },
    ];
    const answer = await post(origin, token, JSON.stringify(batch), { "mcp-protocol-version": "2025-03-26" });
    assert.equal(answer.status, 200, answer.text);
    const [pong, refused] = answer.json;
    assert.deepEqual(pong.result, {});
    assert.deepEqual([refused.id, refused.error.code], [2, 401]);
    assert.equal((await ask(origin, token, "ping")).status, 401);
  });

  test("an answer “it stands” that arrives after the end lets nobody in", async () => {
    for (let round = 0; round < 10; round++) {
      const { access_token, client_id } = await connected(ada);
      // Unknown to the isolate: each asks the account, while the grant ends.
      const late = Array.from({ length: 8 }, () => reads(origin, access_token));
      assert.equal((await disconnect(ada, client_id)).status, 200);
      for (let times = 0; times < 3; times++) assert.equal((await reads(origin, access_token)).status, 401);
      await Promise.all(late);
      assert.equal((await reads(origin, access_token)).status, 401, "whatever those were told");
    }
  });

  test("other grants, and the person’s page, go on", async () => {
    const [gone, stays] = [await connected(ada), await connected(ada)];
    await Promise.all([gone, stays].map(({ access_token }) => isLetIn(origin, access_token)));
    await disconnect(ada, gone.client_id);
    assert.equal((await reads(origin, stays.access_token)).status, 200);
    assert.equal((await ada.rest("GET", "/api/todos")).status, 200);
  });

  test("a session that was logged out: its JWT opens nothing from then on, and no other session suffers", async () => {
    const there = await Person.logsIn(origin, ada.email);
    assert.equal((await ada.rest("GET", "/api/todos")).status, 200);
    assert.equal((await logsOut(ada)).status, 200);
    assertProblem(await ada.rest("GET", "/api/todos"), 401, "no_session");
    assertProblem(await ada.rest("POST", "/api/todos", { todoText: "Too late" }), 401, "no_session");
    assertProblem(await ada.rest("GET", "/api/history"), 401, "no_session");
    assert.equal(await handshake(origin, { cookie: `stytch_session_jwt=${ada.sessionJwt}`, origin }), 401);
    assert.deepEqual(await there.todos(), []);
  });
});

/** Whoever has to be told cannot hear it. */
describe("Access that is taken back while the list", () => {
  const LATER = 1_000;
  /** Alarms of an account are set by the second. */
  const LONGER_THAN_A_SECOND_MS = 1_100;
  let worker: Worker;
  let server: Json;
  let ada: Person;
  let tokens: Json;

  const list = () => StoredObject.named(worker.state, "TodoList", ada.userId);
  const untold = () => StoredObject.named(worker.state, "Account", ada.userId).rows("SELECT access FROM untold_ends");
  const isHeard = () => eventually("the list has heard of it, with nobody asking", async () => (untold().length === 0 ? true : undefined));
  const revoke = (token = tokens.access_token) => send(server.revocation_endpoint, { form: { token, client_id: tokens.client_id } });

  function assertTryAgain(answer: Answer): void {
    assert.equal(answer.status, 503, answer.text);
    assert.match(answer.headers.get("retry-after") ?? "", /^[1-9]\d*$/);
  }

  before(async () => {
    worker = await Worker.start({ name: "access-taken-back", variables: { SHOW_LOGIN_CODES: "on" } });
    ({ server } = await discover(worker.origin));
  });
  after(() => worker?.stop());
  beforeEach(async () => {
    ada = await Person.logsIn(worker.origin);
    await ada.adds("Buy milk");
    tokens = await connected(ada);
  });

  /** The list’s storage is a later version’s: it answers nobody. */
  const unreachable = () =>
    worker.restart({ meanwhile: () => list().run("UPDATE schema_version SET version = version + ?", LATER) });
  const reachable = (signal: "SIGTERM" | "SIGKILL") =>
    worker.restart({ signal, meanwhile: () => list().run("UPDATE schema_version SET version = version - ?", LATER) });

  test("cannot be reached: 503 until it can be, the end stands, and nobody has to ask again", async () => {
    await unreachable();
    assertTryAgain(await revoke(tokens.refresh_token));
    assertTryAgain(await revoke(tokens.refresh_token));
    const { access_token, refresh_token, client_id } = tokens;
    const introspected = await send(server.introspection_endpoint, { form: { token: access_token, client_id } });
    assert.equal(introspected.json.active, false, introspected.text);
    const refreshed = await redeem(server, { grant_type: "refresh_token", refresh_token, client_id });
    assert.equal(refreshed.json.error, "invalid_grant", refreshed.text);
    assertTryAgain(await revoke());
    assertTryAgain(await logsOut(ada));
    assert.equal((await ada.browser.sdk("/sessions/authenticate", {})).status, 404, "the session has ended all the same");
    assert.equal(untold().length, 2);
    await reachable("SIGTERM");
    await isHeard();
    assertProblem(await ada.rest("GET", "/api/todos"), 401, "no_session");
    assertChallenge(await reads(worker.origin, access_token), worker.origin, "invalid_token");
    assert.equal((await revoke()).status, 200);
  });

  test("cannot be reached: who asks again and again does not put off that it is told", async () => {
    await unreachable();
    assertTryAgain(await revoke());
    const account = StoredObject.named(worker.state, "Account", ada.userId);
    const due = account.alarm ?? 0;
    const { refresh_token, client_id } = tokens;
    for (let times = 0; times < 3; times++) {
      await pause(LONGER_THAN_A_SECOND_MS);
      assert.equal((await redeem(server, { grant_type: "refresh_token", refresh_token, client_id })).status, 400);
      assert.ok((account.alarm ?? Infinity) <= due, "it comes no later");
    }
    await reachable("SIGTERM");
    await isHeard();
  });

  test("cannot be reached, and all is killed: it is told all the same", async () => {
    await unreachable();
    assertTryAgain(await disconnect(ada, tokens.client_id));
    await reachable("SIGKILL");
    await isHeard();
    const told = list().rows("SELECT access FROM ended_access").map(({ access }) => access as string);
    assert.equal(told.length, 1);
    assert.match(told[0]!, /^grant [0-9a-f-]{36}$/);
    assertChallenge(await reads(worker.origin, tokens.access_token), worker.origin, "invalid_token");
  });

  test("is killed right after it has confirmed: it goes on refusing", async () => {
    await isLetIn(worker.origin, tokens.access_token);
    assert.equal((await revoke()).status, 200);
    await worker.crash();
    assert.equal(list().rows("SELECT access FROM ended_access").length, 1);
    assertChallenge(await reads(worker.origin, tokens.access_token), worker.origin, "invalid_token");
  });
});

test("Access that is taken back before the list has ever been read from KV is refused, and KV is not waited for", async () => {
  const kv = await KvStandIn.start();
  const worker = await Worker.start({ name: "access-not-migrated", variables: { SHOW_LOGIN_CODES: "on" }, kv });
  try {
    const ada = await Person.logsIn(worker.origin);
    const { access_token, client_id } = await connected(ada);
    kv.behave({ refuse: 503 });
    const unread = await ada.rest("GET", "/api/todos");
    assert.equal(unread.status, 503, unread.text);
    assert.equal((await disconnect(ada, client_id)).status, 200);
    assertChallenge(await reads(worker.origin, access_token), worker.origin, "invalid_token");
    assert.equal((await logsOut(ada)).status, 200);
    assertProblem(await ada.rest("GET", "/api/todos"), 401, "no_session");
  } finally {
    await worker.stop();
    await kv.stop();
  }
});
