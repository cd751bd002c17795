// A command that is sent again under its key, after a lost answer, is not carried out again: it gets the first one's outcome,
// whatever has become of the list since. And who added a todo and changed it last is known for as long as there is the todo.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { before, describe, test } from "node:test";

import { connected } from "../harness/agent.ts";
import { send, type Answer, type Json } from "../harness/http.ts";
import { callTool } from "../harness/mcp.ts";
import { Person } from "../harness/person.ts";
import { embedded } from "../harness/shared.ts";

describe("Idempotency keys and provenance", () => {
  let origin: string;
  let ada: Person;
  before(async () => {
    origin = (await embedded()).origin;
    ada = await Person.logsIn(origin);
  });

  function keyed(key: string, method: string, path: string, json?: Json, headers: Record<string, string> = {}): Promise<Answer> {
    return send(`${origin}${path}`, {
      method,
      headers: { cookie: `stytch_session_jwt=${ada.sessionJwt}`, origin, prefer: "return=minimal", "idempotency-key": key, ...headers },
      ...(json === undefined ? {} : { json }),
    });
  }

  const todo = async (text: string) => (await ada.adds(text)).id as string;
  const find = async (id: string) => (await ada.todos()).find((todo) => todo.id === id);
  const newest = async () => (await ada.rest("GET", "/api/history?limit=1")).json.changes[0].number as number;

  const COMMANDS: Record<string, { first: (id: string) => [method: string, path: string, json?: Json]; since: (id: string) => [method: string, path: string, json?: Json] }> = {
    "a completion": { first: (id) => ["POST", `/api/todos/${id}/complete`], since: (id) => ["POST", `/api/todos/${id}/reopen`] },
    "an edit": { first: (id) => ["PATCH", `/api/todos/${id}`, { text: "first" }], since: (id) => ["PATCH", `/api/todos/${id}`, { text: "since" }] },
    "a deletion": { first: (id) => ["DELETE", `/api/todos/${id}`], since: () => ["POST", "/api/todos", { todoText: "another" }] },
  };
  for (const [name, { first, since }] of Object.entries(COMMANDS))
    test(`${name} is carried out once`, async () => {
      const id = await todo(name);
      const key = randomUUID();
      const once = await keyed(key, ...first(id));
      assert.equal(once.status, 200, once.text);
      await ada.rest(...since(id));
      const [before, number] = [await find(id), await newest()];
      const again = await keyed(key, ...first(id));
      assert.deepEqual([again.status, again.json], [200, once.json]);
      assert.deepEqual([await find(id), await newest()], [before, number]);
    });

  test("an undo is carried out once, and so is a clearing", async () => {
    const id = await todo("undone once");
    const { change } = (await keyed(randomUUID(), "POST", `/api/todos/${id}/complete`)).json;
    const key = randomUUID();
    const once = await keyed(key, "POST", `/api/history/${change.number}/undo`);
    assert.equal(once.status, 200, once.text);
    assert.deepEqual((await keyed(key, "POST", `/api/history/${change.number}/undo`)).json, once.json);
    assert.equal((await find(id))?.completed, false);

    await ada.rest("POST", `/api/todos/${id}/complete`);
    const clear = randomUUID();
    const cleared = (await keyed(clear, "POST", "/api/todos/clear-completed")).json;
    const other = await todo("completed later");
    await ada.rest("POST", `/api/todos/${other}/complete`);
    assert.deepEqual((await keyed(clear, "POST", "/api/todos/clear-completed")).json, cleared);
    assert.equal((await find(other))?.completed, true);
  });

  test("nothing having to be done is an outcome too", async () => {
    const id = await todo("completed twice");
    await ada.rest("POST", `/api/todos/${id}/complete`);
    const key = randomUUID();
    assert.equal((await keyed(key, "POST", `/api/todos/${id}/complete`)).json.change, undefined);
    await ada.rest("POST", `/api/todos/${id}/reopen`);
    assert.equal((await keyed(key, "POST", `/api/todos/${id}/complete`)).status, 200);
    assert.equal((await find(id))?.completed, false);
  });

  test("a refusal is none: what was refused may be sent again, and a condition still holds", async () => {
    const id = await todo("refused first");
    const key = randomUUID();
    const refused = await keyed(key, "PATCH", `/api/todos/${id}`, { text: "x" }, { "if-match": '"0"' });
    assert.deepEqual([refused.status, refused.json.code], [412, "outdated"]);
    const version = (await find(id))?.version;
    const sent = await keyed(key, "PATCH", `/api/todos/${id}`, { text: "x" }, { "if-match": `"${version}"` });
    assert.equal(sent.status, 200, sent.text);
    // The tag is an old one by now; the answer is the first all the same.
    assert.deepEqual((await keyed(key, "PATCH", `/api/todos/${id}`, { text: "x" }, { "if-match": `"${version}"` })).json, sent.json);
  });

  test("a key names one command, and must be one", async () => {
    const id = await todo("one key, two commands");
    const key = randomUUID();
    assert.equal((await keyed(key, "POST", `/api/todos/${id}/complete`)).status, 200);
    const other = await keyed(key, "DELETE", `/api/todos/${id}`);
    assert.deepEqual([other.status, other.json.code], [422, "idempotency_key_reused"]);
    assert.ok(await find(id));
    const bad = await keyed("x".repeat(256), "DELETE", `/api/todos/${id}`);
    assert.deepEqual([bad.status, bad.json.code], [400, "bad_idempotency_key"]);
  });

  test("who added a todo and who changed it last: by hand, by an agent, by an undo", async () => {
    const { access_token, client_id } = await connected(ada);
    const provenance = async (id: string) => {
      const answer = await ada.rest("GET", `/api/todos/${id}/provenance`);
      assert.equal(answer.status, 200, answer.text);
      return answer.json;
    };
    const agent = { kind: "app", id: client_id, name: "Ada’s agent" };
    const { todo: added } = (await callTool(origin, access_token, "createTodo", { todoText: "by an agent" })).structuredContent;
    assert.deepEqual(await provenance(added.id), { addedBy: agent });
    await ada.rest("PATCH", `/api/todos/${added.id}`, { text: "by hand since" });
    const byHand = await provenance(added.id);
    assert.deepEqual([byHand.addedBy, byHand.changedBy], [agent, { kind: "browser" }]);
    assert.ok(Math.abs(Date.parse(byHand.changedAt) - Date.now()) < 60_000);

    const mine = await todo("by hand");
    await callTool(origin, access_token, "deleteTodo", { todoID: mine });
    assert.equal((await ada.rest("GET", `/api/todos/${mine}/provenance`)).status, 404);
    await ada.rest("POST", `/api/history/${await newest()}/undo`);
    const back = await provenance(mine);
    assert.deepEqual([back.addedBy, back.changedBy], [{ kind: "browser" }, { kind: "browser" }]);
    assert.equal((await ada.rest("POST", `/api/todos/${mine}/provenance`)).status, 405);
  });
});
