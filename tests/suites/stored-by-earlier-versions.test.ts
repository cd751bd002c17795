// Storage made by running an earlier release, opened by this one: everything is found through the public interfaces, and goes on.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { codeGrant, consents, discover, pkce, redeem, register, REDIRECT_URI } from "../harness/agent.ts";
import { assertProblem } from "../harness/assertions.ts";
import { resealed, seal, sealed, unpack } from "../harness/earlier-storage.ts";
import { eventually } from "../harness/eventually.ts";
import { send, type Answer, type Json } from "../harness/http.ts";
import { todoKeys } from "../harness/kv.ts";
import { callTool, post } from "../harness/mcp.ts";
import { StoredObject } from "../harness/objects.ts";
import { Browser, Person } from "../harness/person.ts";
import { Worker } from "../harness/worker.ts";

/** The releases whose storage is kept. */
const VERSIONS = ["c6dcb85"];

const MINUTE = 60;
const DAY = 24 * 60 * 60;
const VARIABLES = { SHOW_LOGIN_CODES: "on", LOOPBACK_CLIENTS: "on" };

const texts = (todos: Json[]): string[] => todos.map(({ text }) => text);

async function history(person: Person): Promise<Json[]> {
  const changes: Json[] = [];
  for (let before = ""; ; ) {
    const page = (await person.rest("GET", `/api/history?limit=100${before}`)).json;
    changes.push(...page.changes);
    if (page.next === undefined) return changes;
    before = `&before=${page.next}`;
  }
}

