// MCP revisions 2025-03-26, 2025-06-18 and 2025-11-25: those that begin with `initialize`.

import assert from "node:assert/strict";
import { before, describe, test } from "node:test";

import { connected } from "../harness/agent.ts";
import { assertRpcError } from "../harness/assertions.ts";
import { SERVER_NAME } from "../harness/domain.ts";
import { send, type Json } from "../harness/http.ts";
import { ask, HANDSHAKE, initialize, post } from "../harness/mcp.ts";
import { Person } from "../harness/person.ts";
import { embedded } from "../harness/shared.ts";
import { TOOLS } from "../harness/tools.ts";

describe("MCP, handshake revisions", () => {
  let origin: string;
  let token: string;
  let ada: Person;
  before(async () => {
    origin = (await embedded()).origin;
    ada = await Person.logsIn(origin);
    token = (await connected(ada)).access_token;
  });

  for (const revision of HANDSHAKE) {
    test(`initialize ${revision} is answered in ${revision}`, async () => {
      const answer = await initialize(origin, token, revision);
      assert.equal(answer.status, 200, answer.text);
      assert.equal(answer.mediaType, "application/json");
      const { jsonrpc, id, result } = answer.json;
      assert.deepEqual({ jsonrpc, id }, { jsonrpc: "2.0", id: 1 });
      assert.equal(result.protocolVersion, revision);
      assert.equal(result.serverInfo.name, SERVER_NAME);
      assert.match(result.serverInfo.version, /^\d+\.\d+\.\d+/);
      assert.ok(result.capabilities.tools);
      assert.ok(result.capabilities.resources);
    });

    test(`${revision}: after initialize come the notification (202), ping and tools/list`, async () => {
      const notification = JSON.stringify({ jsonrpc: "2.0", method: "notifications/initialized" });
      const accepted = await post(origin, token, notification, { "mcp-protocol-version": revision });
      assert.equal(accepted.status, 202);
      assert.equal(accepted.text, "");
      assert.deepEqual((await ask(origin, token, "ping", {}, revision)).json, { jsonrpc: "2.0", id: 7, result: {} });
      const { tools } = (await ask(origin, token, "tools/list", {}, revision)).json.result;
      assert.deepEqual(names(tools), TOOLS);
      // Each revision has its own idea of a tool; what it does not know is not sent.
      const hasOutputSchema = revision >= "2025-06-18";
      for (const tool of tools) {
        assert.equal("outputSchema" in tool, hasOutputSchema, tool.name);
        assert.equal("title" in tool, hasOutputSchema, tool.name);
      }
    });
  }

  for (const revision of ["2024-10-07", "1999-01-01", "2026-07-28", "banana"]) {
    test(`initialize ${revision} is answered with the newest revision that has a handshake`, async () => {
      const answer = await initialize(origin, token, revision);
      assert.equal(answer.status, 200, answer.text);
      assert.equal(answer.json.result.protocolVersion, "2025-11-25");
    });
  }

  test("a request without MCP-Protocol-Version is taken for 2025-03-26", async () => {
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list" });
    const answer = await post(origin, token, body);
    assert.equal(answer.status, 200);
    assert.ok(!("outputSchema" in answer.json.result.tools[0]));
  });

  test("an unknown MCP-Protocol-Version is 400", async () => {
    assertRpcError(await ask(origin, token, "ping", {}, "1999-01-01"), 400, -32000);
  });

  test("resources: a list of the todos, a template, and each can be read", async () => {
    const ben = await Person.logsIn(origin);
    const { access_token } = await connected(ben);
    const todo = await ben.adds("water the plants");
    const uri = `todoapp://todos/${todo.id}`;

    const { resources } = (await ask(origin, access_token, "resources/list")).json.result;
    assert.deepEqual(
      resources.map(({ uri, name }: Json) => [uri, name]),
      [
        ["todoapp://todos", "List"],
        ["todoapp://history", "History"],
        ["ui://todo-service/board", "Board"],
        [uri, "water the plants"],
      ],
    );

    const { resourceTemplates } = (await ask(origin, access_token, "resources/templates/list")).json.result;
    assert.deepEqual(
      resourceTemplates.map(({ uriTemplate }: Json) => uriTemplate),
      ["todoapp://todos/{id}"],
    );

    const { contents } = (await ask(origin, access_token, "resources/read", { uri })).json.result;
    assert.equal(contents.length, 1);
    assert.equal(contents[0].uri, uri);
    assert.match(contents[0].text, /water the plants/);
  });

  test("a long list of resources comes in pages", async () => {
    const ben = await Person.logsIn(origin);
    const { access_token } = await connected(ben);
    await Promise.all(Array.from({ length: 101 }, (_, index) => ben.adds(`todo ${index}`)));
    const first = (await ask(origin, access_token, "resources/list")).json.result;
    assert.ok(first.nextCursor);
    const second = (await ask(origin, access_token, "resources/list", { cursor: first.nextCursor })).json.result;
    assert.equal(second.nextCursor, undefined);
    const uris = [...first.resources, ...second.resources].map(({ uri }: Json) => uri);
    assert.deepEqual(
      uris,
      ["todoapp://todos", "todoapp://history", "ui://todo-service/board", ...(await ben.todos()).map(({ id }) => `todoapp://todos/${id}`)],
    );
    assertRpcError(await ask(origin, access_token, "resources/list", { cursor: "made-up" }), 200, -32602);
  });

  test("reading a resource that does not exist is a protocol error, -32002 with its URI", async () => {
    for (const uri of ["todoapp://todos/01JD0000000000000000000000", "todoapp://todos/x", "todoapp://todos/", "other://x"]) {
      const error = assertRpcError(await ask(origin, token, "resources/read", { uri }), 200, -32002);
      assert.deepEqual(error.data, { uri });
    }
  });

  test("an unknown method, and one of the other era, is -32601", async () => {
    for (const method of ["nothing", "server/discover", "tools/", "Tools/list"]) {
      assertRpcError(await ask(origin, token, method), 200, -32601);
    }
  });

  test("parameters that are not those of the method are -32602", async () => {
    assertRpcError(await ask(origin, token, "tools/call", { name: "noSuchTool", arguments: {} }), 200, -32602);
    assertRpcError(await ask(origin, token, "tools/call", { arguments: {} }), 200, -32602);
    assertRpcError(await ask(origin, token, "resources/read", {}), 200, -32602);
    assertRpcError(await ask(origin, token, "tools/list", { cursor: "made-up" }), 200, -32602);
  });

  test("GET and DELETE are about a session, which they have to name; other methods are 405 and Allow says which are not", async () => {
    const headers = { authorization: `Bearer ${token}`, accept: "text/event-stream" };
    for (const method of ["GET", "DELETE"]) assert.equal((await send(`${origin}/mcp`, { method, headers })).status, 400, method);
    const answer = await send(`${origin}/mcp`, { method: "PUT", headers });
    assert.equal(answer.status, 405);
    assert.match(answer.headers.get("allow") ?? "", /\bPOST\b/);
  });

  test("an Accept that cannot take JSON is 406, another content type 415", async () => {
    const ping = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "ping" });
    assertRpcError(await post(origin, token, ping, { accept: "text/html" }), 406, -32000);
    assertRpcError(await post(origin, token, ping, { "content-type": "text/plain" }), 415, -32000);
    assertRpcError(await post(origin, token, ping, { "content-type": undefined }), 415, -32000);
    assert.equal((await post(origin, token, ping, { accept: "*/*" })).status, 200);
    assert.equal((await post(origin, token, ping, { "content-type": "application/json; charset=utf-8" })).status, 200);
  });

  test("what is not JSON is 400 and -32700; what is not a message is 400 and -32600", async () => {
    for (const body of ["", "{", "{]", '{"jsonrpc":"2.0","id":1,"method":"ping"} x']) {
      assertRpcError(await post(origin, token, body), 400, -32700);
    }
    for (const body of [
      "1",
      "null",
      "{}",
      '{"jsonrpc":"1.0","id":1,"method":"ping"}',
      '{"jsonrpc":"2.0","id":{},"method":"ping"}',
      "[]",
    ]) {
      assertRpcError(await post(origin, token, body), 400, -32600);
    }
  });

  test("a body of more than a megabyte is 413", async () => {
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "ping", params: { padding: "x".repeat(1_100_000) } });
    const answer = await post(origin, token, body);
    assert.equal(answer.status, 413, answer.text);
  });

  test("a batch is answered in 2025-03-26 and refused since", async () => {
    const batch = JSON.stringify([
      { jsonrpc: "2.0", id: "a", method: "ping" },
      { jsonrpc: "2.0", method: "notifications/initialized" },
      { jsonrpc: "2.0", id: "b", method: "nothing" },
    ]);
    const answered = await post(origin, token, batch, { "mcp-protocol-version": "2025-03-26" });
    assert.equal(answered.status, 200);
    assert.deepEqual(
      answered.json.map(({ id, result, error }: Json) => [id, result ?? error.code]),
      [
        ["a", {}],
        ["b", -32601],
      ],
    );
    assertRpcError(await post(origin, token, batch, { "mcp-protocol-version": "2025-11-25" }), 400, -32600);
  });

  test("ids come back as they were sent", async () => {
    for (const id of [0, -1, 9_007_199_254_740_991, "", "ü🦀"]) {
      const answer = await post(origin, token, JSON.stringify({ jsonrpc: "2.0", id, method: "ping" }));
      assert.equal(answer.json.id, id);
    }
  });
});

function names(tools: Json[]): string[] {
  return tools.map(({ name }) => name).sort();
}
