// An agent's way to a token, one step after the other, so that a test can take a wrong one. (The whole way, taken by the
// official client, is in official-client.ts.)

import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";

import { READ, WRITE } from "./domain.ts";
import { send, type Answer, type Json } from "./http.ts";
import { Person } from "./person.ts";

export const REDIRECT_URI = "http://127.0.0.1:33418/callback";

/** A verifier and its challenge (RFC 7636, S256). */
export function pkce(): { verifier: string; challenge: string } {
  const verifier = randomBytes(32).toString("base64url");
  return { verifier, challenge: createHash("sha256").update(verifier).digest("base64url") };
}

/** What a client finds out from nothing but the MCP URL: RFC 9728, then RFC 8414. */
export async function discover(origin: string): Promise<{ resource: Json; server: Json }> {
  const refusal = await send(`${origin}/mcp`, { json: {} });
  const pointer = /resource_metadata="([^"]+)"/.exec(refusal.headers.get("www-authenticate") ?? "")?.[1];
  assert.ok(pointer, "the challenge of a 401 points to the metadata");
  const resource = (await send(pointer)).json;
  const issuer = new URL(resource.authorization_servers[0]);
  const server = (await send(`${issuer.origin}/.well-known/oauth-authorization-server`)).json;
  return { resource, server };
}

export function register(server: Json, metadata: Json = {}): Promise<Answer> {
  const json = { client_name: "Ada’s agent", redirect_uris: [REDIRECT_URI], token_endpoint_auth_method: "none", ...metadata };
  return send(server.registration_endpoint, { json });
}

/** The consent page's two calls, by a person who says yes (or no). */
export async function consents(
  person: Person,
  request: Json,
  consent_granted = true,
): Promise<{ start: Answer; submit: Answer }> {
  const parameters = { response_type: "code", scopes: SCOPES, redirect_uri: REDIRECT_URI, ...request };
  const start = await person.browser.sdk("/idp/oauth/authorize/start", parameters);
  const submit = await person.browser.sdk("/idp/oauth/authorize/submit", { ...parameters, consent_granted });
  return { start, submit };
}

/** What a person does who is sent to the page by a client, and agrees: gives the address that their browser is sent back to. */
export async function agrees(person: Person, authorizationUrl: URL): Promise<URL> {
  const { scope, resource, ...parameters } = Object.fromEntries(authorizationUrl.searchParams);
  const { submit } = await consents(person, {
    ...parameters,
    ...(scope === undefined ? {} : { scopes: scope.split(" ") }),
    ...(resource === undefined ? {} : { resources: [resource] }),
  });
  assert.equal(submit.status, 200, submit.text);
  return new URL(submit.json.data.redirect_uri);
}

export const SCOPES = ["openid", "email", "profile", "offline_access", READ, WRITE];

/** An authorization code for the client that the request names, or one of its own, and what is needed to redeem it. */
export async function authorized(person: Person, request: Json = {}, metadata: Json = {}) {
  const { server } = await discover(person.browser.origin);
  const clientId: string = request.client_id ?? (await register(server, metadata)).json.client_id;
  const proof = pkce();
  const { submit } = await consents(person, { client_id: clientId, code_challenge: proof.challenge, ...request });
  assert.equal(submit.status, 200, submit.text);
  const answer = new URL(submit.json.data.redirect_uri).searchParams;
  const code = answer.get("code");
  assert.ok(code, submit.text);
  return { server, clientId, code, ...proof };
}

export function redeem(server: Json, parameters: Record<string, string>): Promise<Answer> {
  return send(server.token_endpoint, { form: parameters });
}

/** The form that redeems a code the right way. */
export function codeGrant({ clientId, code, verifier }: { clientId: string; code: string; verifier: string }) {
  return {
    grant_type: "authorization_code",
    client_id: clientId,
    code,
    code_verifier: verifier,
    redirect_uri: REDIRECT_URI,
  };
}

/** The tokens of an agent that the person has let in: of a new one, unless the request names it. */
export async function connected(person: Person, request: Json = {}): Promise<Json> {
  const grant = await authorized(person, request);
  const answer = await redeem(grant.server, codeGrant(grant));
  assert.equal(answer.status, 200, answer.text);
  return { ...answer.json, client_id: grant.clientId };
}
