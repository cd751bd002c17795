// What earlier versions took and later rules refuse: it stays in the list as it is, and can be edited, completed, deleted and
// brought back. A model is given of it what a person can see. Rules bind what comes in, never what is stored. Each value is written
// into the storage of a stopped instance.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { codeGrant, connected, consents, discover, pkce, redeem, register } from "../harness/agent.ts";
import { asJournalled } from "../harness/earlier-storage.ts";
import { eventually } from "../harness/eventually.ts";
import type { Json } from "../harness/http.ts";
import { putTodos, todoKeys } from "../harness/kv.ts";
import { ask, callTool } from "../harness/mcp.ts";
import { StoredObject } from "../harness/objects.ts";
import { Person } from "../harness/person.ts";
import { Worker } from "../harness/worker.ts";

/** Texts that the first release took, and what models are given of them. */
const TEXTS: Record<string, [stored: string, shown: string]> = {
  "nothing that can be seen": ["\u200b\u2060\ufeff\u3164\u2800\u00ad\ufe0f\u200b", "\u2800"],
  "only tag characters": ["\u{e0041}\u{e0042}", ""],
  "two lines": ["two\u2028lines\u2029and more", "two lines and more"],
  "an override": ["a\u202eb", "ab"],
  "isolates that are not closed": ["a\u2066\u2067b", "ab"],
  "what letters are joined with": ["\u200d\u200c", ""],
  "a tag within": ["Buy milk\u{e0020}\u{e0062}\u{e0075}\u{e0079}", "Buy milk"],
  "private use": ["\ue000\u{f0000}", ""],
  "no character at all": ["\ufffe\u{1ffff}", ""],
  "ninety-eight marks": [`e${"\u0301".repeat(98)}`, `e${"\u0301".repeat(4)}`],
  "an invisible operator": ["a\u2062b\u180e\u034f\u061c", "ab"],
  markup: ["<img src=x onerror=alert(1)> ]]> {{}} ```", "<img src=x onerror=alert(1)> ]]> {{}} ```"],
};

const SHOWN = new Map(Object.values(TEXTS));
const shown = (text: string): string => SHOWN.get(text) ?? text;

/** Dates that the first release took. */
const DATES = ["0000-01-01", "0000-12-31", "9999-12-31"];

const BASE = "01ARZ3NDEKTSV4RRFFQ69G5F";
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** A few of each kind, where all would only take longer. */
const SOME = 5;

/** The todos as the first release would have written them. */
const TODOS = [
  ...Object.values(TEXTS).map(([text]) => ({ text })),
  ...DATES.map((dueOn) => ({ text: `due on ${dueOn}`, dueOn })),
].map(({ text, ...more }, index) => ({
  id: `${BASE}${ALPHABET[index >> 5]}${ALPHABET[index & 31]}`,
  text,
  completed: false,
  createdAt: "2026-01-01T00:00:00.000Z",
  ...more,
  version: 0,
}));

