// An MCP client built on the official TypeScript SDK, unmodified, with the SDK's own OAuth: discovery, registration, PKCE,
// exchange and refresh are its code. What an application has to bring along is here: a place to keep things, and a loopback
// server to be redirected to.

import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { UnauthorizedError, type OAuthClientProvider } from "@modelcontextprotocol/sdk/client/auth.js";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { OAuthClientInformationMixed, OAuthClientMetadata, OAuthTokens } from "@modelcontextprotocol/sdk/shared/auth.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";

export type Connected = { client: Client; authorization: Authorization };

/** Takes the person to an address of the authorization server, and is done when they have been sent back. */
export type Visit = (authorizationUrl: URL) => Promise<void>;

/** Connects to an MCP server of which nothing is known but its URL. */
export async function connect(mcpUrl: string, clientName: string, visit: Visit): Promise<Connected> {
  const redirect = await LoopbackRedirect.start();
  const authorization = new Authorization(redirect.url, clientName);
  try {
    const first = new StreamableHTTPClientTransport(new URL(mcpUrl), { authProvider: authorization });
    try {
      await new Client({ name: clientName, version: "1.0.0" }).connect(first as Transport);
      throw new Error("The server let a client in that nobody had authorized.");
    } catch (error) {
      if (!(error instanceof UnauthorizedError) || authorization.url === undefined) throw error;
    }
    await visit(authorization.url);
    const answer = await redirect.answer;
    if (answer.get("state") !== authorization.state()) throw new Error("The state did not come back.");
    const code = answer.get("code");
    if (code === null) throw new Error(`The server refused: ${answer}`);
    await first.finishAuth(code);
    return { client: await reconnect(mcpUrl, authorization), authorization };
  } finally {
    await redirect.stop();
  }
}

/** Connects with what an earlier authorization has left. */
export async function reconnect(mcpUrl: string, authorization: Authorization): Promise<Client> {
  const client = new Client({ name: authorization.clientMetadata.client_name ?? "suite", version: "1.0.0" });
  const transport = new StreamableHTTPClientTransport(new URL(mcpUrl), { authProvider: authorization });
  await client.connect(transport as Transport);
  return client;
}

/** What the application keeps between the steps of the SDK's OAuth, in memory. */
export class Authorization implements OAuthClientProvider {
  readonly redirectUrl: string;
  readonly clientMetadata: OAuthClientMetadata;
  /** Where the SDK wants the person to go. */
  url: URL | undefined;
  readonly #state = crypto.randomUUID();
  #client: OAuthClientInformationMixed | undefined;
  #tokens: OAuthTokens | undefined;
  #verifier = "";

  constructor(redirectUrl: string, clientName: string) {
    this.redirectUrl = redirectUrl;
    this.clientMetadata = { client_name: clientName, redirect_uris: [redirectUrl], token_endpoint_auth_method: "none" };
  }

  state(): string {
    return this.#state;
  }

  clientInformation(): OAuthClientInformationMixed | undefined {
    return this.#client;
  }

  saveClientInformation(client: OAuthClientInformationMixed): void {
    this.#client = client;
  }

  tokens(): OAuthTokens | undefined {
    return this.#tokens;
  }

  saveTokens(tokens: OAuthTokens): void {
    this.#tokens = tokens;
  }

  redirectToAuthorization(url: URL): void {
    this.url = url;
  }

  saveCodeVerifier(verifier: string): void {
    this.#verifier = verifier;
  }

  codeVerifier(): string {
    return this.#verifier;
  }
}

/** The client's own end of the redirect: one request with an answer in its query. */
class LoopbackRedirect {
  readonly url: string;
  readonly answer: Promise<URLSearchParams>;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/callback`;
    this.answer = new Promise((resolve) => {
      server.on("request", (request, response) => {
        const asked = new URL(request.url ?? "/", this.url);
        // A browser also asks for an icon.
        if (asked.pathname !== "/callback") return void response.writeHead(204).end();
        response.writeHead(200, { "content-type": "text/html; charset=utf-8", connection: "close" });
        response.end("<!doctype html><title>Connected</title><h1>You can go back to your agent.</h1>");
        resolve(asked.searchParams);
      });
    });
  }

  static async start(): Promise<LoopbackRedirect> {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    return new LoopbackRedirect(server);
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }
}
