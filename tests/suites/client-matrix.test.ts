// The same work, done by clients that nobody here wrote, in every era and over every transport that each of them has. (What
// they do besides, their own OAuth above all, is in `official-clients` and `mcp-remote`.)

import assert from "node:assert/strict";
import { before, describe, test } from "node:test";

import { Client as ModernClient, SSEClientTransport as ModernSse, StreamableHTTPClientTransport as ModernHttp } from "@modelcontextprotocol/client";
import type { VersionNegotiationMode } from "@modelcontextprotocol/client";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { SSEClientTransport } from "@modelcontextprotocol/sdk/client/sse.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import { ResourceUpdatedNotificationSchema } from "@modelcontextprotocol/sdk/types.js";

import { connected } from "../harness/agent.ts";
import type { Json } from "../harness/http.ts";
import { inspector } from "../harness/inspector.ts";
import { Person } from "../harness/person.ts";
import { embedded } from "../harness/shared.ts";
import { buildRust, startPython, startRust, type SpokenClient } from "../harness/spoken-client.ts";
import { TOOLS } from "../harness/tools.ts";

/** A client at work, whoever made it. */
type Agent = {
  revision: string | undefined;
  tools(): Promise<string[]>;
  call(name: string, args: Json): Promise<Json>;
  read(uri: string): Promise<string>;
  /** Asks to be told of changes of a resource; `told` resolves with the first. Not every client can ask. */
  watch?(uri: string): Promise<{ told: Promise<void> }>;
  close(): Promise<void>;
};

const IDENTITY = { name: "a client", version: "1.0.0" };

/** `@modelcontextprotocol/sdk`, the first generation: handshake revisions alone. */
async function firstGeneration(transport: Transport): Promise<Agent> {
  const client = new Client(IDENTITY);
  await client.connect(transport);
  return {
    revision: (transport as { protocolVersion?: string }).protocolVersion,
    tools: async () => (await client.listTools()).tools.map(({ name }) => name),
    call: (name, args) => client.callTool({ name, arguments: args }),
    read: async (uri) => String(((await client.readResource({ uri })).contents[0] as Json).text),
    watch: async (uri) => {
      const told = new Promise<void>((resolve) => {
        client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => void (params.uri === uri && resolve()));
      });
      await client.subscribeResource({ uri });
      return { told };
    },
    close: () => client.close(),
  };
}

/** `@modelcontextprotocol/client`, the second: both eras. */
async function secondGeneration(mode: VersionNegotiationMode, transport: ModernHttp | ModernSse): Promise<Agent> {
  const client = new ModernClient(IDENTITY, { versionNegotiation: { mode } });
  await client.connect(transport);
  return {
    revision: client.getNegotiatedProtocolVersion(),
    tools: async () => (await client.listTools()).tools.map(({ name }) => name),
    call: (name, args) => client.callTool({ name, arguments: args }),
    read: async (uri) => String(((await client.readResource({ uri })).contents[0] as Json).text),
    watch: async (uri) => {
      const told = new Promise<void>((resolve) => {
        client.setNotificationHandler("notifications/resources/updated", ({ params }) => void (params.uri === uri && resolve()));
      });
      if (client.getProtocolEra() === "modern") await client.listen({ resourceSubscriptions: [uri] });
      else await client.subscribeResource({ uri });
      return { told };
    },
    close: () => client.close(),
  };
}

/** `mcp` from PyPI and `rmcp` from crates.io, programs of their own: both eras. */
async function spoken(client: SpokenClient): Promise<Agent> {
  return {
    revision: await client.ask("revision"),
    tools: () => client.ask("tools"),
    call: (name, args) => client.ask("call", name, args),
    read: (uri) => client.ask("read", uri),
    watch: async (uri) => {
      await client.ask("watch", uri);
      return { told: client.ask("hear") };
    },
    close: () => client.close(),
  };
}

/** The Inspector's command line, which connects anew for each call and finds no fault with any tool's schema. */
async function inspecting(url: URL, era: string, token: string): Promise<Agent> {
  const ask = (method: string, ...args: string[]) => inspector(String(url), era, token, method, ...args);
  return {
    revision: (await ask("initialize")).protocolVersion,
    tools: async () => (await ask("tools/list", "--strict")).tools.map(({ name }: Json) => name),
    call: (name, args) => ask("tools/call", "--tool-name", name, "--tool-args-json", JSON.stringify(args)),
    read: async (uri) => (await ask("resources/read", "--uri", uri)).contents[0].text,
    close: async () => {},
  };
}