describe("Stored under earlier rules", () => {
  let worker: Worker;
  before(async () => {
    worker = await Worker.start({ name: "stored-odd-values", variables: { SHOW_LOGIN_CODES: "on" } });
  });
  after(() => worker?.stop());

  /** Everything that can be done with todos that nobody could write any more. */
  async function assertUsable(person: Person, stored: typeof TODOS): Promise<void> {
    const { origin } = worker;
    const odd = await person.todos();
    assert.deepEqual(
      odd.map(({ id, text, dueOn }) => ({ id, text, dueOn })),
      stored.map(({ id, text, ...more }) => ({ id, text, dueOn: "dueOn" in more ? more.dueOn : undefined })),
    );
    const { access_token } = await connected(person);
    const tool = async (name: string, args: Json): Promise<Json> => {
      const result = await callTool(origin, access_token, name, args);
      assert.notEqual(result.isError, true, `${name} ${JSON.stringify(args)}: ${JSON.stringify(result.content)}`);
      return result.structuredContent;
    };
    const seen = odd.map((todo) => ({ ...todo, text: shown(todo.text) }));
    assert.deepEqual((await tool("listTodos", { limit: 200 })).todos, seen);
    const triage = (await ask(origin, access_token, "prompts/get", { name: "triage" })).json.result.messages[0].content.text;
    for (const { id, text } of seen) assert.ok(triage.includes(`- “${text}” (id ${id}`), `${JSON.stringify(text)} in ${triage}`);
    const listed = (await ask(origin, access_token, "resources/list")).json.result.resources;
    for (const { id, text } of seen) assert.ok(listed.some(({ uri, name }: Json) => uri.endsWith(id) && name === text), JSON.stringify(text));
    for (const todo of odd) {
      const path = `/api/todos/${todo.id}`;
      const one = async (): Promise<Json> => (await person.rest("GET", path)).json;
      const done = async (method: string, at: string, body?: Json) => {
        const answer = await person.rest(method, at, body);
        assert.equal(answer.status, 200, `${method} ${at} of ${JSON.stringify(todo.text)}: ${answer.text}`);
      };
      const newest = async (): Promise<Json> => (await person.rest("GET", "/api/history?limit=1")).json.changes[0];
      const undone = async () => done("POST", `/api/history/${(await newest()).number}/undo`);

      await done("PATCH", path, { dueOn: "2026-12-24" });
      assert.equal((await one()).text, todo.text);
      await done("POST", `${path}/complete`);
      await done("POST", `${path}/reopen`);
      await done("DELETE", path);
      assert.equal((await newest()).todo.text, todo.text);
      await undone();
      assert.equal((await one()).text, todo.text);
      await done("PATCH", path, { text: "something else", dueOn: null });
      assert.equal((await newest()).textBefore, todo.text);
      await undone();
      assert.equal((await one()).text, todo.text);

      await tool("updateTodo", { todoID: todo.id, dueOn: "2027-01-01" });
      await tool("markTodoComplete", { todoID: todo.id });
      const read = await ask(origin, access_token, "resources/read", { uri: `todoapp://todos/${todo.id}` });
      assert.equal(JSON.parse(read.json.result.contents[0].text).text, shown(todo.text));
      const { changeNumber } = await tool("deleteTodo", { todoID: todo.id });
      assert.equal((await tool("listHistory", { limit: 1 })).changes[0].todo.text, shown(todo.text));
      await tool("undoChange", { changeNumber });
    }
    assert.equal((await person.rest("POST", "/api/todos/clear-completed")).status, 200);
    assert.deepEqual(await person.todos(), []);
    const { number } = (await person.rest("GET", "/api/history?limit=1")).json.changes[0];
    assert.equal((await person.rest("POST", `/api/history/${number}/undo`)).status, 200);
    assert.deepEqual(
      (await person.todos()).map(({ text }) => text),
      stored.map(({ text }) => text),
    );
  }

  test("todos that KV has are all there, and can be used in every way", async () => {
    const ada = await Person.logsIn(worker.origin);
    await putTodos(worker, ada.userId, TODOS);
    await assertUsable(ada, TODOS);
  });

  test("so are those of the journal that KV has yet to take; then KV has them", async () => {
    const bob = await Person.logsIn(worker.origin);
    assert.deepEqual(await bob.todos(), []);
    const list = StoredObject.named(worker.state, "TodoList", bob.userId);
    const todos = [...TODOS.slice(0, SOME), ...TODOS.slice(-1)];
    await worker.restart({
      meanwhile: () => {
        asJournalled(list, todos.map((todo) => ({ id: todo.id, todo })));
      },
    });
    await assertUsable(bob, todos);
    await eventually("KV has taken everything", async () =>
      list.rows("SELECT id FROM kv_copy WHERE copied = 0").length === 0 ? true : undefined,
    );
  });

  test("one row that no version can have written does not take the list with it", async () => {
    const cleo = await Person.logsIn(worker.origin);
    await cleo.adds("well written");
    const list = StoredObject.named(worker.state, "TodoList", cleo.userId);
    await eventually("KV has the todo", async () => ((await todoKeys(worker, cleo.userId)).length === 1 ? true : undefined));
    await worker.restart({ meanwhile: () => asJournalled(list, [{ id: `${BASE}ZZ`, todo: { not: "a todo" } }]) });
    assert.deepEqual(
      (await cleo.todos()).map(({ text }) => text),
      ["well written"],
    );
  });

  test("a client with a name and with addresses that are refused now is let in, and a person with such an address", async () => {
    const { server } = await discover(worker.origin);
    const dora = await Person.logsIn(worker.origin);
    const clientId = (await register(server, { client_name: "Registered long ago" })).json.client_id;
    const redirects = ["https:evil.example", "https:///a.example/cb", "https://@a.example/cb", "http://0x7f.1/cb", "https://a.example/%2e%2e/cb?code=1"];
    const name = "Cla\u202eude \u{e0041}\u061c";
    const email = `a\u200b\u00ad${dora.email}`;
    const registration = StoredObject.named(worker.state, "ClientRegistration", clientId);
    await worker.restart({
      meanwhile: () => {
        registration.run("UPDATE registration SET client = json_set(client, '$.metadata.client_name', ?, '$.metadata.redirect_uris', json(?))", name, JSON.stringify(redirects));
        StoredObject.named(worker.state, "Account", dora.userId).run("UPDATE profile SET email = ?", email);
      },
    });
    for (const redirect_uri of redirects) {
      const { verifier, challenge } = pkce();
      const { start, submit } = await consents(dora, { client_id: clientId, redirect_uri, code_challenge: challenge });
      assert.equal(start.status, 200, `${redirect_uri}: ${start.text}`);
      assert.equal(start.json.data.client.client_name, "Claude");
      assert.equal(start.json.data.user.emails[0].email, email);
      const code = new URL(submit.json.data.redirect_uri).searchParams.getAll("code").at(-1) ?? "";
      const tokens = await redeem(server, { ...codeGrant({ clientId, code, verifier }), redirect_uri });
      assert.equal(tokens.status, 200, `${redirect_uri}: ${tokens.text}`);
      const added = await callTool(worker.origin, tokens.json.access_token, "createTodo", { todoText: `by way of ${redirect_uri}` });
      assert.notEqual(added.isError, true, JSON.stringify(added.content));
    }
    const connectedApps = (await dora.browser.sdk("/users/connected_apps", undefined, "GET")).json.data.connected_apps;
    assert.deepEqual(connectedApps.map(({ name }: Json) => name), ["Claude"]);
    assert.equal((await dora.rest("GET", "/api/history?limit=1")).json.changes[0].by.name, "Claude");
    const unknown = await consents(dora, { client_id: clientId, redirect_uri: "https:other.example", code_challenge: pkce().challenge });
    assert.equal(unknown.start.status, 400, "what is not registered is judged by the rules of today");
  });

  test("a name that is reserved now, or reads like a sentence, is shown as what it is: a claim", async () => {
    const { server } = await discover(worker.origin);
    const emma = await Person.logsIn(worker.origin);
    const names: Record<string, string> = {
      Stytch: "App that calls itself “Stytch”",
      "Claude. Verified by Todos. You return to claude.ai": "App that calls itself “Claude. Verified by Todos. You retu…”",
      "\u3164\u2800": "Unnamed app",
    };
    const clients = new Map<string, string>();
    for (const name of Object.keys(names)) clients.set(name, (await register(server, { client_name: `long ago, ${clients.size}` })).json.client_id);
    await worker.restart({
      meanwhile: () => {
        for (const [name, id] of clients)
          StoredObject.named(worker.state, "ClientRegistration", id).run("UPDATE registration SET client = json_set(client, '$.metadata.client_name', ?)", name);
      },
    });
    for (const [name, client_id] of clients) {
      const { start, submit } = await consents(emma, { client_id, code_challenge: pkce().challenge });
      assert.equal(submit.status, 200, submit.text);
      assert.equal(start.json.data.client.client_name, names[name]);
    }
    const connectedApps = (await emma.browser.sdk("/users/connected_apps", undefined, "GET")).json.data.connected_apps;
    assert.deepEqual(connectedApps.map(({ name }: Json) => name).sort(), Object.values(names).sort());
  });
});
