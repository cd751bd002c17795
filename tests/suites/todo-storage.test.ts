// What happens to todos: none is lost, none is seen by somebody else, and Workers KV has every one under its own key.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { connected } from "../harness/agent.ts";
import { assertProblem } from "../harness/assertions.ts";
import { eventually } from "../harness/eventually.ts";
import { todoKeys } from "../harness/kv.ts";
import type { Json } from "../harness/http.ts";
import { ask, callTool } from "../harness/mcp.ts";
import { Person } from "../harness/person.ts";
import { Worker } from "../harness/worker.ts";

describe("Todo storage", () => {
  // An instance of its own: some of these tests kill it.
  let worker: Worker;
  before(async () => {
    worker = await Worker.start({ name: "storage", variables: { SHOW_LOGIN_CODES: "on" } });
  });
  after(() => worker?.stop());

  test("200 todos created at once over REST and MCP are 200 todos in the list and 200 keys in KV", async () => {
    const ada = await Person.logsIn(worker.origin);
    const { access_token } = await connected(ada);
    const texts = Array.from({ length: 200 }, (_, index) => `todo ${index}`);
    await Promise.all(
      texts.map(async (todoText, index) => {
        if (index % 2 === 0) return void (await ada.adds(todoText));
        const result = await callTool(worker.origin, access_token, "createTodo", { todoText });
        assert.notEqual(result.isError, true, JSON.stringify(result));
      }),
    );
    const todos = await ada.todos();
    assert.deepEqual(todos.map(({ text }) => text).sort(), texts.sort());
    assert.equal(new Set(todos.map(({ id }) => id)).size, 200);
    const names = todos.map(({ id }) => `todos:${ada.userId}:${id}`).sort();
    await eventually("KV has the 200 keys", async () => {
      assert.deepEqual((await todoKeys(worker, ada.userId)).sort(), names);
      return true;
    });
  });

  test("another person sees none of them, and can do nothing to them", async () => {
    const ada = await Person.logsIn(worker.origin);
    const { id } = await ada.adds("Ada’s own");
    const eve = await Person.logsIn(worker.origin);
    const { access_token } = await connected(eve);

    assert.deepEqual(await eve.todos(), []);
    assertProblem(await eve.rest("GET", `/api/todos/${id}`), 404, "unknown_todo");
    assertProblem(await eve.rest("POST", `/api/todos/${id}/complete`), 404, "unknown_todo");
    assertProblem(await eve.rest("DELETE", `/api/todos/${id}`), 404, "unknown_todo");
    assert.deepEqual((await callTool(worker.origin, access_token, "listTodos", {})).structuredContent.todos, []);
    assert.equal((await callTool(worker.origin, access_token, "deleteTodo", { todoID: id })).isError, true);
    assert.equal((await callTool(worker.origin, access_token, "markTodoComplete", { todoID: id })).isError, true);
    const { resources } = (await ask(worker.origin, access_token, "resources/list")).json.result;
    assert.deepEqual(
      resources.map(({ uri }: Json) => uri),
      ["todoapp://todos", "todoapp://history", "ui://todo-service/board"],
    );
    const history = await ask(worker.origin, access_token, "resources/read", { uri: "todoapp://history" });
    assert.deepEqual(JSON.parse(history.json.result.contents[0].text).changes, []);
    const read = await ask(worker.origin, access_token, "resources/read", { uri: `todoapp://todos/${id}` });
    assert.equal(read.json.error.code, -32002);

    assert.deepEqual(
      (await ada.todos()).map(({ text, completed }) => ({ text, completed })),
      [{ text: "Ada’s own", completed: false }],
    );
  });

  test("deleting takes the key out of KV, completing does not add one", async () => {
    const ada = await Person.logsIn(worker.origin);
    const [stays, goes] = [await ada.adds("stays"), await ada.adds("goes")];
    await ada.rest("POST", `/api/todos/${stays.id}/complete`);
    await ada.rest("DELETE", `/api/todos/${goes.id}`);
    await eventually("KV has the one key", async () => {
      assert.deepEqual(await todoKeys(worker, ada.userId), [`todos:${ada.userId}:${stays.id}`]);
      return true;
    });
  });

  test("a restart keeps everything: todos, sessions, and what an agent was given", async () => {
    const ada = await Person.logsIn(worker.origin);
    const { access_token } = await connected(ada);
    const done = await ada.adds("done");
    await ada.adds("open, with a text of more than KV’s metadata can hold: " + "🦀".repeat(500));
    await ada.rest("POST", `/api/todos/${done.id}/complete`);
    const before = await ada.todos();

    await worker.restart();

    assert.deepEqual(await ada.todos(), before);
    assert.deepEqual((await callTool(worker.origin, access_token, "listTodos", {})).structuredContent.todos, before);
  });

  test("workerd killed right after it acknowledged writes has lost none of them", async () => {
    const ada = await Person.logsIn(worker.origin);
    const kept = await ada.adds("completed before the crash");
    const gone = await ada.adds("deleted before the crash");
    await Promise.all([
      ...Array.from({ length: 20 }, (_, index) => ada.adds(`written before the crash ${index}`)),
      ada.rest("POST", `/api/todos/${kept.id}/complete`),
      ada.rest("DELETE", `/api/todos/${gone.id}`),
    ]);

    await worker.crash();

    const todos = await ada.todos();
    assert.equal(todos.length, 21);
    assert.deepEqual(
      todos.filter(({ completed }) => completed).map(({ id }) => id),
      [kept.id],
    );
    assert.ok(!todos.some(({ id }) => id === gone.id));
    const names = todos.map(({ id }) => `todos:${ada.userId}:${id}`).sort();
    await eventually("KV catches up", async () => {
      assert.deepEqual((await todoKeys(worker, ada.userId)).sort(), names);
      return true;
    });
  });

  test("no acknowledged write is lost when workerd is killed in the middle of a burst", async () => {
    const ada = await Person.logsIn(worker.origin);
    const acknowledged = new Set<string>();
    let kill: (() => void) | undefined;
    const enough = new Promise<void>((resolve) => (kill = resolve));
    const burst = Array.from({ length: 100 }, async (_, index) => {
      // Whoever is not answered any more when it dies has not been promised anything.
      const answer = await ada.rest("POST", "/api/todos", { todoText: `burst ${index}` }).catch(() => undefined);
      if (answer?.status !== 200) return;
      acknowledged.add(`burst ${index}`);
      if (acknowledged.size === 10) kill?.();
    });
    await enough;
    await worker.crash();
    await Promise.all(burst);

    const kept = (await ada.todos()).map(({ text }) => text);
    assert.ok(acknowledged.size >= 10);
    assert.deepEqual(
      [...acknowledged].filter((text) => !kept.includes(text)),
      [],
    );
    assert.equal(new Set(kept).size, kept.length, "a todo came up twice");
  });
});
