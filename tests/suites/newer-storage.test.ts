// Storage that a later version of the code has written, as after a deployment that was rolled back: whoever needs it is answered
// 503 and when to try again, and nothing of it is touched. The right version finds everything again.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { authorized, codeGrant, connected, consents, discover, pkce, redeem, register } from "../harness/agent.ts";
import { assertProblem, assertRpcError } from "../harness/assertions.ts";
import { eventually } from "../harness/eventually.ts";
import { send, type Answer, type Json } from "../harness/http.ts";
import { handshake } from "../harness/live.ts";
import { ask, callTool, initialize, post } from "../harness/mcp.ts";
import { StoredObject } from "../harness/objects.ts";
import { Person } from "../harness/person.ts";
import { Worker } from "../harness/worker.ts";

/** A version that no code has. */
const LATER = 1_000;

const REFRESH = { grant_type: "refresh_token" };

function assertRetry(answer: Answer): void {
  assert.match(answer.headers.get("retry-after") ?? "", /^[1-9]\d*$/, "says when to try again");
}

function assertUnavailable(answer: Answer): void {
  assertProblem(answer, 503, "unavailable");
  assertRetry(answer);
}

function assertUnavailableToPage(answer: Answer): void {
  assert.equal(answer.status, 503, answer.text);
  assert.equal(answer.json.status_code, 503);
  assert.equal(answer.json.error_type, "service_unavailable");
  assertRetry(answer);
}

function assertUnavailableToClient(answer: Answer): void {
  assert.equal(answer.status, 503, answer.text);
  assert.equal(answer.json.error, "temporarily_unavailable");
  assertRetry(answer);
}

function assertUnavailableToAgent(answer: Answer): void {
  assertRpcError(answer, 503, -32603);
  assertRetry(answer);
}