describe("Clients that nobody here wrote", () => {
  let origin: string;
  before(async () => {
    origin = (await embedded()).origin;
    await buildRust();
  });

  const with_ = (token: string) => ({ requestInit: { headers: { authorization: `Bearer ${token}` } } });
  const at = (path: string) => new URL(`${origin}${path}`);

  /** Client, era and transport; the revision that they should settle on; how to start it. */
  const rows: [string, string, (token: string) => Promise<Agent>][] = [
    [
      "SDK 1, handshake, Streamable HTTP",
      "2025-11-25",
      (token) => firstGeneration(new StreamableHTTPClientTransport(at("/mcp"), with_(token)) as Transport),
    ],
    ["SDK 1, handshake, HTTP+SSE", "2025-11-25", (token) => firstGeneration(new SSEClientTransport(at("/sse"), with_(token)))],
    [
      "SDK 2, pinned to 2026-07-28, Streamable HTTP",
      "2026-07-28",
      (token) => secondGeneration({ pin: "2026-07-28" }, new ModernHttp(at("/mcp"), with_(token))),
    ],
    [
      "SDK 2, whichever era, Streamable HTTP",
      "2026-07-28",
      (token) => secondGeneration("auto", new ModernHttp(at("/mcp"), with_(token))),
    ],
    [
      "SDK 2, handshake, Streamable HTTP",
      "2025-11-25",
      (token) => secondGeneration("legacy", new ModernHttp(at("/mcp"), with_(token))),
    ],
    ["SDK 2, handshake, HTTP+SSE", "2025-11-25", (token) => secondGeneration("legacy", new ModernSse(at("/sse"), with_(token)))],
    ["Python, 2026-07-28, Streamable HTTP", "2026-07-28", (token) => spoken(startPython(at("/mcp"), "2026-07-28", "http", token))],
    ["Python, whichever era, Streamable HTTP", "2026-07-28", (token) => spoken(startPython(at("/mcp"), "auto", "http", token))],
    ["Python, handshake, Streamable HTTP", "2025-11-25", (token) => spoken(startPython(at("/mcp"), "legacy", "http", token))],
    ["Python, handshake, HTTP+SSE", "2025-11-25", (token) => spoken(startPython(at("/sse"), "legacy", "sse", token))],
    ["Rust, 2026-07-28, Streamable HTTP", "2026-07-28", (token) => spoken(startRust(at("/mcp"), "2026-07-28", token))],
    ["Rust, whichever era, Streamable HTTP", "2026-07-28", (token) => spoken(startRust(at("/mcp"), "auto", token))],
    ["Rust, handshake, Streamable HTTP", "2025-11-25", (token) => spoken(startRust(at("/mcp"), "legacy", token))],
    ["Inspector, 2026-07-28, Streamable HTTP", "2026-07-28", (token) => inspecting(at("/mcp"), "modern", token)],
    ["Inspector, whichever era, Streamable HTTP", "2026-07-28", (token) => inspecting(at("/mcp"), "auto", token)],
    ["Inspector, handshake, Streamable HTTP", "2025-11-25", (token) => inspecting(at("/mcp"), "legacy", token)],
    ["Inspector, handshake, HTTP+SSE", "2025-11-25", (token) => inspecting(at("/sse"), "legacy", token)],
  ];

  for (const [name, revision, start] of rows) {
    test(name, async () => {
      const ada = await Person.logsIn(origin);
      const agent = await start((await connected(ada)).access_token);
      try {
        if (agent.revision !== undefined) assert.equal(agent.revision, revision);
        assert.deepEqual((await agent.tools()).sort(), TOOLS);

        const made = await agent.call("createTodo", { todoText: "Buy milk", dueOn: "2027-01-31" });
        const { id } = made.structuredContent.todo;
        const { todos } = (await agent.call("listTodos", { show: "open" })).structuredContent;
        assert.deepEqual(todos, await ada.todos());

        const uri = `todoapp://todos/${id}`;
        const watching = await agent.watch?.(uri);
        await ada.rest("POST", `/api/todos/${id}/complete`);
        await watching?.told;
        assert.match(await agent.read(uri), /"completed":true/);

        const unknown = await agent.call("markTodoComplete", { todoID: "01ARZ3NDEKTSV4RRFFQ69G5FAV" });
        assert.equal(unknown.isError, true);
        await assert.rejects(agent.read("todoapp://todos/01ARZ3NDEKTSV4RRFFQ69G5FAV"), /not found/i);

        assert.notEqual((await agent.call("deleteTodo", { todoID: id })).isError, true);
        assert.deepEqual(await ada.todos(), []);
      } finally {
        await agent.close();
      }
    });
  }
});
