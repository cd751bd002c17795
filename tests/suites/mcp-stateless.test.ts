// MCP revision 2026-07-28: no handshake, no session; every request says everything, and its headers repeat its body.

import assert from "node:assert/strict";
import { before, describe, test } from "node:test";

import { connected } from "../harness/agent.ts";
import { assertRpcError } from "../harness/assertions.ts";
import { SERVER_NAME } from "../harness/domain.ts";
import type { Answer, Json } from "../harness/http.ts";
import { askStateless, ENVELOPE, post, STATELESS } from "../harness/mcp.ts";
import { Person } from "../harness/person.ts";
import { embedded } from "../harness/shared.ts";

const VERSION = "io.modelcontextprotocol/protocolVersion";
const CAPABILITIES = "io.modelcontextprotocol/clientCapabilities";

describe("MCP, stateless revision", () => {
  let origin: string;
  let token: string;
  let ada: Person;
  before(async () => {
    origin = (await embedded()).origin;
    ada = await Person.logsIn(origin);
    token = (await connected(ada)).access_token;
  });
  const request = (method: string, params?: Json, headers?: Record<string, string | undefined>): Promise<Answer> =>
    askStateless(origin, token, method, params, headers);

  test("server/discover says what is spoken here and what can be done", async () => {
    const answer = await request("server/discover");
    assert.equal(answer.status, 200, answer.text);
    const { result } = answer.json;
    assert.deepEqual(result.supportedVersions, [STATELESS]);
    assert.ok(result.capabilities.tools);
    assert.ok(result.capabilities.resources);
    assertCacheable(result);
  });

  test("every result is complete, names the server, and listings say how long they keep", async () => {
    for (const method of ["server/discover", "tools/list", "resources/list", "resources/templates/list"]) {
      const answer = await request(method);
      assert.equal(answer.status, 200, answer.text);
      assertComplete(answer.json.result);
      assertCacheable(answer.json.result);
      assert.equal(answer.headers.get("mcp-session-id"), null);
    }
  });

  test("what belongs to one person is not to be kept for others", async () => {
    assert.equal((await request("resources/list")).json.result.cacheScope, "private");
  });

  test("a tool is called and a resource read", async () => {
    const called = await request("tools/call", { name: "createTodo", arguments: { todoText: "from the stateless era" } });
    assert.equal(called.status, 200, called.text);
    assertComplete(called.json.result);
    assert.notEqual(called.json.result.isError, true);
    const todo = (await ada.todos()).find(({ text }) => text === "from the stateless era");
    assert.ok(todo);
    const uri = `todoapp://todos/${todo.id}`;
    const read = await request("resources/read", { uri });
    assert.match(read.json.result.contents[0].text, /from the stateless era/);
    assert.equal(read.json.result.cacheScope, "private");
    assertCacheable(read.json.result);
  });

  test("reading a resource that does not exist is -32602 with its URI", async () => {
    const uri = "todoapp://todos/01JD0000000000000000000000";
    const answer = await request("resources/read", { uri });
    assert.deepEqual(assertRpcError(answer, answer.status, -32602).data, { uri });
  });

  test("the envelope is required: without capabilities or with one of another type 400 and -32602", async () => {
    for (const _meta of [
      { [VERSION]: STATELESS },
      { [VERSION]: STATELESS, [CAPABILITIES]: [] },
      { [VERSION]: STATELESS, [CAPABILITIES]: "x" },
      { [VERSION]: 7, [CAPABILITIES]: {} },
      {},
    ]) {
      assertRpcError(await request("tools/list", { _meta }), 400, -32602);
    }
    const bare = JSON.stringify({ jsonrpc: "2.0", id: 7, method: "tools/list", params: {} });
    assertRpcError(
      await post(origin, token, bare, { "mcp-protocol-version": STATELESS, "mcp-method": "tools/list" }),
      400,
      -32602,
    );
  });

  test("the client need not say its name", async () => {
    const _meta = { [VERSION]: STATELESS, [CAPABILITIES]: {} };
    assert.equal((await request("tools/list", { _meta })).status, 200);
  });

  for (const requested of ["1900-01-01", "2025-11-25", "2027-01-01"]) {
    test(`revision ${requested} in the envelope is 400 and -32022, with what is supported`, async () => {
      const _meta = { ...ENVELOPE, [VERSION]: requested };
      const answer = await request("tools/list", { _meta }, { "mcp-protocol-version": requested });
      const { data } = assertRpcError(answer, 400, -32022);
      assert.equal(data.requested, requested);
      assert.ok(data.supported.includes(STATELESS));
      assert.equal(answer.json.id, 7);
    });
  }

  const call = { name: "listTodos", arguments: {} };
  for (const [name, headers] of Object.entries<Record<string, string | undefined>>({
    "MCP-Protocol-Version is missing": { "mcp-protocol-version": undefined },
    "MCP-Protocol-Version differs": { "mcp-protocol-version": "2025-11-25" },
    "Mcp-Method is missing": { "mcp-method": undefined },
    "Mcp-Method differs": { "mcp-method": "tools/list" },
    "Mcp-Method differs in case": { "mcp-method": "Tools/Call" },
    "Mcp-Name is missing": { "mcp-name": undefined },
    "Mcp-Name differs": { "mcp-name": "deleteTodo" },
    "Mcp-Name differs in case": { "mcp-name": "listtodos" },
    "Mcp-Name is bad Base64": { "mcp-name": "=?base64?%%%?=" },
    "Mcp-Name is Base64 of something else": { "mcp-name": `=?base64?${Buffer.from("deleteTodo").toString("base64")}?=` },
  })) {
    test(`400 and -32020 when ${name}`, async () => {
      const answer = await request("tools/call", call, headers);
      assertRpcError(answer, 400, -32020);
      assert.equal(answer.json.id, 7);
    });
  }

  test("Mcp-Name may be Base64, and white space around a value does not count", async () => {
    const encoded = `=?base64?${Buffer.from("listTodos").toString("base64")}?=`;
    assert.equal((await request("tools/call", call, { "mcp-name": encoded })).status, 200);
    assert.equal((await request("tools/call", call, { "mcp-name": "  listTodos\t" })).status, 200);
  });

  for (const method of ["nothing", "initialize", "ping", "logging/setLevel", "resources/subscribe"]) {
    test(`${method} is 404 and -32601`, async () => {
      const answer = await request(method);
      assertRpcError(answer, 404, -32601);
      assert.equal(answer.json.id, 7);
    });
  }

  test("a notification is 202 and empty; a response or a batch is 400", async () => {
    const headers = { "mcp-protocol-version": STATELESS };
    const cancelled = { jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: 1, _meta: ENVELOPE } };
    const accepted = await post(origin, token, JSON.stringify(cancelled), { ...headers, "mcp-method": cancelled.method });
    assert.equal(accepted.status, 202);
    assert.equal(accepted.text, "");
    assert.equal((await post(origin, token, JSON.stringify({ jsonrpc: "2.0", id: 1, result: {} }), headers)).status, 400);
    assert.equal((await post(origin, token, JSON.stringify([cancelled]), headers)).status, 400);
  });
});

function assertComplete(result: Json): void {
  assert.equal(result.resultType, "complete");
  assert.equal(result._meta["io.modelcontextprotocol/serverInfo"].name, SERVER_NAME);
}

function assertCacheable(result: Json): void {
  assert.ok(Number.isInteger(result.ttlMs) && result.ttlMs >= 0, `ttlMs ${result.ttlMs}`);
  assert.ok(["public", "private"].includes(result.cacheScope), `cacheScope ${result.cacheScope}`);
}
