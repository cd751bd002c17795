// Every way into the MCP endpoints, held to every check, over real HTTP: what one way is refused for, each is, and nothing is
// done. (The engine's own table, with what HTTP cannot show, is crates/mcp/tests/ways_in.rs.)

import assert from "node:assert/strict";
import { once } from "node:events";
import { request, type IncomingMessage } from "node:http";
import { text as readText } from "node:stream/consumers";
import { before, describe, test } from "node:test";

import { authorized, codeGrant, connected, redeem } from "../harness/agent.ts";
import { READ } from "../harness/domain.ts";
import type { Json } from "../harness/http.ts";
import { callTool, ENVELOPE, initialize, post, STATELESS } from "../harness/mcp.ts";
import { Person } from "../harness/person.ts";
import { embedded } from "../harness/shared.ts";

type Headers = Record<string, string | undefined>;
type Sent = { method: string; path: string; headers: Headers; body: string | Uint8Array };

/** One way in: how a request of a session looks, and the status of its answer when all is right. */
type Way = {
  name: string;
  /** The revision of the session that it belongs to; none: it belongs to none. */
  revision?: string;
  status: number;
  sent: (session: string) => Sent;
};

const MEGABYTE = 1024 * 1024;
const CREATE = { name: "createTodo", arguments: { todoText: "came in" } };
const call = { jsonrpc: "2.0", id: 7, method: "tools/call", params: CREATE };
const cancellation = { jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: 7 } };
const answer = { jsonrpc: "2.0", id: "0".repeat(32), result: {} };

function posted(name: string, revision: string, body: Json, status: number): Way {
  const sent = (session: string) => ({ method: "POST", path: "/mcp", headers: { "mcp-session-id": session }, body: JSON.stringify(body) });
  return { name, revision, status, sent };
}

function bodiless(name: string, method: string, status: number, headers: Headers = {}): Way {
  const sent = (session: string) => ({ method, path: "/mcp", headers: { ...headers, "mcp-session-id": session }, body: "" });
  return { name, revision: "2025-11-25", status, sent };
}

function sse(name: string, body: Json): Way {
  const sent = (session: string) => ({ method: "POST", path: `/sse/message?sessionId=${session}`, headers: {}, body: JSON.stringify(body) });
  return { name, revision: "2024-11-05", status: 202, sent };
}

function stateless(name: string, method: string, params: Json, headers: Headers = {}): Way {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 7, method, params: { ...params, _meta: ENVELOPE } });
  const all = { "mcp-protocol-version": STATELESS, "mcp-method": method, ...headers };
  return { name, status: 200, sent: () => ({ method: "POST", path: "/mcp", headers: all, body }) };
}

const WAYS: Way[] = [
  posted("a request, 2024-11-05", "2024-11-05", call, 200),
  posted("a request, 2025-03-26", "2025-03-26", call, 200),
  posted("a request, 2025-06-18", "2025-06-18", call, 200),
  posted("a request, 2025-11-25", "2025-11-25", call, 200),
  posted("a notification", "2025-11-25", cancellation, 202),
  posted("a response", "2025-11-25", answer, 202),
  posted("a batch", "2025-03-26", [call, cancellation], 200),
  posted("a batch of notifications", "2025-03-26", [cancellation], 202),
  posted("a batch of responses", "2025-03-26", [answer], 202),
  bodiless("GET", "GET", 200),
  bodiless("GET, where a stream was left", "GET", 200, { "last-event-id": "0.0" }),
  bodiless("DELETE", "DELETE", 204),
  { name: "HTTP+SSE, the stream", status: 200, sent: () => ({ method: "GET", path: "/sse", headers: {}, body: "" }) },
  sse("HTTP+SSE, a request", call),
  sse("HTTP+SSE, a notification", cancellation),
  sse("HTTP+SSE, a response", answer),
  stateless("a stateless request", "tools/call", CREATE, { "mcp-name": "createTodo" }),
  stateless("subscriptions/listen", "subscriptions/listen", { notifications: {} }),
];

type Tokens = { token: string; stranger: string; readOnly: string };
type Check = {
  /** What is wrong. */
  name: string;
  status: number;
  /** Which ways have that check; all, if left out. */
  has?: (way: Way) => boolean;
  /** Makes it so. */
  spoilt: (sent: Sent, session: string, tokens: Tokens) => Sent | Promise<Sent>;
};

