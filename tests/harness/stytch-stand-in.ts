// Stytch as a resource server meets it: a key set at the project's domain, and tokens signed with it. Because the private
// key is the test's own, every wrong token can be made.

import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK, type JWTPayload } from "jose";

const PROJECT_ID = "project-test-6f2f0a52-6d5b-4b0e-9c05-3f2b6f0b6c11";
const PUBLIC_TOKEN = "public-token-test-0d5b9a1e-6a3c-4c44-8b52-5b4e7c1f2a90";
export const SESSION_CLAIM = "https://stytch.com/session";

/** What to sign with instead of the project's own key and its header. */
type Signing = { key?: CryptoKey | Uint8Array; alg?: string; kid?: string; typ?: string };

export class StytchStandIn {
  readonly projectId = PROJECT_ID;
  /** The project's domain: one of the two issuers Stytch writes into tokens. */
  readonly domain: string;
  readonly kid = `jwk-test-${randomUUID()}`;
  /** The project's public key, as everyone can read it. */
  readonly publicJwk: JWK;
  readonly #keys: JWK[];
  readonly #key: CryptoKey;
  readonly #server: Server;
  /** How often somebody has asked for the keys. */
  keysAsked = 0;
  /** How it answers whoever asks for the keys, once `answering` is settled. */
  keysStatus = 200;
  answering: Promise<void> = Promise.resolve();

  private constructor(key: CryptoKey, publicJwk: JWK, server: Server) {
    this.#key = key;
    this.#server = server;
    this.publicJwk = published(publicJwk, this.kid);
    this.#keys = [this.publicJwk];
    this.domain = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on("request", async (request, response) => {
      const found = request.method === "GET" && request.url === "/.well-known/jwks.json";
      if (found) this.keysAsked++;
      await this.answering;
      const status = found ? this.keysStatus : 404;
      const keySet = JSON.stringify({ keys: this.#keys, status_code: 200, request_id: "request-id-test-1" });
      response.writeHead(status, { "content-type": "application/json" }).end(status === 200 ? keySet : "{}");
    });
  }

  static async start(): Promise<StytchStandIn> {
    const { privateKey, publicKey } = await generateKeyPair("RS256", { extractable: true });
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    return new StytchStandIn(privateKey, await exportJWK(publicKey), server);
  }

  async stop(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, "close");
  }

  /** The variables that make it a Worker's identity provider. */
  get variables(): Record<string, string> {
    return {
      STYTCH_PROJECT_ID: this.projectId,
      STYTCH_DOMAIN: this.domain,
      STYTCH_PUBLIC_TOKEN: PUBLIC_TOKEN,
    };
  }

  /** The claims of a good access token of a connected app. */
  accessClaims(userId: string): JWTPayload {
    return {
      ...this.#times(3600),
      iss: this.domain,
      sub: userId,
      aud: [this.projectId],
      jti: randomUUID(),
      client_id: `connected-app-test-${randomUUID()}`,
      scope: "openid email profile",
    };
  }

  /** The claims of a good session JWT. */
  sessionClaims(userId: string): JWTPayload {
    const started = new Date().toISOString();
    return {
      ...this.#times(300),
      iss: `stytch.com/${this.projectId}`,
      sub: userId,
      aud: [this.projectId],
      [SESSION_CLAIM]: {
        id: `session-test-${randomUUID()}`,
        started_at: started,
        last_accessed_at: started,
        expires_at: new Date(Date.now() + 3_600_000).toISOString(),
        attributes: { ip_address: "", user_agent: "" },
        authentication_factors: [],
        roles: ["stytch_user"],
      },
    };
  }

  /** The claims of an id token: it tells an app who logged in, and opens nothing. */
  idClaims(userId: string): JWTPayload {
    const client = `connected-app-test-${randomUUID()}`;
    return { ...this.#times(3600), iss: this.domain, sub: userId, aud: [client], email: "ada@example.com" };
  }

  async sign(claims: JWTPayload, { key, alg = "RS256", kid = this.kid, typ = "JWT" }: Signing = {}): Promise<string> {
    return new SignJWT(claims).setProtectedHeader({ alg, kid, typ }).sign(key ?? this.#key);
  }

  /** Publishes one more key, as Stytch does twice a year, and gives what it takes to sign with it. */
  async addKey(): Promise<{ kid: string; key: CryptoKey }> {
    const { privateKey, publicKey } = await generateKeyPair("RS256", { extractable: true });
    const kid = `jwk-test-${randomUUID()}`;
    this.#keys.push(published(await exportJWK(publicKey), kid));
    return { kid, key: privateKey };
  }

  #times(seconds: number): JWTPayload {
    const now = Math.floor(Date.now() / 1000);
    return { iat: now, nbf: now, exp: now + seconds };
  }
}

function published(key: JWK, kid: string): JWK {
  return { ...key, kid, alg: "RS256", use: "sig", key_ops: ["verify"] };
}

/** Somebody Stytch knows. */
export function someUserId(): string {
  return `user-test-${randomUUID()}`;
}
