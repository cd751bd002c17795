// Who calls whom: people with tokens, sessions and todos at each of the contestants, and requests in their name.

import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";

import { exportJWK, generateKeyPair, SignJWT, type CryptoKey } from "jose";

import { connected } from "../harness/agent.ts";
import type { Json } from "../harness/http.ts";
import { ENVELOPE, STATELESS } from "../harness/mcp.ts";
import { Person } from "../harness/person.ts";
import { answerTo, load, type Request } from "./load.ts";

export const HANDSHAKE = "2025-11-25";
export type Era = typeof HANDSHAKE | typeof STATELESS;

/** One person at one contestant, through one agent. */
export type Caller = { port: number; token: string; session: string | undefined; cookie: string; todos: string[]; page?: Page };

/** Where the cookie comes from, and until when it is not asked for another, in milliseconds since 1970. */
type Page = { person: Person; goodUntil: number };

/** How long a cookie is used: its JWT is good for five minutes, and the whole bench takes more. */
const COOKIE_MS = 120_000;

/** The resource with all todos. */
export const LIST = "todoapp://todos";

/** An MCP request as a client sends it that has gone through the handshake, or that needs none. */
export function mcp({ token, session }: Caller, era: Era, method: string, params: Json = {}): Request {
  const isStateless = era === STATELESS;
  const name = method === "resources/read" ? params.uri : params.name;
  const headers = {
    authorization: `Bearer ${token}`,
    accept: "application/json, text/event-stream",
    "content-type": "application/json",
    "mcp-protocol-version": era,
    ...(isStateless && { "mcp-method": method, ...(name !== undefined && { "mcp-name": name }) }),
    ...(!isStateless && session !== undefined && { "mcp-session-id": session }),
  };
  const body = { jsonrpc: "2.0", id: 7, method, params: isStateless ? { ...params, _meta: ENVELOPE } : params };
  return { method: "POST", path: "/mcp", headers, body: JSON.stringify(body) };
}

export const callTool = (caller: Caller, era: Era, name: string, args: Json = {}) =>
  mcp(caller, era, "tools/call", { name, arguments: args });

/** A request of the page. */
export function rest({ port, cookie }: Caller, method: string, path: string, json?: Json): Request {
  const writes = method !== "GET" && { origin: `http://localhost:${port}`, prefer: "return=minimal" };
  const headers = { cookie, ...(json !== undefined && { "content-type": "application/json" }), ...writes };
  return { method, path, headers, body: json === undefined ? "" : JSON.stringify(json) };
}

/** The one message of an answer, which McpAgent sends as an event stream. */
export function message(text: string): Json {
  const [, data] = /^data: (.*)$/m.exec(text) ?? [];
  return JSON.parse(data ?? text);
}

export async function result(request: Request, port: number): Promise<Json> {
  const { status, text } = await answerTo(request, port);
  const { result } = status === 200 ? message(text) : { result: undefined };
  if (result === undefined || result.isError) throw new Error(`${status}: ${text.slice(0, 500)}`);
  return result;
}

/** Who signs the tokens of the peers: an issuer with a key set, as Stytch is one. */
export class Issuer {
  readonly origin: string;
  readonly audience = "project-bench";
  readonly #server: HttpServer;
  readonly #key: CryptoKey;

  private constructor(server: HttpServer, key: CryptoKey) {
    this.#server = server;
    this.#key = key;
    this.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  static async start(): Promise<Issuer> {
    const { publicKey, privateKey } = await generateKeyPair("RS256", { extractable: true });
    const keys = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: "bench", alg: "RS256", use: "sig" }] });
    const server = createServer((_, response) => void response.writeHead(200, { "content-type": "application/json" }).end(keys));
    await once(server.listen(0, "127.0.0.1"), "listening");
    return new Issuer(server, privateKey);
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  token(): Promise<string> {
    const claims = { client_id: `connected-app-${randomUUID()}`, scope: "openid email profile todos:read todos:write" };
    return new SignJWT(claims)
      .setProtectedHeader({ alg: "RS256", kid: "bench", typ: "JWT" })
      .setIssuer(this.origin)
      .setSubject(`user-${randomUUID()}`)
      .setAudience(this.audience)
      .setIssuedAt()
      .setExpirationTime("1h")
      .sign(this.#key);
  }
}

