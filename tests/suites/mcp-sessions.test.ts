// Sessions of the handshake revisions, and HTTP+SSE on top of them: what a session holds, and whose it is.

import assert from "node:assert/strict";
import { before, describe, test } from "node:test";

import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { SSEClientTransport } from "@modelcontextprotocol/sdk/client/sse.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import { ResourceUpdatedNotificationSchema } from "@modelcontextprotocol/sdk/types.js";

import { connected } from "../harness/agent.ts";
import { eventually } from "../harness/eventually.ts";
import { send } from "../harness/http.ts";
import { callTool, ENVELOPE, initialize, post, STATELESS } from "../harness/mcp.ts";
import { Person } from "../harness/person.ts";
import { embedded } from "../harness/shared.ts";

const PING = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "ping" });

describe("MCP, sessions", () => {
  let origin: string;
  let ada: Person;
  let token: string;
  before(async () => {
    origin = (await embedded()).origin;
    ada = await Person.logsIn(origin);
    token = (await connected(ada)).access_token;
  });

  const session = async (access = token) => {
    const id = (await initialize(origin, access, "2025-11-25")).headers.get("mcp-session-id");
    assert.ok(id, "initialize gives a session id");
    return id;
  };
  const end = (id: string, access = token) =>
    send(`${origin}/mcp`, { method: "DELETE", headers: { authorization: `Bearer ${access}`, "mcp-session-id": id } });

  test("a session id is visible ASCII, and another for each session", async () => {
    const ids = [await session(), await session()];
    for (const id of ids) assert.match(id, /^[\x21-\x7e]+$/);
    assert.notEqual(ids[0], ids[1]);
  });

  test("a session that was ended is 404 from then on", async () => {
    const id = await session();
    assert.equal((await post(origin, token, PING, { "mcp-session-id": id })).status, 200);
    assert.ok([200, 204].includes((await end(id)).status));
    assert.equal((await post(origin, token, PING, { "mcp-session-id": id })).status, 404);
    assert.equal((await end(id)).status, 404);
  });

  test("a session is its user's: to another it does not exist, and cannot be ended", async () => {
    const id = await session();
    const stranger = (await connected(await Person.logsIn(origin))).access_token;
    assert.equal((await post(origin, stranger, PING, { "mcp-session-id": id })).status, 404);
    assert.equal((await end(id, stranger)).status, 404);
    assert.equal((await post(origin, token, PING, { "mcp-session-id": id })).status, 200);
  });

  test("an id that was not given here is 404", async () => {
    const id = await session();
    for (const forged of ["1", id.slice(0, -2), `${id.slice(0, -4)}AAAA`]) {
      assert.equal((await post(origin, token, PING, { "mcp-session-id": forged })).status, 404, forged);
    }
  });

  const headers = () => ({ Authorization: `Bearer ${token}` });
  const transports: [string, () => Transport][] = [
    [
      "Streamable HTTP",
      () => new StreamableHTTPClientTransport(new URL(`${origin}/mcp`), { requestInit: { headers: headers() } }) as Transport,
    ],
    ["HTTP+SSE", () => new SSEClientTransport(new URL(`${origin}/sse`), { requestInit: { headers: headers() } })],
  ];
  for (const [name, transport] of transports) {
    test(`over ${name} the official client hears what the browser did to a todo it subscribed to`, async () => {
      const { todo } = (await callTool(origin, token, "createTodo", { todoText: `Heard over ${name}` })).structuredContent;
      const uri = `todoapp://todos/${todo.id}`;
      const client = new Client({ name: "suite", version: "1.0.0" });
      try {
        await client.connect(transport());
        const heard: string[] = [];
        client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => void heard.push(params.uri));
        await client.subscribeResource({ uri });
        await ada.rest("POST", `/api/todos/${todo.id}/complete`);
        await eventually("the notification", async () => heard[0]);
        assert.equal(heard[0], uri);
        const { contents } = await client.readResource({ uri });
        assert.match(String(contents[0] && "text" in contents[0] && contents[0].text), /"completed":true/);
      } finally {
        await client.close();
      }
    });
  }

  test("only what exists can be subscribed to", async () => {
    const id = await session();
    const { todo } = (await callTool(origin, token, "createTodo", { todoText: "Subscribed to" })).structuredContent;
    const subscribe = (uri: string) => {
      const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "resources/subscribe", params: { uri } });
      return post(origin, token, body, { "mcp-session-id": id });
    };
    for (const uri of ["todoapp://todos", "todoapp://history", `todoapp://todos/${todo.id}`]) {
      assert.deepEqual((await subscribe(uri)).json.result, {}, uri);
    }
    const madeUp = ["01JD0000000000000000000000", "nope", todo.id.toLowerCase(), `%30${todo.id.slice(1)}`, "x".repeat(900_000)];
    for (const end of madeUp) {
      const answer = await subscribe(`todoapp://todos/${end}`);
      assert.equal(answer.json.error?.code, -32002, `${end.slice(0, 40)}: ${answer.text.slice(0, 200)}`);
    }
    const uris = ["todoapp://todos", `todoapp://todos/${todo.id}`, ...madeUp.slice(0, 4).map((end) => `todoapp://todos/${end}`)];
    const leaving = new AbortController();
    const listening = await fetch(`${origin}/mcp`, {
      method: "POST",
      headers: { ...headers(), accept: "application/json, text/event-stream", "content-type": "application/json", "mcp-protocol-version": STATELESS, "mcp-method": "subscriptions/listen" },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "subscriptions/listen", params: { notifications: { resourceSubscriptions: uris }, _meta: ENVELOPE } }),
      signal: leaving.signal,
    });
    const first = await listening.body?.pipeThrough(new TextDecoderStream()).getReader().read();
    const acknowledged = JSON.parse(/data: (.*)/.exec(first?.value ?? "")?.[1] ?? "{}");
    assert.deepEqual(acknowledged.params?.notifications, { resourceSubscriptions: uris.slice(0, 2) });
    leaving.abort();
  });

  test("HTTP+SSE checks the same token: no token, no stream", async () => {
    for (const [method, path] of [
      ["GET", "/sse"],
      ["POST", "/sse/message?sessionId=1"],
    ] as const) {
      const answer = await send(`${origin}${path}`, { method, headers: { accept: "text/event-stream" } });
      assert.equal(answer.status, 401, path);
      assert.match(answer.headers.get("www-authenticate") ?? "", /resource_metadata="/);
    }
  });
});