const inSession = (way: Way) => way.revision !== undefined;
const hasBody = (way: Way) => way.sent("").method === "POST";
const isBatch = (way: Way) => String(way.sent("").body).startsWith("[");
const isSse = (way: Way) => way.sent("").path.startsWith("/sse");
const withHeaders = (sent: Sent, headers: Headers): Sent => ({ ...sent, headers: { ...sent.headers, ...headers } });
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
/** The same in another session, wherever the request names it. */
const inAnother = (sent: Sent, session: string): Sent => ({
  ...withHeaders(sent, sent.headers["mcp-session-id"] === undefined ? {} : { "mcp-session-id": session }),
  path: sent.path.replace(/sessionId=.*/, `sessionId=${session}`),
});

let origin: string;
const end = (session: string, token: string) => raw({ method: "DELETE", path: "/mcp", headers: { ...bearer(token), "mcp-session-id": session }, body: "" });

const CHECKS: Check[] = [
  { name: "no token", status: 401, spoilt: (sent) => withHeaders(sent, { authorization: undefined }) },
  { name: "a wrong token", status: 401, spoilt: (sent) => withHeaders(sent, bearer("x.y.z")) },
  {
    name: "an altered token",
    status: 401,
    spoilt: (sent, _, { token }) => withHeaders(sent, bearer(`${token.slice(0, -4)}AAAA`)),
  },
  { name: "a token in the query", status: 401, spoilt: (sent, _, { token }) => ({ ...withHeaders(sent, { authorization: undefined }), path: `${sent.path}${sent.path.includes("?") ? "&" : "?"}access_token=${token}` }) },
  { name: "another host", status: 421, spoilt: (sent) => withHeaders(sent, { host: "evil.example" }) },
  { name: "a page from elsewhere", status: 403, spoilt: (sent) => withHeaders(sent, { origin: "https://evil.example" }) },
  { name: "a page without an origin", status: 403, spoilt: (sent) => withHeaders(sent, { origin: "null" }) },
  { name: "a method that there is not", status: 405, spoilt: (sent) => ({ ...sent, method: "PATCH" }) },
  { name: "another person’s token", status: 404, has: inSession, spoilt: (sent, _, { stranger }) => withHeaders(sent, bearer(stranger)) },
  { name: "a token of another app of the same person", status: 404, has: inSession, spoilt: (sent, _, { readOnly }) => withHeaders(sent, bearer(readOnly)) },
  {
    name: "an ended session",
    status: 404,
    has: inSession,
    spoilt: async (sent, session, { token }) => {
      assert.equal((await end(session, token)).status, 204);
      return sent;
    },
  },
  { name: "an unknown session", status: 404, has: inSession, spoilt: (sent) => inAnother(sent, "nope") },
  { name: "an altered session", status: 404, has: inSession, spoilt: (sent, session) => inAnother(sent, `${session.slice(0, -4)}AAAA`) },
  {
    name: "no session where there must be one",
    status: 400,
    has: (way) => inSession(way) && (!hasBody(way) || isSse(way)),
    spoilt: (sent) => ({ ...withHeaders(sent, { "mcp-session-id": undefined }), path: sent.path.split("?")[0] ?? "" }),
  },
  { name: "a revision that there is not", status: 400, spoilt: (sent) => withHeaders(sent, { "mcp-protocol-version": "1999-01-01" }) },
  { name: "a body that is too large", status: 413, has: hasBody, spoilt: (sent) => ({ ...sent, body: new Uint8Array(MEGABYTE + 1).fill(0x20) }) },
  { name: "no Content-Type", status: 415, has: hasBody, spoilt: (sent) => withHeaders(sent, { "content-type": undefined }) },
  { name: "another Content-Type", status: 415, has: hasBody, spoilt: (sent) => withHeaders(sent, { "content-type": "text/plain" }) },
  {
    name: "an Accept that takes no answer",
    status: 406,
    // What is posted to HTTP+SSE is answered elsewhere, and DELETE with nothing.
    has: (way) => way.name !== "DELETE" && !(isSse(way) && hasBody(way)),
    spoilt: (sent) => withHeaders(sent, { accept: "text/html" }),
  },
  { name: "half a body", status: 400, has: hasBody, spoilt: (sent) => ({ ...sent, body: String(sent.body).slice(0, 20) }) },
  {
    name: "a message that is two things",
    status: 400,
    has: (way) => hasBody(way) && !isBatch(way),
    spoilt: (sent) => ({ ...sent, body: '{"jsonrpc":"2.0","id":7,"method":"ping","result":{}}' }),
  },
  {
    name: "a batch in a session of another revision",
    status: 400,
    has: isBatch,
    spoilt: async (sent, _, { token }) => inAnother(sent, await opened("2025-11-25", token)),
  },
];

