// Clients that prove themselves with a key of their own (private_key_jwt), their assertions signed by jose.

import { randomUUID } from "node:crypto";

import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from "jose";

import type { Json } from "./http.ts";

export const ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

export class ClientKey {
  readonly alg: string;
  readonly kid: string;
  readonly privateKey: CryptoKey;
  /** As it is published. */
  readonly jwk: JWK;
  /** What must never be published. */
  readonly privateJwk: JWK;

  private constructor(alg: string, kid: string, privateKey: CryptoKey, jwk: JWK, privateJwk: JWK) {
    [this.alg, this.kid, this.privateKey, this.jwk, this.privateJwk] = [alg, kid, privateKey, jwk, privateJwk];
  }

  static async make(alg: string, kid: string = randomUUID(), options: { modulusLength?: number } = {}): Promise<ClientKey> {
    const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true, ...options });
    const jwk = { ...(await exportJWK(publicKey)), kid, alg, use: "sig" };
    return new ClientKey(alg, kid, privateKey, jwk, { ...(await exportJWK(privateKey)), kid, alg });
  }

  /** An assertion of a client for an issuer; `null` in the changes leaves a claim or a header out. */
  assertion(clientId: string, issuer: string, claims: Json = {}, header: Json = {}): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    const all = { iss: clientId, sub: clientId, aud: issuer, jti: randomUUID(), iat: now, exp: now + 60, ...claims };
    return new SignJWT(withoutNulls(all))
      .setProtectedHeader(withoutNulls({ alg: this.alg, kid: this.kid, typ: "JWT", ...header }) as { alg: string })
      .sign(this.privateKey);
  }

  /** What a client adds to a request to prove itself. */
  async proof(clientId: string, issuer: string, claims: Json = {}, header: Json = {}): Promise<Record<string, string>> {
    const client_assertion = await this.assertion(clientId, issuer, claims, header);
    return { client_assertion_type: ASSERTION_TYPE, client_assertion };
  }
}

function withoutNulls(members: Json): Json {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null));
}
