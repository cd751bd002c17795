// What newcomers copy (examples/), driven by the official clients of both generations.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { Client as ModernClient, StreamableHTTPClientTransport as ModernTransport } from "@modelcontextprotocol/client";
import type { VersionNegotiationMode } from "@modelcontextprotocol/client";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import { ElicitRequestSchema } from "@modelcontextprotocol/sdk/types.js";

import { type Example, minimal, native } from "../harness/examples.ts";
import { initialize, STATELESS } from "../harness/mcp.ts";
import type { Json } from "../harness/http.ts";

const IDENTITY = { name: "a client", version: "1.0.0" };
const SILENCE_MS = 200;

/** A client at work that answers every question with a name. */
type Agent = {
  revision: string | undefined;
  session: string | undefined;
  tools(): Promise<string[]>;
  call(name: string, args: Json, told?: (progress: number) => void): Promise<Json>;
  close(): Promise<void>;
};

const answer = { action: "accept" as const, content: { name: "Ada" } };

async function firstGeneration(url: URL): Promise<Agent> {
  const transport = new StreamableHTTPClientTransport(url);
  const client = new Client(IDENTITY, { capabilities: { elicitation: {} } });
  client.setRequestHandler(ElicitRequestSchema, () => answer);
  await client.connect(transport as Transport);
  return {
    revision: transport.protocolVersion,
    session: transport.sessionId,
    tools: async () => (await client.listTools()).tools.map(({ name }) => name),
    call: (name, args, told) => client.callTool({ name, arguments: args }, undefined, told && { onprogress: ({ progress }) => told(progress) }),
    close: async () => {
      if (transport.sessionId) await transport.terminateSession();
      await client.close();
    },
  };
}

async function secondGeneration(url: URL, mode: VersionNegotiationMode): Promise<Agent> {
  const transport = new ModernTransport(url);
  const client = new ModernClient(IDENTITY, { capabilities: { elicitation: {} }, versionNegotiation: { mode } });
  client.setRequestHandler("elicitation/create", () => answer);
  await client.connect(transport);
  return {
    revision: client.getNegotiatedProtocolVersion(),
    session: transport.sessionId,
    tools: async () => (await client.listTools()).tools.map(({ name }) => name),
    call: (name, args, told) => client.callTool({ name, arguments: args }, told && { onprogress: ({ progress }) => told(progress) }),
    close: () => client.close(),
  };
}

const AGENTS: [string, string, (url: URL) => Promise<Agent>][] = [
  ["SDK 1", "2025-11-25", firstGeneration],
  ["SDK 2, handshake", "2025-11-25", (url) => secondGeneration(url, "legacy")],
  ["SDK 2, stateless", STATELESS, (url) => secondGeneration(url, { pin: STATELESS })],
];

describe("examples/native", () => {
  let example: Example;
  before(async () => {
    example = await native(SILENCE_MS);
  });
  after(() => example.stop());

  for (const [name, revision, connect] of AGENTS) {
    test(`${name}: lists, counts on a stream, asks its user`, async () => {
      const agent = await connect(example.url);
      try {
        assert.equal(agent.revision, revision);
        assert.equal(agent.session === undefined, revision === STATELESS);
        assert.deepEqual(await agent.tools(), ["count", "greet"]);
        const told: number[] = [];
        const counted = await agent.call("count", { to: 4 }, (progress) => told.push(progress));
        assert.deepEqual(counted.structuredContent, { sum: 10 });
        // The last step may come together with the result, and the client then drops it.
        assert.deepEqual(told.slice(0, 3), [1, 2, 3]);
        assert.equal((await agent.call("greet", {})).content[0].text, "Hello, Ada!");
      } finally {
        await agent.close();
      }
    });
  }

  /** An open session's id. */
  async function session(): Promise<string> {
    const opened = await initialize(example.url.origin, "", "2025-11-25");
    return opened.headers.get("mcp-session-id") ?? assert.fail(opened.text);
  }

  /** Reads a stream until what came of it fits, and goes away. */
  async function readUntil(init: RequestInit, pattern: RegExp): Promise<string> {
    const leaving = new AbortController();
    const response = await fetch(example.url, { ...init, signal: leaving.signal });
    assert.equal(response.status, 200);
    let text = "";
    for await (const chunk of (response.body ?? assert.fail()).pipeThrough(new TextDecoderStream())) {
      text += chunk;
      if (pattern.test(text)) break;
    }
    leaving.abort();
    assert.match(text, pattern);
    return text;
  }

  test("keeps a silent stream alive", async () => {
    const headers = { accept: "text/event-stream", "mcp-session-id": await session() };
    await readUntil({ headers }, /: keep-alive\n\n: keep-alive\n\n/);
  });

  test("goes on with a call whose client has gone, and lets it come back for the rest", async () => {
    const headers = { accept: "application/json, text/event-stream", "content-type": "application/json", "mcp-session-id": await session() };
    const params = { name: "count", arguments: { to: 10 }, _meta: { progressToken: 1 } };
    const body = JSON.stringify({ jsonrpc: "2.0", id: 7, method: "tools/call", params });
    const begun = await readUntil({ method: "POST", headers, body }, /"progress":1(\.0)?[,}]/);
    const place = [...begun.matchAll(/^id: (\S+)$/gm)].at(-1)?.[1] ?? assert.fail(begun);
    const back = { accept: "text/event-stream", "mcp-session-id": headers["mcp-session-id"], "last-event-id": place };
    const rest = await readUntil({ headers: back }, /"structuredContent":\{"sum":55\}/);
    assert.match(rest, /"progress":10(\.0)?[,}]/);
    assert.doesNotMatch(rest, /"progress":1(\.0)?[,}]/);
  });

  test("refuses what is not its own", async () => {
    const status = async (path: string, init: RequestInit): Promise<number> => (await fetch(new URL(path, example.url), init)).status;
    const json = { "content-type": "application/json", accept: "application/json, text/event-stream" };
    assert.equal(await status("/", {}), 404);
    assert.equal(await status("/mcp", { method: "POST", headers: json, body: " ".repeat(1024 * 1024 + 1) }), 413);
    assert.equal(await status("/mcp", { method: "POST", headers: { ...json, origin: "https://evil.example" }, body: "{}" }), 403);
    assert.equal(await status("/mcp", { headers: { accept: "text/event-stream", "mcp-session-id": "nope" } }), 404);
  });
});

describe("examples/minimal, as a debug build", () => {
  let example: Example;
  before(async () => {
    example = await minimal();
  });
  after(() => example.stop());

  for (const [name, revision, connect] of AGENTS) {
    test(`${name}: lists, counts down on a stream, is told what is wrong`, async () => {
      const agent = await connect(example.url);
      try {
        assert.equal(agent.revision, revision);
        assert.deepEqual(await agent.tools(), ["count_down"]);
        const told: number[] = [];
        const launched = await agent.call("count_down", { from: 4 }, (progress) => told.push(progress));
        assert.deepEqual(launched.structuredContent, { took: 400 });
        assert.deepEqual(told.slice(0, 3), [1, 2, 3]);
        const refused = await agent.call("count_down", { from: 11 });
        assert.deepEqual([refused.isError, refused.content[0].text], [true, "Count down from 1 to 10."]);
      } finally {
        await agent.close();
      }
    });
  }

  test("nothing in it has panicked", () => {
    assert.deepEqual(example.log().match(/.*(panicked|RuntimeError|unreachable).*/g) ?? [], []);
  });
});
