// oauth4webapi, a client library that takes the specifications at their word: whatever is missing, misspelt or of the wrong type in
// an answer makes it throw. Every flow the provider offers goes through it.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import * as oauth from "oauth4webapi";

import { consents, REDIRECT_URI } from "../harness/agent.ts";
import { ClientDocuments } from "../harness/client-documents.ts";
import { READ, WRITE } from "../harness/domain.ts";
import { Person } from "../harness/person.ts";
import { embedded } from "../harness/shared.ts";

// The Worker under test serves plain http on this machine; in every other respect the library stays as strict as it is.
const local = { [oauth.allowInsecureRequests]: true };

type Grant = { params: URLSearchParams; verifier: string; nonce: string };

describe("A strict OAuth client (oauth4webapi)", () => {
  let origin: string;
  let server: oauth.AuthorizationServer;
  let ada: Person;
  let documents: ClientDocuments;
  before(async () => {
    origin = (await embedded()).origin;
    documents = await ClientDocuments.start();
    const issuer = new URL(origin);
    server = await oauth.processDiscoveryResponse(
      issuer,
      await oauth.discoveryRequest(issuer, { algorithm: "oauth2", ...local }),
    );
    ada = await Person.logsIn(origin);
  });
  after(() => documents?.stop());

  async function register(method: string): Promise<oauth.Client> {
    const metadata = { client_name: `Strict ${method}`, redirect_uris: [REDIRECT_URI], token_endpoint_auth_method: method };
    const response = await oauth.dynamicClientRegistrationRequest(server, metadata, local);
    return oauth.processDynamicClientRegistrationResponse(response);
  }

  /** The person agrees; what comes back is checked as the library does: state, and `iss` (RFC 9207). */
  async function authorize(client: oauth.Client, scope: string): Promise<Grant> {
    const verifier = oauth.generateRandomCodeVerifier();
    const [state, nonce] = [oauth.generateRandomState(), oauth.generateRandomNonce()];
    const { submit } = await consents(ada, {
      client_id: client.client_id,
      scopes: scope.split(" "),
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
      resources: [`${origin}/mcp`],
      state,
      nonce,
    });
    const answer = new URL(submit.json.data.redirect_uri);
    return { params: oauth.validateAuthResponse(server, client, answer, state), verifier, nonce };
  }

  async function exchange(client: oauth.Client, auth: oauth.ClientAuth, grant: Grant, openid: boolean) {
    const { params, verifier, nonce } = grant;
    const response = await oauth.authorizationCodeGrantRequest(server, client, auth, params, REDIRECT_URI, verifier, {
      additionalParameters: { resource: `${origin}/mcp` },
      ...local,
    });
    const expected = openid ? { expectedNonce: nonce, requireIdToken: true } : {};
    return oauth.processAuthorizationCodeResponse(server, client, response, expected);
  }

  const TOOLS = { method: "tools/list" };
  /** What is the person's: refused the moment access has ended. (Lists of tools are not, for a minute.) */
  const TODOS = { method: "tools/call", params: { name: "listTodos", arguments: {} } };
  const call = (token: string, message: object = TOOLS): Promise<Response> =>
    oauth.protectedResourceRequest(
      token,
      "POST",
      new URL(`${origin}/mcp`),
      new Headers({ accept: "application/json, text/event-stream", "content-type": "application/json" }),
      JSON.stringify({ jsonrpc: "2.0", id: 1, ...message }),
      local,
    );

  test("discovery: OpenID Connect’s document says the same as OAuth’s", async () => {
    const issuer = new URL(origin);
    const openid = await oauth.processDiscoveryResponse(
      issuer,
      await oauth.discoveryRequest(issuer, { algorithm: "oidc", ...local }),
    );
    assert.deepEqual(openid, server);
  });

  test("discovery from the resource (RFC 9728): the resource is the address that was typed", async () => {
    const resource = new URL(`${origin}/mcp`);
    const response = await oauth.resourceDiscoveryRequest(resource, local);
    const { authorization_servers } = await oauth.processResourceDiscoveryResponse(resource, response);
    assert.deepEqual(authorization_servers, [server.issuer]);
  });

  for (const method of ["none", "client_secret_basic", "client_secret_post"]) {
    test(`${method}: code, id token, call, userinfo, introspection, refresh, revocation`, async () => {
      const client = await register(method);
      const secret = String(client["client_secret"]);
      const auth =
        method === "none" ? oauth.None() : method === "client_secret_basic" ? oauth.ClientSecretBasic(secret) : oauth.ClientSecretPost(secret);
      const grant = await authorize(client, `openid email offline_access ${READ}`);
      const tokens = await exchange(client, auth, grant, true);
      assert.equal(tokens.scope, `openid email offline_access ${READ}`);
      const claims = oauth.getValidatedIdTokenClaims(tokens);
      assert.equal(claims?.sub, ada.userId);
      assert.equal((await call(tokens.access_token)).status, 200);

      const userinfo = await oauth.processUserInfoResponse(
        server,
        client,
        ada.userId,
        await oauth.userInfoRequest(server, client, tokens.access_token, local),
      );
      assert.equal(userinfo.email, ada.email);

      const introspect = async (token: string) =>
        oauth.processIntrospectionResponse(server, client, await oauth.introspectionRequest(server, client, auth, token, local));
      const active = await introspect(tokens.access_token);
      assert.equal(active.active, true);
      assert.equal(active.client_id, client.client_id);

      const refresh = async (token: string) =>
        oauth.processRefreshTokenResponse(server, client, await oauth.refreshTokenGrantRequest(server, client, auth, token, local));
      const renewed = await refresh(String(tokens.refresh_token));
      assert.notEqual(renewed.refresh_token, tokens.refresh_token);
      assert.equal((await call(renewed.access_token, TODOS)).status, 200);

      await oauth.processRevocationResponse(
        await oauth.revocationRequest(server, client, auth, String(renewed.refresh_token), local),
      );
      assert.equal((await introspect(renewed.access_token)).active, false);
      await assert.rejects(call(renewed.access_token, TODOS), (error: oauth.WWWAuthenticateChallengeError) => {
        assert.equal(error.status, 401);
        assert.equal(error.cause[0]?.parameters.error, "invalid_token");
        return true;
      });
      await assert.rejects(refresh(String(renewed.refresh_token)), { error: "invalid_grant", status: 400 });
    });
  }

  test("a client known by its document takes the same way", async () => {
    const client: oauth.Client = { client_id: documents.publish("/strict"), token_endpoint_auth_method: "none" };
    assert.equal(server["client_id_metadata_document_supported"], true);
    const tokens = await exchange(client, oauth.None(), await authorize(client, READ), false);
    assert.equal(tokens.refresh_token, undefined);
    assert.equal((await call(tokens.access_token)).status, 200);
  });

  test("a refusal comes back as one: access_denied, with state and issuer", async () => {
    const client = await register("none");
    const state = oauth.generateRandomState();
    const code_challenge = await oauth.calculatePKCECodeChallenge(oauth.generateRandomCodeVerifier());
    const request = { client_id: client.client_id, code_challenge, state };
    const { submit } = await consents(ada, request, false);
    const answer = new URL(submit.json.data.redirect_uri);
    assert.throws(() => oauth.validateAuthResponse(server, client, answer, state), { error: "access_denied" });
  });

  test("the challenges of /mcp are ones that the library can read", async () => {
    const client = await register("none");
    const narrow = await exchange(client, oauth.None(), await authorize(client, "email"), false);
    await assert.rejects(call(narrow.access_token), (error: oauth.WWWAuthenticateChallengeError) => {
      const [challenge] = error.cause;
      assert.equal(error.status, 403);
      assert.equal(challenge?.scheme, "bearer");
      assert.equal(challenge.parameters.error, "insufficient_scope");
      assert.equal(challenge.parameters.scope, `${READ} ${WRITE}`);
      assert.equal(challenge.parameters["resource_metadata"], `${origin}/.well-known/oauth-protected-resource/mcp`);
      return true;
    });
  });
});
