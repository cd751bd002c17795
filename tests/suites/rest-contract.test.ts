// /api as its clients know it.

import assert from "node:assert/strict";
import { before, describe, test } from "node:test";

import { assertProblem } from "../harness/assertions.ts";
import { READ, WRITE } from "../harness/domain.ts";
import { send, type Json } from "../harness/http.ts";
import { Person, restAs } from "../harness/person.ts";
import { embedded } from "../harness/shared.ts";
import { Worker } from "../harness/worker.ts";

describe("REST contract", () => {
  let origin: string;
  let ada: Person;
  before(async () => {
    origin = (await embedded()).origin;
    ada = await Person.logsIn(origin);
  });

  test("a new person’s list is empty", async () => {
    const answer = await ada.rest("GET", "/api/todos");
    assert.equal(answer.status, 200);
    assert.equal(answer.mediaType, "application/json");
    assert.deepEqual(answer.json, { todos: [] });
    assert.equal(answer.headers.get("cache-control"), "no-store");
  });

  test("POST /api/todos adds an open todo and answers with the whole list", async () => {
    const ben = await Person.logsIn(origin);
    await ben.adds("first");
    const answer = await ben.rest("POST", "/api/todos", { todoText: "second" });
    assert.equal(answer.status, 200);
    assert.deepEqual(answer.json.todos.map(essence), [
      { text: "first", completed: false },
      { text: "second", completed: false },
    ]);
    assert.deepEqual(await ben.todos(), answer.json.todos);
  });

  test("POST /api/todos/{id}/complete completes it, and does so once", async () => {
    const ben = await Person.logsIn(origin);
    const { id } = await ben.adds("call the dentist");
    for (const _time of ["once", "again"]) {
      const answer = await ben.rest("POST", `/api/todos/${id}/complete`);
      assert.equal(answer.status, 200);
      assert.deepEqual(answer.json.todos.map(essence), [{ text: "call the dentist", completed: true }]);
    }
  });

  test("DELETE /api/todos/{id} takes it off the list", async () => {
    const ben = await Person.logsIn(origin);
    await ben.adds("stays");
    const { id } = await ben.adds("goes");
    const answer = await ben.rest("DELETE", `/api/todos/${id}`);
    assert.equal(answer.status, 200);
    assert.deepEqual(answer.json.todos.map(essence), [{ text: "stays", completed: false }]);
    assertProblem(await ben.rest("GET", `/api/todos/${id}`), 404, "unknown_todo");
  });

  test("GET /api/todos/{id} is the todo itself", async () => {
    const todo = await ada.adds("one");
    const answer = await ada.rest("GET", `/api/todos/${todo.id}`);
    assert.equal(answer.status, 200);
    assert.deepEqual(answer.json, todo);
  });

  test("open todos come before completed ones, oldest first in each", async () => {
    const ben = await Person.logsIn(origin);
    const added: Json[] = [];
    for (const text of ["a", "b", "c", "d"]) added.push(await ben.adds(text));
    await ben.rest("POST", `/api/todos/${added[2].id}/complete`);
    await ben.rest("POST", `/api/todos/${added[0].id}/complete`);
    assert.deepEqual(
      (await ben.todos()).map(({ text }) => text),
      ["b", "d", "a", "c"],
    );
  });

  test("a text is trimmed and otherwise kept to the letter", async () => {
    for (const text of ['<b>not bold</b> & "quoted" \\ ’', "買い物 🛒 e\u0301", "a  b", "x".repeat(1_000), "🦀".repeat(1_000)]) {
      const answer = await ada.rest("POST", "/api/todos", { todoText: ` \t${text}\u00a0 ` });
      assert.equal(answer.status, 200, answer.text);
      assert.equal(answer.json.todos.at(-1).text, text);
    }
  });

  test("GET /api/health says that all is well, and in which mode", async () => {
    const answer = await send(`${origin}/api/health`);
    assert.equal(answer.status, 200);
    assert.equal(answer.json.status, "ok");
    assert.equal(answer.json.identity, "embedded");
    assert.match(answer.json.version, /^\d+\.\d+\.\d+/);
  });

  test("GET /api/config gives the page what it needs and nothing else", async () => {
    const { version, publicToken, ...rest } = (await send(`${origin}/api/config`)).json;
    assert.match(publicToken, /^public-token-test-/);
    assert.match(version, /^\d+\.\d+\.\d+/);
    assert.deepEqual(rest, {
      identity: "embedded",
      apiOrigin: origin,
      mcpUrl: `${origin}/mcp`,
      defaultScopes: `openid email profile ${READ} ${WRITE}`,
      requiredScopes: [READ, WRITE],
      applicationScopes: [
        { name: READ, meaning: "See your todos", includes: [] },
        { name: WRITE, meaning: "See, add, complete and delete your todos", includes: [READ] },
      ],
      mailbox: "/dev/mailbox",
    });
  });

  test("without a session /api/todos is 401, whatever is asked", async () => {
    for (const [method, path] of [
      ["GET", "/api/todos"],
      ["POST", "/api/todos"],
      ["GET", "/api/todos/x"],
      ["DELETE", "/api/todos/x"],
      ["POST", "/api/todos/x/complete"],
    ] as const) {
      const json = method === "POST" ? { todoText: "x" } : undefined;
      const headers = { origin };
      assertProblem(await send(`${origin}${path}`, { method, headers, ...(json && { json }) }), 401);
      assertProblem(await restAs(origin, "not-a-jwt", method, path, json), 401);
    }
  });

  test("a page of another origin cannot use the session", async () => {
    const { id } = await ada.adds("mine");
    const headers = { cookie: `stytch_session_jwt=${ada.sessionJwt}`, origin: "https://evil.example" };
    for (const sent of [
      { method: "POST", path: "/api/todos", json: { todoText: "theirs" } },
      { method: "POST", path: `/api/todos/${id}/complete` },
      { method: "DELETE", path: `/api/todos/${id}` },
    ]) {
      const answer = await send(`${origin}${sent.path}`, { method: sent.method, headers, ...(sent.json && { json: sent.json }) });
      assertProblem(answer, 403);
      assert.equal(answer.headers.get("access-control-allow-origin"), null);
    }
    assert.deepEqual(essence((await ada.todos()).find((todo) => todo.id === id)), { text: "mine", completed: false });
    assert.ok(!(await ada.todos()).some(({ text }) => text === "theirs"));
  });
});

describe("A Worker that is not set up", () => {
  test("answers 503 everywhere and names what is missing, never a value", async () => {
    const projectId = "project-test-00000000-0000-4000-8000-00000000beef";
    const worker = await Worker.start({ name: "half-set-up", variables: { STYTCH_PROJECT_ID: projectId } });
    try {
      for (const path of ["/api/health", "/api/config", "/api/todos", "/mcp", "/.well-known/oauth-protected-resource"]) {
        const { detail } = assertProblem(await send(`${worker.origin}${path}`), 503, "misconfigured");
        assert.match(detail, /STYTCH_DOMAIN/);
        assert.match(detail, /STYTCH_PUBLIC_TOKEN/);
        assert.doesNotMatch(detail, /beef/);
      }
    } finally {
      await worker.stop();
    }
  });
});

function essence({ text, completed }: Json): Json {
  return { text, completed };
}