type Received = { status: number; headers: IncomingMessage["headers"]; text: string };

/** Sends it as it is. Of an event stream only the head is waited for. */
async function raw({ method, path, headers, body }: Sent): Promise<Received> {
  const present = Object.entries(headers).filter((pair): pair is [string, string] => pair[1] !== undefined);
  const outgoing = request(`${origin}${path}`, { method, headers: Object.fromEntries(present) });
  outgoing.on("error", () => undefined);
  outgoing.end(body);
  const [incoming] = (await once(outgoing, "response")) as [IncomingMessage];
  const isStream = incoming.headers["content-type"] === "text/event-stream";
  const text = isStream ? "" : await readText(incoming);
  if (isStream) outgoing.destroy();
  return { status: incoming.statusCode ?? 0, headers: incoming.headers, text };
}

async function opened(revision: string, token: string): Promise<string> {
  const session = (await initialize(origin, token, revision)).headers.get("mcp-session-id");
  assert.ok(session);
  return session;
}

describe("MCP, ways in", () => {
  let ada: Person;
  let tokens: Tokens;
  before(async () => {
    origin = (await embedded()).origin;
    ada = await Person.logsIn(origin);
    const token = (await connected(ada)).access_token;
    const stranger = (await connected(await Person.logsIn(origin))).access_token;
    const grant = await authorized(ada, { scopes: ["openid", READ] }, { client_name: "Reader" });
    const readOnly = (await redeem(grant.server, codeGrant(grant))).json.access_token;
    tokens = { token, stranger, readOnly };
  });

  async function ready(way: Way): Promise<{ sent: Sent; session: string }> {
    const session = way.revision === undefined ? "" : await opened(way.revision, tokens.token);
    const sent = way.sent(session);
    const headers = { ...bearer(tokens.token), accept: "application/json, text/event-stream", ...sent.headers };
    return { session, sent: { ...sent, headers: hasBody(way) ? { "content-type": "application/json", ...headers } : headers } };
  }

  for (const way of WAYS) {
    describe(way.name, () => {
      test("goes in", async () => {
        const { sent } = await ready(way);
        const received = await raw(sent);
        assert.equal(received.status, way.status, received.text);
        assert.equal(received.headers["x-content-type-options"], "nosniff");
      });
      for (const { name, status, spoilt } of CHECKS.filter(({ has }) => has?.(way) ?? true)) {
        test(`${name} is ${status}, and nothing is done`, async () => {
          const { sent, session } = await ready(way);
          const list = await ada.todos();
          const received = await raw(await spoilt(sent, session, tokens));
          assert.equal(received.status, status, received.text);
          assert.equal(received.headers["x-content-type-options"], "nosniff");
          if (status === 401) assert.match(received.headers["www-authenticate"] ?? "", /^Bearer .*resource_metadata="/);
          else assert.ok(JSON.parse(received.text).error?.message ?? JSON.parse(received.text).detail, "it is told why");
          assert.deepEqual(await ada.todos(), list);
          if (way.name === "DELETE" && name !== "an ended session") {
            const ping = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "ping" });
            assert.equal((await post(origin, tokens.token, ping, { "mcp-session-id": session })).status, 200, "the session lives");
          }
        });
      }
    });
  }

  test("in a session, a batch does what its messages would do alone", async () => {
    const session = await opened("2025-03-26", tokens.token);
    const { todo } = (await callTool(origin, tokens.token, "createTodo", { todoText: "in a batch" })).structuredContent;
    const uri = `todoapp://todos/${todo.id}`;
    const batch = [
      { jsonrpc: "2.0", id: 1, method: "resources/subscribe", params: { uri } },
      { jsonrpc: "2.0", id: 2, method: "resources/unsubscribe", params: { uri } },
    ];
    const inSession = await post(origin, tokens.token, JSON.stringify(batch), { "mcp-session-id": session });
    assert.deepEqual(inSession.json.map(({ result }: Json) => result), [{}, {}]);
    const without = await post(origin, tokens.token, JSON.stringify(batch));
    assert.deepEqual(without.json.map(({ error }: Json) => error.code), [-32600, -32600]);
  });
});
