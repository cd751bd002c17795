// The four tools: what they are called, what they take, what they do, and what they say.

import assert from "node:assert/strict";
import { before, describe, test } from "node:test";

import { Ajv2020 } from "ajv/dist/2020.js";

import { connected } from "../harness/agent.ts";
import { assertRpcError } from "../harness/assertions.ts";
import { send, type Json } from "../harness/http.ts";
import { ask, askStateless, callTool, HANDSHAKE, post } from "../harness/mcp.ts";
import { Person } from "../harness/person.ts";
import { embedded } from "../harness/shared.ts";

const UNKNOWN_ID = "01JD0000000000000000000000";

describe("The todo tools", () => {
  let origin: string;
  let ada: Person;
  let token: string;
  let tools: Map<string, Json>;
  before(async () => {
    origin = (await embedded()).origin;
    ada = await Person.logsIn(origin);
    token = (await connected(ada)).access_token;
    const list: Json[] = (await ask(origin, token, "tools/list")).json.result.tools;
    tools = new Map(list.map((tool) => [tool.name, tool]));
  });

  /** Calls a tool, and holds what it says to the schema it declares. */
  async function call(name: string, args: Json): Promise<Json> {
    const result = await callTool(origin, token, name, args);
    assert.ok(result.content.length > 0, "there is something to read");
    assert.ok(result.content.every(({ type, text }: Json) => type === "text" && text.length > 0));
    if (result.isError !== true) {
      const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(tools.get(name).outputSchema);
      assert.ok(validate(result.structuredContent), JSON.stringify([validate.errors, result.structuredContent]));
    }
    return result;
  }
  const say = (result: Json): string => result.content.map(({ text }: Json) => text).join("\n");

  for (const [name, required, annotations] of [
    ["createTodo", ["todoText"], { readOnlyHint: false, destructiveHint: false }],
    ["markTodoComplete", ["todoID"], { readOnlyHint: false, idempotentHint: true }],
    ["deleteTodo", ["todoID"], { readOnlyHint: false, destructiveHint: true }],
    ["listTodos", [], { readOnlyHint: true }],
  ] as const) {
    test(`${name} is described in full`, () => {
      const tool = tools.get(name);
      assert.ok(tool.title);
      assert.ok(tool.description.length > 10);
      assert.equal(tool.inputSchema.type, "object");
      assert.deepEqual(tool.inputSchema.required ?? [], required);
      for (const argument of required) {
        assert.equal(tool.inputSchema.properties[argument].type, "string");
        assert.ok(tool.inputSchema.properties[argument].description);
      }
      assert.equal(tool.outputSchema.type, "object");
      for (const [hint, value] of Object.entries(annotations)) assert.equal(tool.annotations[hint], value, hint);
      // Both schemas are ones that a validator can use.
      for (const schema of [tool.inputSchema, tool.outputSchema])
        new Ajv2020({ strict: false, validateFormats: false }).compile(schema);
    });
  }

  test("createTodo adds a todo that the page shows", async () => {
    const result = await call("createTodo", { todoText: "  buy oats " });
    assert.notEqual(result.isError, true);
    assert.match(say(result), /buy oats/);
    assert.ok((await ada.todos()).some(({ text, completed }) => text === "buy oats" && !completed));
  });

  test("markTodoComplete completes a todo of the page, and again changes nothing", async () => {
    const { id } = await ada.adds("complete me");
    for (const _time of ["once", "again"]) {
      const result = await call("markTodoComplete", { todoID: id });
      assert.notEqual(result.isError, true, say(result));
      assert.equal((await ada.todos()).find((todo) => todo.id === id).completed, true);
    }
  });

  test("deleteTodo deletes a todo of the page", async () => {
    const { id } = await ada.adds("delete me");
    const result = await call("deleteTodo", { todoID: id });
    assert.notEqual(result.isError, true, say(result));
    assert.ok(!(await ada.todos()).some((todo) => todo.id === id));
  });

  test("listTodos gives the page’s list in the page’s order, as data and as text", async () => {
    const ben = await Person.logsIn(origin);
    const { access_token } = await connected(ben);
    const { id } = await ben.adds("first");
    await ben.adds("second");
    await ben.rest("POST", `/api/todos/${id}/complete`);
    const result = await callTool(origin, access_token, "listTodos", {});
    assert.deepEqual(result.structuredContent.todos, await ben.todos());
    for (const { id, text } of await ben.todos()) {
      assert.ok(say(result).includes(text), text);
      assert.ok(say(result).includes(id), "a model needs the id to act on it");
    }
  });

  test("listTodos shows open or completed todos alone, a page at a time", async () => {
    const ben = await Person.logsIn(origin);
    const { access_token } = await connected(ben);
    for (const text of ["a", "b", "c", "d", "e"]) await ben.adds(text);
    for (const { id } of (await ben.todos()).slice(0, 2)) await ben.rest("POST", `/api/todos/${id}/complete`);
    const page = async (args: Json) => (await callTool(origin, access_token, "listTodos", args)).structuredContent;
    const texts = ({ todos }: Json): string[] => todos.map(({ text }: Json) => text);

    assert.deepEqual(texts(await page({ show: "open" })), ["c", "d", "e"]);
    assert.deepEqual(texts(await page({ show: "completed" })), ["a", "b"]);
    const first = await page({ limit: 2 });
    assert.deepEqual(texts(first), ["c", "d"]);
    assert.deepEqual([first.open, first.completed], [3, 2]);
    const second = await page({ limit: 2, cursor: first.nextCursor });
    assert.deepEqual(texts(second), ["e", "a"]);
    const last = await page({ limit: 2, cursor: second.nextCursor });
    assert.deepEqual(texts(last), ["b"]);
    assert.equal(last.nextCursor, undefined);
    for (const args of [{ limit: 0 }, { limit: 201 }, { cursor: "made up" }, { show: "some" }]) {
      assert.equal((await callTool(origin, access_token, "listTodos", args)).isError, true, JSON.stringify(args));
    }
  });

  test("a createTodo that is sent again under its idempotency key adds nothing twice", async () => {
    const ben = await Person.logsIn(origin);
    const { access_token } = await connected(ben);
    const create = (todoText: string, idempotencyKey: string) =>
      callTool(origin, access_token, "createTodo", { todoText, idempotencyKey });
    const answers = await Promise.all(Array.from({ length: 5 }, () => create("once", "key-1")));
    assert.equal(new Set(answers.map(({ structuredContent }) => structuredContent.todo.id)).size, 1);
    // The page's interface knows the key as well.
    const headers = { cookie: `stytch_session_jwt=${ben.sessionJwt}`, origin, "idempotency-key": "key-1" };
    const answer = await send(`${origin}/api/todos`, { headers, json: { todoText: "once" } });
    assert.equal(answer.status, 200, answer.text);
    assert.equal((await create("something else", "key-1")).isError, true);
    assert.notEqual((await create("once", "key-2")).isError, true);
    assert.deepEqual(
      (await ben.todos()).map(({ text }) => text),
      ["once", "once"],
    );
  });

  test("an id of no todo is a tool error in words, with what to do next, whether it could be an id or not", async () => {
    const before = await ada.todos();
    for (const name of ["markTodoComplete", "deleteTodo", "reopenTodo", "updateTodo"]) {
      for (const todoID of [UNKNOWN_ID, "nope", "", UNKNOWN_ID.toLowerCase()]) {
        const result = await call(name, { todoID, ...(name === "updateTodo" ? { todoText: "x" } : {}) });
        assert.equal(result.isError, true);
        assert.equal(say(result), `There is no todo with the id “${todoID}” in this list. listTodos shows the todos there are, with their ids.`);
      }
    }
    assert.deepEqual(await ada.todos(), before);
    assert.match(say(await call("undoChange", { changeNumber: 1_000_000 })), /listHistory shows the changes there are/);
  });

  test("whole numbers are whole however they are written, and null is nothing", async () => {
    const page = async (written: string) => {
      const body = `{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"listTodos","arguments":${written}}}`;
      return (await post(origin, token, body, { "mcp-protocol-version": "2025-11-25" })).json.result;
    };
    for (let count = 0; count < 3; count += 1) await ada.adds(`numbered ${count}`);
    for (const two of ["2", "2.0", "2e0", "0.2E+1", "20e-1"]) {
      assert.equal((await page(`{"limit":${two}}`)).structuredContent?.todos.length, 2, two);
    }
    const all = (await page("{}")).structuredContent;
    for (const nothing of ['{"limit":null}', '{"show":null}', '{"contains":null}', '{"dueBy":null}', '{"cursor":null}', '{"cursor":""}']) {
      assert.deepEqual((await page(nothing)).structuredContent, all, nothing);
    }
    for (const wrong of ['{"limit":"two"}', '{"limit":2.5}', '{"limit":-1}', '{"limit":0}', '{"limit":201}', '{"limit":1e300}']) {
      assert.match(say(await page(wrong)), /`limit` must be a whole number from 1 to 200\./, wrong);
    }
    const history = await callTool(origin, token, "listHistory", { limit: null, before: null });
    assert.equal(history.isError, undefined, say(history));
    const number: number = history.structuredContent.changes[0].number;
    const undone = await post(origin, token, `{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"undoChange","arguments":{"changeNumber":${number}.0}}}`, { "mcp-protocol-version": "2025-11-25" });
    assert.equal(undone.json.result.structuredContent.change, "undone", undone.text);
  });

  test("properties stand as declared, required ones first; no default contradicts its type; a format is said in words", () => {
    const names = (name: string) => Object.keys(tools.get(name).inputSchema.properties);
    assert.deepEqual(names("createTodo"), ["todoText", "dueOn", "idempotencyKey"]);
    assert.deepEqual(names("updateTodo"), ["todoID", "todoText", "dueOn", "noDueDate"]);
    assert.deepEqual(names("listTodos"), ["show", "contains", "dueBy", "limit", "cursor"]);
    for (const { name, inputSchema } of tools.values()) {
      const properties = Object.entries<Json>(inputSchema.properties);
      const required = properties.filter(([property]) => inputSchema.required?.includes(property));
      assert.deepEqual(properties.slice(0, required.length), required, `${name}: what must be given comes first`);
      for (const [property, schema] of properties) {
        assert.notEqual(schema.default, null, `${name}.${property}`);
        if (schema.format === "date") assert.match(schema.description, /YYYY-MM-DD/, `${name}.${property}`);
      }
    }
  });

  test("a text that the rules refuse is a tool error that names the limit", async () => {
    const before = await ada.todos();
    const tooLong = await call("createTodo", { todoText: "x".repeat(1_001) });
    assert.equal(tooLong.isError, true);
    assert.match(say(tooLong), /1,?000/);
    assert.equal((await call("createTodo", { todoText: "  " })).isError, true);
    assert.equal((await call("createTodo", { todoText: "two\nlines" })).isError, true);
    assert.deepEqual(await ada.todos(), before);
  });

  test("arguments that do not fit the schema are a tool error a model can read, not a protocol error", async () => {
    for (const args of [{}, { todoText: 7 }, { todoText: null }, { text: "x" }]) {
      const result = await call("createTodo", args);
      assert.equal(result.isError, true, JSON.stringify(args));
      assert.match(say(result), /todoText/);
    }
  });

  test("arguments that are no object, and a tool that does not exist, are protocol errors", async () => {
    assertRpcError(await ask(origin, token, "tools/call", { name: "createTodo", arguments: [] }), 200, -32602);
    assertRpcError(await ask(origin, token, "tools/call", { name: "createtodo", arguments: {} }), 200, -32602);
  });

  for (const revision of HANDSHAKE) {
    test(`in ${revision} a tool says the same, with structured content where the revision has it`, async () => {
      const result = await callTool(origin, token, "listTodos", {}, revision);
      assert.equal(result.structuredContent !== undefined, revision >= "2025-06-18");
      assert.ok(say(result).length > 0);
    });
  }

  test("in the stateless revision the result is the same", async () => {
    const answer = await askStateless(origin, token, "tools/call", { name: "listTodos", arguments: {} });
    assert.deepEqual(answer.json.result.structuredContent.todos, await ada.todos());
  });
});
