// MCP as bytes on the wire, without a library that would mend what is wrong.

import { send, type Answer, type Json } from "./http.ts";

export const HANDSHAKE = ["2025-03-26", "2025-06-18", "2025-11-25"] as const;
export const STATELESS = "2026-07-28";

type Headers = Record<string, string | undefined>;

/** Posts anything to the endpoint. A header that is `undefined` is left out. */
export function post(origin: string, token: string, body: string, headers: Headers = {}): Promise<Answer> {
  const all: Headers = {
    authorization: `Bearer ${token}`,
    accept: "application/json, text/event-stream",
    "content-type": "application/json",
    ...headers,
  };
  const present = Object.entries(all).filter((pair): pair is [string, string] => pair[1] !== undefined);
  // As bytes: for a text, fetch would add a content type of its own where a test leaves it out.
  return send(`${origin}/mcp`, { method: "POST", headers: Object.fromEntries(present), body: new TextEncoder().encode(body) });
}

const CLIENT = { name: "suite", version: "1.0.0" };

/** One request of the handshake era. */
export function ask(origin: string, token: string, method: string, params: Json = {}, revision: string = "2025-11-25") {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 7, method, params });
  return post(origin, token, body, { "mcp-protocol-version": revision });
}

export function initialize(origin: string, token: string, protocolVersion: string): Promise<Answer> {
  const params = { protocolVersion, capabilities: {}, clientInfo: CLIENT };
  return post(origin, token, JSON.stringify({ jsonrpc: "2.0", id: 1, method: "initialize", params }));
}

export const ENVELOPE = {
  "io.modelcontextprotocol/protocolVersion": STATELESS,
  "io.modelcontextprotocol/clientCapabilities": {},
  "io.modelcontextprotocol/clientInfo": CLIENT,
};

/** One request of the stateless era, with every header that its body calls for; `headers` and `_meta` override. */
export function askStateless(origin: string, token: string, method: string, params: Json = {}, headers: Headers = {}) {
  const body = { jsonrpc: "2.0", id: 7, method, params: { ...params, _meta: params._meta ?? ENVELOPE } };
  const name = method === "resources/read" ? params.uri : params.name;
  return post(origin, token, JSON.stringify(body), {
    "mcp-protocol-version": STATELESS,
    "mcp-method": method,
    "mcp-name": name,
    ...headers,
  });
}

/** Calls a tool in the handshake era and gives the result. */
export async function callTool(origin: string, token: string, name: string, args: Json, revision?: string): Promise<Json> {
  const answer = await ask(origin, token, "tools/call", { name, arguments: args }, revision);
  if (answer.status !== 200 || answer.json.result === undefined) throw new Error(`${answer.status}: ${answer.text}`);
  return answer.json.result;
}

/** A call that reads the list. It is refused as soon as access has ended; what asks nobody for anything may be answered for a minute more. */
export function readList(origin: string, token: string): Promise<Answer> {
  return ask(origin, token, "tools/call", { name: "listTodos", arguments: { limit: 1 } });
}