for (const version of VERSIONS) {
  describe(`What release ${version} has stored, a minute later`, () => {
    let worker: Worker;
    let known: Json;
    let server: Json;
    let [ada, bob, carl]: Person[] = [];
    /** An access token of Ada's agent, for the refresh token that it had. */
    let token: string;
    before(async () => {
      const stored = (state: string, origin: string) => void (known = unpack(version, MINUTE, state, origin));
      worker = await Worker.start({ name: `stored-by-${version}`, variables: VARIABLES, stored });
      ({ server } = await discover(worker.origin));
      const { people } = known;
      [ada, bob, carl] = await Promise.all(
        [people.ada, people.bob, people.carl].map(({ email, sessionToken }) => Person.comesBack(worker.origin, email, sessionToken)),
      );
      const refreshed = await refresh(known.agent, known.agent.refreshToken);
      assert.equal(refreshed.status, 200, refreshed.text);
      token = refreshed.json.access_token;
    });
    after(() => worker?.stop());

    const refresh = ({ clientId, ...more }: Json, refresh_token: string): Promise<Answer> => {
      const { client_secret } = more;
      return redeem(server, { grant_type: "refresh_token", client_id: clientId, refresh_token, ...(client_secret && { client_secret }) });
    };
    const startFor = async (client_id: string) => (await consents(ada!, { client_id, code_challenge: pkce().challenge })).start;

    test("sessions last, and each person is who they were", () => {
      for (const [person, before] of [
        [ada, known.people.ada],
        [bob, known.people.bob],
        [carl, known.people.carl],
      ] as const) {
        assert.equal(person!.userId, before.userId);
      }
    });

    test("lists and history are as they were: in KV, settled, pending and deleted while KV refused", async () => {
      for (const [person, before] of [
        [ada, known.people.ada],
        [bob, known.people.bob],
        [carl, known.people.carl],
      ] as const) {
        const todos = await person!.todos();
        assert.equal(todos.length, before.todos.length);
        assert.partialDeepStrictEqual(todos, before.todos);
        assert.partialDeepStrictEqual(await history(person!), before.changes);
      }
    });

    test("what KV had not taken, it takes", async () => {
      for (const person of [bob!, carl!]) {
        const names = (await person.todos()).map(({ id }) => `todos:${person.userId}:${id}`).sort();
        await eventually("KV has the list", async () => {
          assert.deepEqual((await todoKeys(worker, person.userId)).sort(), names);
          return true;
        });
        const list = StoredObject.named(worker.state, "TodoList", person.userId);
        assert.deepEqual(list.rows("SELECT id FROM kv_copy WHERE copied = 0"), []);
        // What may have been under way when the release before was killed is written once more a minute later.
        assert.ok(list.alarm);
      }
    });

    test("a creation that is sent again is not repeated", async () => {
      const { key, body } = known.idempotency;
      const headers = { cookie: `stytch_session_jwt=${ada!.sessionJwt}`, origin: worker.origin, "idempotency-key": key };
      const again = await send(`${worker.origin}/api/todos`, { headers, json: body });
      assert.equal(again.status, 200, again.text);
      assert.deepEqual(texts(again.json.todos), texts(known.people.ada.todos));
      const other = await send(`${worker.origin}/api/todos`, { headers, json: { ...body, todoText: "Something else" } });
      assertProblem(other, 422, "idempotency_key_reused");
    });

    test("old changes can be undone: one of many todos among them", async () => {
      const changes = known.people.ada.changes as Json[];
      const cleared = changes.find(({ deed }) => deed === "cleared");
      assert.ok(cleared.todos > 50, "it takes more than one row");
      const before = (await ada!.todos()).length;
      assert.equal((await ada!.rest("POST", `/api/history/${cleared.number}/undo`)).status, 200);
      assert.equal((await ada!.todos()).length, before + cleared.todos);
      assert.equal((await ada!.rest("POST", "/api/todos/clear-completed")).status, 200);
      const edited = changes.find(({ deed, by }) => deed === "edited" && by.kind === "app");
      assert.equal((await ada!.rest("POST", `/api/history/${edited.number}/undo`)).status, 200);
      assert.ok(texts(await ada!.todos()).includes(edited.textBefore));
    });

    test("what is connected stays connected, under its name", async () => {
      const apps = (await ada!.browser.sdk("/users/connected_apps", undefined, "GET")).json.data.connected_apps as Json[];
      const names = apps.map(({ name }) => name);
      for (const name of ["Ada’s agent", "A public client", "A confidential client", "An agent with an address"]) {
        assert.ok(names.includes(name), `${name} in ${names}`);
      }
      const list = await callTool(worker.origin, token, "listTodos", { limit: 200 });
      assert.ok(texts(list.structuredContent.todos).includes("Buy milk"));
    });

    test("refresh tokens of every kind of client go on, and old ones end their family", async () => {
      for (const kind of ["public", "confidential", "document"]) {
        const family = known.families[kind];
        const answer = await refresh(family, family.newest);
        assert.equal(answer.status, 200, `${kind}: ${answer.text}`);
      }
      const { stolen } = known.families;
      for (const token of [stolen.superseded, stolen.newest]) assert.equal((await refresh(stolen, token)).json.error, "invalid_grant");
    });

    test("a code that was not used is good once; one that was, never again", async () => {
      const { neverUsed, used } = known.codes;
      assert.equal((await redeem(server, codeGrant(neverUsed))).status, 200);
      assert.equal((await redeem(server, codeGrant(neverUsed))).json.error, "invalid_grant");
      assert.equal((await redeem(server, codeGrant(used))).json.error, "invalid_grant");
      assert.equal((await refresh(used, used.refreshToken)).json.error, "invalid_grant", "what came of it has ended");
    });

    test("registrations are known by their ids, with their secrets", async () => {
      const { publicId, unused, confidential, basic } = known.clients;
      for (const id of [publicId, unused, confidential.client_id, basic.client_id]) {
        const answer = await startFor(id);
        assert.equal(answer.status, 200, answer.text);
      }
      assert.equal((await startFor(publicId)).json.data.client.client_name, "A public client");
      const introspect = (secret: string) =>
        send(server.introspection_endpoint, {
          headers: { authorization: `Basic ${Buffer.from(`${basic.client_id}:${secret}`).toString("base64")}` },
          form: { token: "none" },
        });
      assert.equal((await introspect(basic.client_secret)).status, 200);
      assert.equal((await introspect(`${basic.client_secret}x`)).status, 401);
    });

    test("a code that was mailed logs its reader in", async () => {
      const browser = await Browser.at(worker.origin);
      for (const cookie of known.waiting.cookie.split("; ")) browser.cookies.set(...(cookie.split("=") as [string, string]));
      const answer = await browser.enterCode(known.waiting.methodId, known.waiting.code);
      assert.equal(answer.status, 200, answer.text);
    });

    test("a network that has been counted goes on being counted", async () => {
      const json = { client_name: "From somewhere else", redirect_uris: [REDIRECT_URI] };
      const answer = await send(server.registration_endpoint, { headers: { "cf-connecting-ip": "203.0.113.7" }, json });
      assert.equal(answer.status, 201, answer.text);
      const counted = StoredObject.named(worker.state, "NetworkLimit", "registration:203.0.113.7").rows("SELECT at FROM times");
      assert.equal(counted.length, 2);
    });

    describe("of MCP sessions", () => {
      const id = (name: string) => resealed(worker.state, known.sessions[name]);
      const say = (session: string, message: Json) =>
        post(worker.origin, token, JSON.stringify({ jsonrpc: "2.0", ...message }), { "mcp-session-id": session, "mcp-protocol-version": "2025-11-25" });

      test("one without anything held goes on, one that was ended does not", async () => {
        assert.equal((await say(id("unheld"), { id: 1, method: "ping" })).status, 200);
        assert.equal((await say(id("ended"), { id: 1, method: "ping" })).status, 404);
      });

      test("one that subscribed is told of what changes while it is away", async () => {
        const held = StoredObject.all(worker.state, "McpSession").filter((session) => session.tables().includes("subscription"));
        const [object] = held.filter((session) => session.rows("SELECT 1 FROM subscription").length > 0);
        assert.ok(object);
        const told = () => object.rows("SELECT count(*) AS count FROM event")[0].count as number;
        const before = told();
        await ada!.adds("while it is away");
        // One for the list, one for the history.
        await eventually("it was told", async () => (told() >= before + 2 ? true : undefined));
      });

      test("one that subscribed gets what it missed, and what comes", async () => {
        const headers = { authorization: `Bearer ${token}`, accept: "text/event-stream", "mcp-session-id": id("subscribed"), "last-event-id": "0.0" };
        const leaving = new AbortController();
        const stream = await fetch(`${worker.origin}/mcp`, { headers, signal: leaving.signal });
        assert.equal(stream.status, 200);
        assert.ok(stream.body);
        await ada!.adds("while it listens");
        let heard = "";
        const told = (uri: string) => heard.split(`"uri":"${uri}"`).length - 1;
        for await (const text of stream.body.pipeThrough(new TextDecoderStream())) {
          heard += text;
          // What it missed was told before; this is the rest.
          if (told("todoapp://todos") >= 2 && told("todoapp://history") >= 2) break;
        }
        leaving.abort();
        assert.match(heard, /^id: 0\.1$/m);
        assert.match(heard, /^id: 0\.2$/m);
        assert.equal((await say(id("subscribed"), { id: 2, method: "resources/unsubscribe", params: { uri: "todoapp://history" } })).status, 200);
        assert.equal((await say(id("subscribed"), { id: 3, result: {} })).status, 202);
      });

      test("one over HTTP+SSE still knows who its client is", async () => {
        const held = StoredObject.all(worker.state, "McpSession").filter((session) => session.tables().includes("setting"));
        const [object] = held.filter((session) => session.rows("SELECT 1 FROM setting WHERE name = 'introduction'").length > 0);
        assert.ok(object);
        const [{ name }] = object.rows("SELECT name FROM __miniflare_do_name");
        const session = seal(worker.state, { ...sealed(known.sessions.unheld), n: name, v: "2024-11-05", c: 0, i: null });
        const message = { jsonrpc: "2.0", id: "later", method: "tools/list" };
        const posted = await send(`${worker.origin}/sse/message?sessionId=${session}`, {
          headers: { authorization: `Bearer ${token}` },
          json: message,
        });
        assert.equal(posted.status, 202, posted.text);
        await eventually("the answer is on its stream", async () => {
          const answers = object.rows("SELECT message FROM event WHERE message LIKE '%\"id\":\"later\"%'");
          // Icons are told of in the revision that this client agreed on, not in the first.
          return answers[0]?.message.includes("icons") ? true : undefined;
        });
      });
    });

    test("sessions that were told of changes are still entered, and not as if for ages; the list knows whom to tell", async () => {
      const registry = StoredObject.named(worker.state, "McpSession", `circle:${known.people.ada.userId}`);
      const members = registry.rows("SELECT holding, at FROM member");
      assert.equal(members.length, 2);
      for (const { at } of members) assert.ok(at > Date.now() - DAY * 1_000, String(at));
      assert.deepEqual([...new Set(members.map(({ holding }) => holding))], ["something"]);
      const list = StoredObject.named(worker.state, "TodoList", known.people.ada.userId);
      await eventually("who subscribed is told from the list, and who did not is not", async () => {
        assert.equal(list.rows("SELECT session FROM feed_subscriber").length, 1);
        assert.deepEqual([list.rows("SELECT 1 FROM feed_adoption"), list.rows("SELECT 1 FROM feed_change")], [[], []]);
        assert.deepEqual(registry.rows("SELECT 1 FROM feed_subscriber"), []);
        return true;
      });
    });

    test("whatever was opened has the version of this code", () => {
      for (const person of [ada!, bob!, carl!]) {
        for (const kind of ["TodoList", "Account"] as const) {
          assert.ok((StoredObject.named(worker.state, kind, person.userId).schemaVersion ?? 0) >= 1, kind);
        }
      }
    });
  });

  describe(`What release ${version} has stored, forty days later, and some of it by a release before`, () => {
    let worker: Worker;
    let known: Json;
    let [ada, bob]: Person[] = [];
    before(async () => {
      const stored = (state: string, origin: string) => {
        known = unpack(version, 40 * DAY, state, origin);
        // A list that was last written when there was no history yet, and no idempotency.
        const early = StoredObject.named(state, "TodoList", known.people.bob.userId);
        for (const table of ["history", "creations"]) early.run(`DROP TABLE ${table}`);
        early.run("DROP INDEX journal_settled");
      };
      worker = await Worker.start({ name: `stored-by-${version}-long-ago`, variables: VARIABLES, stored });
      const { people } = known;
      [ada, bob] = await Promise.all([people.ada, people.bob].map(({ email, sessionToken }) => Person.comesBack(worker.origin, email, sessionToken)));
    });
    after(() => worker?.stop());

    test("the list is KV's, with what KV had not taken", async () => {
      assert.partialDeepStrictEqual(await ada!.todos(), known.people.ada.todos);
      assert.partialDeepStrictEqual(await history(ada!), known.people.ada.changes);
      assert.deepEqual(texts(await bob!.todos()), texts(known.people.bob.todos));
      await bob!.adds("the first change of a history");
      assert.deepEqual(StoredObject.named(worker.state, "TodoList", ada!.userId).rows("SELECT * FROM earlier_journal"), []);
    });

    test("grants last three months, registrations that nobody used a month", async () => {
      const { server } = await discover(worker.origin);
      const form = { grant_type: "refresh_token", client_id: known.agent.clientId, refresh_token: known.agent.refreshToken };
      assert.equal((await redeem(server, form)).status, 200);
      const start = async (client_id: string) => (await consents(ada!, { client_id, code_challenge: pkce().challenge })).start;
      assert.equal((await start(known.clients.publicId)).status, 200);
      assert.equal((await start(known.clients.unused)).status, 404);
      const anew = await register(server, { client_name: "Registered and never seen again" });
      assert.equal(anew.status, 201, anew.text);
    });
  });
}