/** Somebody at a peer, whose handshake is done. */
export async function atPeer(port: number, issuer: Issuer): Promise<Caller> {
  return greeted({ port, token: await issuer.token(), session: undefined, cookie: "", todos: [] });
}

/** Somebody who has logged in at this Worker and let an agent in. */
export async function here(origin: string): Promise<Caller> {
  return agentOf(await Person.logsIn(origin));
}

/** One more agent of theirs. */
export async function agentOf(person: Person): Promise<Caller> {
  return inNameOf(person, (await connected(person)).access_token);
}

/** An agent that has a token, and whose handshake is done. */
export function inNameOf(person: Person, token: string): Promise<Caller> {
  const port = Number(new URL(person.browser.origin).port);
  return greeted({ port, token, session: undefined, todos: [], ...inPageOf(person) });
}

function inPageOf(person: Person): Pick<Caller, "cookie" | "page"> {
  return { cookie: `stytch_session_jwt=${person.sessionJwt}`, page: { person, goodUntil: Date.now() + COOKIE_MS } };
}

/** Sees to it that their cookies are good for a while. */
export async function renew(callers: Caller[]): Promise<void> {
  for (const caller of callers) {
    const { page } = caller;
    if (page !== undefined && page.goodUntil < Date.now()) Object.assign(caller, inPageOf(await page.person.renewed()));
  }
}

/** The handshake, and the session that it may give. */
export async function greeted(caller: Caller): Promise<Caller> {
  const params = { protocolVersion: HANDSHAKE, capabilities: {}, clientInfo: { name: "bench", version: "1.0.0" } };
  const { headers, body, path } = mcp(caller, HANDSHAKE, "initialize", params);
  const response = await fetch(`http://localhost:${caller.port}${path}`, { method: "POST", headers, body });
  const text = await response.text();
  if (response.status !== 200 || message(text).result?.serverInfo?.name !== "TODO Service") throw new Error(`${response.status}: ${text}`);
  const session = response.headers.get("mcp-session-id") ?? undefined;
  const known = { ...caller, session };
  const told = { ...mcp(known, HANDSHAKE, ""), body: JSON.stringify({ jsonrpc: "2.0", method: "notifications/initialized" }) };
  await answerTo(told, caller.port);
  return known;
}

const text = (index: number) => `Buy ${index + 1} litres of milk on the way home`;

/** Gives somebody ten todos, one after the other, as the peers lose what is added at once. */
export async function addTen(caller: Caller): Promise<void> {
  for (let index = 0; index < 10; index++) {
    await result(callTool(caller, HANDSHAKE, "createTodo", { todoText: text(index) }), caller.port);
  }
  caller.todos = (await result(callTool(caller, HANDSHAKE, "listTodos"), caller.port)).structuredContent.todos.map(({ id }: Json) => id);
}

/** Gives somebody at this Worker many todos. */
export async function addMany(caller: Caller, count: number): Promise<void> {
  const requests = Array.from({ length: count }, (_, index) => rest(caller, "POST", "/api/todos", { todoText: text(index) }));
  const found = await load(requests, { port: caller.port, milliseconds: 120_000, status: 200, again: false });
  if (found.right < count) throw new Error(`${found.right} of ${count} todos were added: ${found.firstWrong}`);
  const { text: list } = await answerTo(rest(caller, "GET", "/api/todos"), caller.port);
  caller.todos = JSON.parse(list).todos.slice(0, 10).map(({ id }: Json) => id);
}