describe("Storage newer than the code", () => {
  let worker: Worker;
  /** Whose list, whose account, whose MCP session a later version has been at. */
  let [ada, bob, cleo]: Person[] = [];
  let [ofAda, ofBob, ofCleo]: Json[] = [];
  let server: Json;
  /** The registration that a later version has been at. */
  let clientId: string;
  /** Bob's, not redeemed yet. */
  let code: Awaited<ReturnType<typeof authorized>>;
  /** Cleo's. */
  let session: Record<string, string>;
  let newer: StoredObject[] = [];
  let asItWas: Json[] = [];
  let versions: (number | undefined)[] = [];

  const METADATA = { client_name: "Of a later version" };
  const inSession = (method: string, params: Json = {}) =>
    post(worker.origin, ofCleo.access_token, JSON.stringify({ jsonrpc: "2.0", id: 3, method, params }), session);
  const start = async () => (await consents(ada!, { client_id: clientId, code_challenge: pkce().challenge })).start;

  before(async () => {
    worker = await Worker.start({ name: "newer-storage", variables: { SHOW_LOGIN_CODES: "on" } });
    const { origin } = worker;
    [ada, bob, cleo] = await Promise.all([1, 2, 3].map(() => Person.logsIn(origin)));
    [ofAda, ofBob, ofCleo] = await Promise.all([ada, bob, cleo].map((person) => connected(person!)));
    // Under a key, which is forgotten tomorrow: so the list has an alarm.
    const headers = { cookie: `stytch_session_jwt=${ada!.sessionJwt}`, origin, "idempotency-key": "once" };
    assert.equal((await send(`${origin}/api/todos`, { headers, json: { todoText: "Buy milk" } })).status, 200);
    ({ server } = await discover(origin));
    clientId = (await register(server, METADATA)).json.client_id;
    code = await authorized(bob!);
    const opened = await initialize(origin, ofCleo.access_token, "2025-11-25");
    session = { "mcp-session-id": opened.headers.get("mcp-session-id") ?? "", "mcp-protocol-version": "2025-11-25" };
    assert.equal((await inSession("resources/subscribe", { uri: "todoapp://todos" })).status, 200);
    const held = StoredObject.all(worker.state, "McpSession").filter((object) => object.tables().includes("subscription"));
    const sessions = held.filter((object) => object.rows("SELECT 1 FROM subscription").length > 0);
    assert.equal(sessions.length, 1);
    newer = [
      StoredObject.named(worker.state, "TodoList", ada!.userId),
      StoredObject.named(worker.state, "Account", bob!.userId),
      StoredObject.named(worker.state, "ClientRegistration", clientId),
      ...sessions,
    ];
  });
  after(() => worker?.stop());

  describe("while older code is at work", () => {
    before(() =>
      worker.restart({
        meanwhile: () => {
          versions = newer.map((object) => object.schemaVersion);
          for (const object of newer) {
            object.run("UPDATE schema_version SET version = ?", LATER);
            assert.ok(object.alarm, `${object.file} has an alarm`);
            object.alarm = Date.now() - 60_000;
          }
          asItWas = newer.map((object) => object.content());
        },
      }),
    );

    test("a list: REST, live socket, tools and resources say so", async () => {
      const { origin } = worker;
      assertUnavailable(await ada!.rest("GET", "/api/todos"));
      assertUnavailable(await ada!.rest("POST", "/api/todos", { todoText: "Not now" }));
      assertUnavailable(await ada!.rest("GET", "/api/history"));
      assert.equal(await handshake(origin, { cookie: `stytch_session_jwt=${ada!.sessionJwt}`, origin }), 503);
      const call = await callTool(origin, ofAda.access_token, "createTodo", { todoText: "Not now" });
      assert.equal(call.isError, true);
      assert.match(call.content[0].text, /try again/i);
      assertUnavailableToAgent(await ask(origin, ofAda.access_token, "resources/read", { uri: "todoapp://todos" }));
    });

    test("an account: nobody is let in, and no code or token is used up", async () => {
      assertUnavailable(await ask(worker.origin, ofBob.access_token, "tools/list"));
      assertUnavailableToPage(await bob!.browser.sdk("/sessions/authenticate", {}));
      assertUnavailableToClient(await redeem(server, codeGrant(code)));
      const { refresh_token, client_id } = ofBob;
      assertUnavailableToClient(await redeem(server, { ...REFRESH, refresh_token, client_id }));
    });

    test("a registration: neither consent nor tokens", async () => {
      assertUnavailableToPage(await start());
      assertUnavailableToClient(await redeem(server, { ...REFRESH, refresh_token: "any", client_id: clientId }));
    });

    test("an MCP session: what needs its object is unavailable and not lost, other requests are answered, and a change is made though it cannot be told", async () => {
      assert.equal((await inSession("tools/list")).status, 200);
      assertUnavailableToAgent(await inSession("resources/subscribe", { uri: "todoapp://history" }));
      assert.equal((await cleo!.rest("POST", "/api/todos", { todoText: "While one is deaf" })).status, 200);
    });

    test("an alarm is put off, and not lost", async () => {
      await eventually("every alarm is set again", async () => {
        const late = newer.filter((object) => (object.alarm ?? 0) <= Date.now());
        if (late.length > 0) throw new Error(late.map(({ file }) => file).join(", "));
        return true;
      });
    });
  });

  describe("once the right code is back", () => {
    before(() =>
      worker.restart({
        meanwhile: () =>
          newer.forEach((object, index) => {
            assert.deepEqual(object.content(), asItWas[index], "nothing was touched");
            object.run("UPDATE schema_version SET version = ?", versions[index] ?? 0);
          }),
      }),
    );

    test("everything is as it was", async () => {
      assert.deepEqual(
        (await ada!.todos()).map(({ text }) => text),
        ["Buy milk"],
      );
      assert.equal((await redeem(server, codeGrant(code))).status, 200);
      const { refresh_token, client_id } = ofBob;
      assert.equal((await redeem(server, { ...REFRESH, refresh_token, client_id })).status, 200);
      assert.equal((await start()).status, 200);
      assert.equal((await inSession("resources/subscribe", { uri: "todoapp://history" })).status, 200);
    });
  });

  test("a person's sessions: whether one was ended is not guessed", async () => {
    const registry = StoredObject.named(worker.state, "McpSession", `circle:${cleo!.userId}`);
    const version = registry.schemaVersion ?? 0;
    await worker.restart({ meanwhile: () => registry.run("UPDATE schema_version SET version = ?", LATER) });
    assertUnavailableToAgent(await inSession("tools/list"));
    await worker.restart({ meanwhile: () => registry.run("UPDATE schema_version SET version = ?", version) });
    assert.equal((await inSession("tools/list")).status, 200);
  });

  test("the key ring: whatever needs a key says so, and no new key is made", async () => {
    const ring = StoredObject.named(worker.state, "KeyRing", "deployment");
    const version = ring.schemaVersion ?? 0;
    const keys = () => ring.rows("SELECT kid FROM signing_key");
    const made = keys();
    await worker.restart({ meanwhile: () => ring.run("UPDATE schema_version SET version = ?", LATER) });
    assertUnavailable(await send(`${worker.origin}/.well-known/jwks.json`));
    assertUnavailable(await ada!.rest("GET", "/api/todos"));
    await worker.restart({ meanwhile: () => ring.run("UPDATE schema_version SET version = ?", version) });
    assert.equal((await ada!.rest("GET", "/api/todos")).status, 200);
    assert.deepEqual(keys(), made);
  });
});
