// A list of 10,000 todos, which is as many as it takes: nothing an agent is told of it is long, and it can be got through.

import assert from "node:assert/strict";
import { before, describe, test } from "node:test";

import { connected } from "../harness/agent.ts";
import { send, type Json } from "../harness/http.ts";
import { putTodos } from "../harness/kv.ts";
import { ask, callTool } from "../harness/mcp.ts";
import { Person } from "../harness/person.ts";
import { embedded } from "../harness/shared.ts";

const MOST = 10_000;

/** What a model is handed at once, in characters of the whole answer, when it does not ask for more. */
const MOST_TEXT = 40_000;

/** Texts of every length, the longest there may be among them. */
const textOf = (index: number) => `todo ${index} ${"x".repeat(index % 10 === 0 ? 980 : 30)}`;

/** Ids that sort as they are numbered (ULIDs of one moment). */
const idOf = (index: number) => `01JD000000${String(index).padStart(16, "0")}`;

describe("A long list", () => {
  let origin: string;
  let ada: Person;
  let token: string;
  before(async () => {
    const worker = await embedded();
    origin = worker.origin;
    // As Workers KV has them when the list was not asked for in a while.
    const pattern = await (await Person.logsIn(origin)).adds("x");
    ada = await Person.logsIn(origin);
    token = (await connected(ada)).access_token;
    const todo = (index: number) => ({ ...pattern, id: idOf(index), text: textOf(index) });
    await putTodos(worker, ada.userId, Array.from({ length: MOST - 1 }, (_, index) => todo(index)));
  });

  const call = async (name: string, args: Json): Promise<{ result: Json; length: number }> => {
    const answer = await ask(origin, token, "tools/call", { name, arguments: args });
    assert.equal(answer.json.result.isError ?? false, false, answer.text.slice(0, 500));
    return { result: answer.json.result.structuredContent, length: answer.text.length };
  };

  test("holds 10,000 todos and refuses one more, saying why", async () => {
    const headers = { cookie: `stytch_session_jwt=${ada.sessionJwt}`, origin, prefer: "return=minimal" };
    const last = await send(`${origin}/api/todos`, { headers, json: { todoText: "the last" } });
    assert.equal(last.status, 200, last.text);
    assert.ok(last.text.length < 1_000, "one change is told, however long the list");
    assert.equal((await ada.todos()).length, MOST);
    const { isError, content } = await callTool(origin, token, "createTodo", { todoText: "one more" });
    assert.equal(isError, true);
    assert.match(content[0].text, /10,?000/);
  });

  test("is read to its end page by page, no page too long for a model, no todo missing or twice", async () => {
    const seen = new Set<string>();
    let cursor: string | undefined;
    do {
      const { result, length } = await call("listTodos", { limit: 200, ...(cursor && { cursor }) });
      assert.ok(length < 2 * MOST_TEXT, `${length} characters`);
      for (const { id } of result.todos) {
        assert.ok(!seen.has(id));
        seen.add(id);
      }
      cursor = result.nextCursor;
    } while (cursor);
    assert.equal(seen.size, MOST);
  });

  test("is summed up, searched and changed in a few words", async () => {
    for (const [name, args] of [
      ["listTodos", {}],
      ["listTodos", { contains: "todo 77" }],
      ["listHistory", {}],
      ["createTodo", { todoText: "there is room again" }],
    ] as const) {
      if (name === "createTodo") await call("deleteTodo", { todoID: (await call("listTodos", { limit: 1 })).result.todos[0].id });
      const { length } = await call(name, args);
      assert.ok(length < MOST_TEXT, `${name}: ${length} characters`);
    }
    for (const uri of ["todoapp://todos", "todoapp://history"]) {
      const { text } = await ask(origin, token, "resources/read", { uri });
      assert.ok(text.length < 2 * MOST_TEXT, `${uri}: ${text.length} characters`);
    }
    const resources = await ask(origin, token, "resources/list");
    assert.ok(resources.text.length < 2 * MOST_TEXT, `resources/list: ${resources.text.length} characters`);
    for (const prompt of ["plan-my-day", "triage", "weekly-review"]) {
      const { json, text } = await ask(origin, token, "prompts/get", { name: prompt, arguments: {} });
      assert.ok(json.result.messages.length > 0, text.slice(0, 500));
      assert.ok(text.length < MOST_TEXT, `${prompt}: ${text.length} characters`);
    }
  });

  test("is cleared in one change, and brought back by its undoing", async () => {
    const { todos } = (await call("listTodos", { limit: 3 })).result;
    for (const { id } of todos) await call("markTodoComplete", { todoID: id });
    const cleared = await call("clearCompleted", {});
    assert.equal(cleared.result.changed, 3);
    assert.ok(cleared.length < MOST_TEXT);
    const { result } = await call("undoChange", { changeNumber: cleared.result.changeNumber });
    assert.equal(result.completed, 3);
  });
});
