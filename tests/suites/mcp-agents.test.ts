// What helps an agent do its work well: finding things in a long list, prompts, completion, the history as a resource, and the
// question before many todos are deleted.

import assert from "node:assert/strict";
import { before, beforeEach, describe, test } from "node:test";

import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import { ElicitRequestSchema, type ElicitResult } from "@modelcontextprotocol/sdk/types.js";

import { connected } from "../harness/agent.ts";
import type { Json } from "../harness/http.ts";
import { ask, askStateless, callTool, ENVELOPE } from "../harness/mcp.ts";
import { Person } from "../harness/person.ts";
import { embedded } from "../harness/shared.ts";

describe("Agents", () => {
  let origin: string;
  let ada: Person;
  let token: string;
  before(async () => {
    origin = (await embedded()).origin;
  });
  beforeEach(async () => {
    ada = await Person.logsIn(origin);
    token = (await connected(ada)).access_token;
  });

  const call = (name: string, args: Json = {}): Promise<Json> => callTool(origin, token, name, args);
  /** In both eras, which must say the same. */
  async function both(method: string, params: Json): Promise<Json> {
    const older = (await ask(origin, token, method, params)).json.result;
    const newer = (await askStateless(origin, token, method, params)).json.result;
    for (const member of ["resultType", "_meta", "ttlMs", "cacheScope"]) delete newer[member];
    assert.deepEqual(newer, older);
    return older;
  }
  const texts = (result: Json): string[] => result.structuredContent.todos.map(({ text }: Json) => text);

  test("listTodos finds todos by words, by due date and by state, page after page", async () => {
    for (const [todoText, dueOn] of [
      ["Call the bank", "2027-01-01"],
      ["Pay the BANK loan", "2027-02-01"],
      ["Buy milk", "2027-01-15"],
      ["Bank holiday", undefined],
    ])
      await call("createTodo", { todoText, ...(dueOn && { dueOn }) });
    assert.deepEqual(texts(await call("listTodos", { contains: "bank" })), ["Call the bank", "Pay the BANK loan", "Bank holiday"]);
    assert.deepEqual(texts(await call("listTodos", { dueBy: "2027-01-15" })), ["Call the bank", "Buy milk"]);
    assert.deepEqual(texts(await call("listTodos", { contains: "bank", dueBy: "2027-01-31" })), ["Call the bank"]);
    assert.deepEqual(texts(await call("listTodos", { contains: "bank", show: "completed" })), []);
    const first = await call("listTodos", { contains: "bank", limit: 2 });
    const rest = await call("listTodos", { contains: "bank", limit: 2, cursor: first.structuredContent.nextCursor });
    assert.deepEqual([...texts(first), ...texts(rest)], ["Call the bank", "Pay the BANK loan", "Bank holiday"]);
    assert.equal(rest.structuredContent.nextCursor, undefined);
  });

  test("prompts bring along what they are about", async () => {
    await call("createTodo", { todoText: "Call the bank", dueOn: "2027-01-01" });
    const done = (await call("createTodo", { todoText: "Buy milk" })).structuredContent.todo;
    await call("markTodoComplete", { todoID: done.id });
    const { prompts } = await both("prompts/list", {});
    assert.deepEqual(
      prompts.map(({ name }: Json) => name),
      ["plan-my-day", "triage", "weekly-review"],
    );
    const said = async (name: string, args: Json = {}): Promise<string> =>
      (await both("prompts/get", { name, arguments: args })).messages[0].content.text;
    const plan = await said("plan-my-day", { day: "2027-01-01" });
    assert.match(plan, /plan 2027-01-01/);
    assert.match(plan, /“Call the bank” \(id \w{26}, due 2027-01-01\)/);
    assert.doesNotMatch(plan, /Buy milk/);
    assert.match(await said("triage", { about: "bank" }), /My open todos about “bank”/);
    assert.match(await said("triage", { about: "unheard of" }), /There are no open todos about “unheard of”; 1 are open/);
    const review = await said("weekly-review");
    assert.match(review, /Completed “Buy milk”/);
    assert.match(review, /Call the bank/);
    assert.match(await said("weekly-review", { since: "2999-01-01" }), /Nothing was changed/);
    for (const [name, args] of [
      ["plan-my-day", { day: "tomorrow" }],
      ["weekly-review", { since: "2027-02-30" }],
    ] as const) {
      const answer = await ask(origin, token, "prompts/get", { name, arguments: args });
      assert.equal(answer.json.error.code, -32602, answer.text);
    }
  });

  test("what is typed is completed: days, words of todos, and ids by the todo’s text", async () => {
    const { todo } = (await call("createTodo", { todoText: "Call the bank" })).structuredContent;
    await call("createTodo", { todoText: "Buy milk" });
    const complete = async (ref: Json, name: string, value: string): Promise<string[]> =>
      (await both("completion/complete", { ref, argument: { name, value } })).completion.values;
    const prompt = (name: string) => ({ type: "ref/prompt", name });
    const todoById = { type: "ref/resource", uri: "todoapp://todos/{id}" };
    const today = new Date().toISOString().slice(0, 10);
    assert.ok((await complete(prompt("plan-my-day"), "day", "20")).includes(today));
    assert.deepEqual(await complete(prompt("plan-my-day"), "day", "x"), []);
    assert.deepEqual(await complete(prompt("triage"), "about", "BANK"), ["Call the bank"]);
    assert.deepEqual(await complete(todoById, "id", "the bank"), [todo.id]);
    assert.ok((await complete(todoById, "id", todo.id.slice(0, 20).toLowerCase())).includes(todo.id));
    assert.deepEqual(await complete(todoById, "id", "nothing of the kind"), []);
  });

  test("the list and the history are resources", async () => {
    await call("createTodo", { todoText: "Call the bank" });
    const { resources } = await both("resources/list", {});
    assert.deepEqual(
      resources.slice(0, 2).map(({ uri }: Json) => uri),
      ["todoapp://todos", "todoapp://history"],
    );
    const list = await both("resources/read", { uri: "todoapp://todos" });
    assert.deepEqual(JSON.parse(list.contents[0].text), (await call("listTodos", { limit: 200 })).structuredContent);
    const { contents } = await both("resources/read", { uri: "todoapp://history" });
    const [change] = JSON.parse(contents[0].text).changes;
    assert.equal(change.deed, "created");
    assert.equal(change.by.name, "Ada’s agent");
  });

  describe("clearCompleted", () => {
    beforeEach(async () => {
      const { todo } = (await call("createTodo", { todoText: "Done" })).structuredContent;
      await call("markTodoComplete", { todoID: todo.id });
    });
    const left = async (): Promise<number> => (await ada.todos()).length;

    /** A client that can show its user a question, and what the user does with it. */
    async function clears(answer: ElicitResult): Promise<Json> {
      const client = new Client({ name: "suite", version: "1.0.0" }, { capabilities: { elicitation: {} } });
      client.setRequestHandler(ElicitRequestSchema, ({ params }) => {
        assert.equal(params.message, "Delete 1 completed todo? It can be undone.");
        return answer;
      });
      const headers = { authorization: `Bearer ${token}` };
      await client.connect(new StreamableHTTPClientTransport(new URL(`${origin}/mcp`), { requestInit: { headers } }) as Transport);
      try {
        return await client.callTool({ name: "clearCompleted", arguments: {} });
      } finally {
        await client.close();
      }
    }

    test("asks the user first, and does as they say", async () => {
      for (const answer of [
        { action: "decline" },
        { action: "cancel" },
        { action: "accept", content: { delete: false } },
      ] as ElicitResult[]) {
        const result = await clears(answer);
        assert.equal(result.isError, true, answer.action);
        assert.equal(await left(), 1);
      }
      const result = await clears({ action: "accept", content: { delete: true } });
      assert.equal(result.structuredContent.change, "cleared");
      assert.equal(await left(), 0);
    });

    test("asks in round trips where there are no sessions", async () => {
      const _meta = { ...ENVELOPE, "io.modelcontextprotocol/clientCapabilities": { elicitation: {} } };
      const params = { name: "clearCompleted", arguments: {}, _meta };
      const first = (await askStateless(origin, token, "tools/call", params)).json.result;
      assert.equal(first.resultType, "input_required");
      assert.equal(await left(), 1);
      const inputResponses = { confirm: { action: "accept", content: { delete: true } } };
      const second = await askStateless(origin, token, "tools/call", { ...params, inputResponses, requestState: first.requestState });
      assert.equal(second.json.result.structuredContent.change, "cleared", second.text);
      assert.equal(await left(), 0);
    });

    test("does as it is told by a client that cannot ask", async () => {
      assert.equal((await call("clearCompleted")).structuredContent.change, "cleared");
      assert.equal(await left(), 0);
    });
  });
});
