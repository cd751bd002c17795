// The embedded identity provider, as Stytch's SDK and as OAuth clients meet it.

import assert from "node:assert/strict";
import { before, beforeEach, describe, test } from "node:test";

import { createLocalJWKSet, createRemoteJWKSet, decodeJwt, jwtVerify } from "jose";

import {
  authorized,
  codeGrant,
  connected,
  consents,
  discover,
  pkce,
  redeem,
  register,
  REDIRECT_URI,
  SCOPES,
} from "../harness/agent.ts";
import { assertChallenge } from "../harness/assertions.ts";
import { send, type Answer, type Json } from "../harness/http.ts";
import { ask, readList } from "../harness/mcp.ts";
import { Browser, Person, restAs, someEmail } from "../harness/person.ts";
import { embedded } from "../harness/shared.ts";
import { SESSION_CLAIM } from "../harness/stytch-stand-in.ts";

describe("The embedded identity provider", () => {
  let origin: string;
  before(async () => {
    origin = (await embedded()).origin;
  });

  describe("Logging in with a mailed code", () => {
    test("the SDK is told how the project is set up, and loads nothing from elsewhere for it", async () => {
      const browser = await Browser.at(origin);
      const { publicToken } = (await send(`${origin}/api/config`)).json;
      const bootstrap = (await browser.sdk(`/projects/bootstrap/${publicToken}`, undefined, "GET")).json.data;
      assert.equal(bootstrap.vertical, "CONSUMER");
      assert.equal(bootstrap.captcha_settings.enabled, false);
      assert.equal(bootstrap.dfp_protected_auth_enabled, false);
      assert.equal(bootstrap.disable_sdk_watermark, true);
    });

    test("gives a user, a session and its JWT in the SDK’s shape", async () => {
      const email = someEmail();
      const browser = await Browser.at(origin);
      const { methodId, code } = await browser.askForCode(email);
      assert.match(code, /^\d{6}$/);
      const answer = await browser.enterCode(methodId, code);
      assert.equal(answer.status, 200, answer.text);
      const { data } = answer.json;
      for (const member of ["request_id", "user_id", "session_token", "session_jwt"])
        assert.equal(typeof data[member], "string", member);
      assert.equal(data.status_code, 200);
      assert.equal(data.user.user_id, data.user_id);
      assert.equal(data.user.emails[0].email, email);
      assert.equal(data.session.user_id, data.user_id);
      for (const member of ["started_at", "last_accessed_at", "expires_at"]) assert.ok(Date.parse(data.session[member]), member);
    });

    test("the same address is the same user, however it is capitalised; another address is another", async () => {
      const email = someEmail();
      const [first, again] = [await Person.logsIn(origin, email), await Person.logsIn(origin, email)];
      assert.equal(again.userId, first.userId);
      assert.equal((await Person.logsIn(origin, email.toUpperCase())).userId, first.userId);
      assert.notEqual((await Person.logsIn(origin)).userId, first.userId);
    });

    test("a wrong code is refused, and after five tries the right one is too", async () => {
      const browser = await Browser.at(origin);
      const { methodId, code } = await browser.askForCode(someEmail());
      const wrong = code === "000000" ? "111111" : "000000";
      for (let tries = 0; tries < 4; tries++) {
        assertStytchError(await browser.enterCode(methodId, wrong), 401, "unable_to_auth_otp_code");
      }
      assertStytchError(await browser.enterCode(methodId, wrong), 404, "otp_code_not_found");
      const answer = await browser.enterCode(methodId, code);
      assert.notEqual(answer.status, 200);
      assert.equal(answer.json.data, undefined);
    });

    test("four wrong tries do no harm", async () => {
      const browser = await Browser.at(origin);
      const { methodId, code } = await browser.askForCode(someEmail());
      const wrong = code === "000000" ? "111111" : "000000";
      for (let tries = 0; tries < 4; tries++) await browser.enterCode(methodId, wrong);
      assert.equal((await browser.enterCode(methodId, code)).status, 200);
    });

    test("a code works once", async () => {
      const browser = await Browser.at(origin);
      const { methodId, code } = await browser.askForCode(someEmail());
      const thief = browser.copy();
      assert.equal((await browser.enterCode(methodId, code)).status, 200);
      assertStytchError(await thief.enterCode(methodId, code), 404, "otp_code_not_found");
    });

    test("of many attempts with the same code at once, one logs in", async () => {
      const browser = await Browser.at(origin);
      const { methodId, code } = await browser.askForCode(someEmail());
      const answers = await Promise.all(Array.from({ length: 8 }, () => browser.enterCode(methodId, code)));
      assert.equal(answers.filter(({ status }) => status === 200).length, 1);
    });

    test("a code works only in the browser that asked for it, and another browser cannot spoil it", async () => {
      const [mine, theirs] = [await Browser.at(origin), await Browser.at(origin)];
      const { methodId, code } = await mine.askForCode(someEmail());
      for (let tries = 0; tries < 6; tries++) assert.notEqual((await theirs.enterCode(methodId, code)).status, 200);
      assert.equal((await mine.enterCode(methodId, code)).status, 200);
    });

    test("an address that is none is refused", async () => {
      const browser = await Browser.at(origin);
      for (const email of [
        "",
        "ada",
        "ada@",
        "@example.com",
        "ada@example.com\r\nBcc: eve@example.com",
        `${"a".repeat(400)}@example.com`,
      ]) {
        const answer = await browser.sdk("/otps/email/login_or_create", { email });
        assertStytchError(answer, 400);
      }
    });

    test("the mailbox is a page for browsers and JSON for programs", async () => {
      const person = await Person.logsIn(origin);
      const json = await send(`${origin}/dev/mailbox`, { headers: { accept: "application/json" } });
      assert.equal(json.mediaType, "application/json");
      const mail = json.json.find(({ to }: Json) => to === person.email);
      assert.ok(Date.parse(mail.sent_at));
      const page = await send(`${origin}/dev/mailbox`, { headers: { accept: "text/html" } });
      assert.equal(page.mediaType, "text/html");
      assert.match(page.headers.get("content-security-policy") ?? "", /default-src 'none'/);
    });
  });

  describe("Sessions", () => {
    test("the JWT has Stytch’s claims and verifies with the published keys", async () => {
      const ada = await Person.logsIn(origin);
      const { payload, protectedHeader } = await jwtVerify(
        ada.sessionJwt,
        createRemoteJWKSet(new URL(`${origin}/.well-known/jwks.json`)),
        {
          algorithms: ["RS256"],
          typ: "JWT",
        },
      );
      assert.equal(typeof protectedHeader.kid, "string");
      assert.equal(payload.sub, ada.userId);
      assert.equal((payload.exp ?? 0) - (payload.iat ?? 0), 300);
      const session = payload[SESSION_CLAIM] as Json;
      assert.match(session.id, /^session-test-/);
      assert.equal(payload["client_id"], undefined);
    });

    test("sessions/authenticate renews the JWT", async () => {
      const ada = await Person.logsIn(origin);
      const answer = await ada.browser.sdk("/sessions/authenticate", {});
      assert.equal(answer.status, 200, answer.text);
      assert.equal(answer.json.data.user.user_id, ada.userId);
      const renewed = await restAs(origin, answer.json.data.session_jwt, "GET", "/api/todos");
      assert.equal(renewed.status, 200);
    });

    test("sessions/revoke ends the session: it cannot be renewed", async () => {
      const ada = await Person.logsIn(origin);
      assert.equal((await ada.browser.sdk("/sessions/revoke", {})).status, 200);
      assertStytchError(await ada.browser.sdk("/sessions/authenticate", {}), 404, "session_not_found");
    });
  });

  describe("Metadata", () => {
    test("protected resource (RFC 9728): at the path of /mcp and at the root", async () => {
      for (const [suffix, resource] of [
        ["/mcp", `${origin}/mcp`],
        ["", origin],
      ] as const) {
        const answer = await send(`${origin}/.well-known/oauth-protected-resource${suffix}`);
        assert.equal(answer.status, 200);
        assert.equal(answer.mediaType, "application/json");
        assert.equal(answer.headers.get("access-control-allow-origin"), "*");
        assert.equal(answer.json.resource, resource);
        assert.deepEqual(answer.json.authorization_servers, [origin]);
        assert.deepEqual(answer.json.bearer_methods_supported, ["header"]);
        assert.ok(!answer.json.scopes_supported.includes("offline_access"));
      }
    });

    test("authorization server (RFC 8414) and OpenID provider: one issuer, letter for letter", async () => {
      const { resource, server } = await discover(origin);
      assert.equal(server.issuer, resource.authorization_servers[0]);
      const openid = (await send(`${origin}/.well-known/openid-configuration`)).json;
      assert.equal(openid.issuer, server.issuer);
      for (const document of [server, openid]) {
        assert.equal(document.authorization_endpoint, `${origin}/oauth/authorize`);
        assert.equal(document.token_endpoint, `${origin}/v1/oauth2/token`);
        assert.equal(document.registration_endpoint, `${origin}/v1/oauth2/register`);
        assert.deepEqual(document.code_challenge_methods_supported, ["S256"]);
        assert.deepEqual(document.response_types_supported, ["code"]);
        assert.ok(document.grant_types_supported.includes("refresh_token"));
        assert.ok(document.token_endpoint_auth_methods_supported.includes("none"));
        assert.equal(document.authorization_response_iss_parameter_supported, true);
      }
    });

    test("every endpoint that the metadata names is there", async () => {
      const { server } = await discover(origin);
      for (const [name, url] of Object.entries(server)) {
        if (!/_(endpoint|uri)$/.test(name)) continue;
        const answer = await send(String(url), { headers: { accept: "*/*" } });
        assert.notEqual(answer.status, 404, `${name}: ${url}`);
        assert.ok(answer.status < 500, `${name}: ${url}`);
      }
    });

    test("keys: public RS256 halves only, with ids", async () => {
      const { keys } = (await send(`${origin}/.well-known/jwks.json`)).json;
      assert.ok(keys.length > 0);
      for (const key of keys) {
        assert.equal(key.kty, "RSA");
        assert.equal(key.alg, "RS256");
        assert.equal(key.use, "sig");
        assert.ok(key.kid);
        for (const secret of ["d", "p", "q", "dp", "dq", "qi"]) assert.equal(key[secret], undefined);
      }
    });

    test("metadata and tokens can be fetched by a client in a browser", async () => {
      const { server } = await discover(origin);
      for (const url of [server.token_endpoint, server.registration_endpoint]) {
        const answer = await send(url, {
          method: "OPTIONS",
          headers: {
            origin: "https://client.example",
            "access-control-request-method": "POST",
            "access-control-request-headers": "content-type",
          },
        });
        assert.ok(answer.status === 204 || answer.status === 200, `${url}: ${answer.status}`);
        assert.equal(answer.headers.get("access-control-allow-origin"), "*");
        assert.match(answer.headers.get("access-control-allow-headers") ?? "", /content-type/i);
      }
    });
  });

  describe("Client registration (RFC 7591)", () => {
    let server: Json;
    before(async () => {
      ({ server } = await discover(origin));
    });

    test("a public client is registered with 201 and without a secret", async () => {
      const answer = await register(server, { client_name: "One" });
      assert.equal(answer.status, 201, answer.text);
      assert.match(answer.json.client_id, /^connected-app-test-/);
      assert.equal(answer.json.client_name, "One");
      assert.deepEqual(answer.json.redirect_uris, [REDIRECT_URI]);
      assert.equal(answer.json.token_endpoint_auth_method, "none");
      assert.equal(answer.json.client_secret, undefined);
      assert.equal(answer.headers.get("cache-control"), "no-store");
    });

    test("two registrations are two clients, also when they say the same", async () => {
      const [first, again] = [await register(server, { client_name: "Same" }), await register(server, { client_name: "Same" })];
      assert.notEqual(again.json.client_id, first.json.client_id);
    });

    test("consent to one client is none to another that says the same of itself", async () => {
      const ada = await Person.logsIn(origin);
      const redirect_uri = "https://app.example.com/callback";
      const asks = async (client_id: string): Promise<boolean> => {
        const request = { client_id, redirect_uri, code_challenge: pkce().challenge, scopes: ["openid"] };
        return (await consents(ada, request)).start.json.data.consent_required;
      };
      const metadata = { client_name: "Same", redirect_uris: [redirect_uri] };
      const [mine, impostor] = [(await register(server, metadata)).json.client_id, (await register(server, metadata)).json.client_id];
      assert.deepEqual([await asks(mine), await asks(mine), await asks(impostor)], [true, false, true]);
    });

    test("null means absent", async () => {
      const optional = ["client_name", "client_uri", "grant_types", "response_types", "token_endpoint_auth_method", "scope"];
      for (const member of [...optional, "post_logout_redirect_uris", "jwks", "jwks_uri", "token_endpoint_auth_signing_alg"]) {
        const [without, nulled] = [await register(server, { [member]: undefined }), await register(server, { [member]: null })];
        assert.equal(nulled.status, 201, `${member}: ${nulled.text}`);
        const said = ({ json }: Answer) => ({ ...json, client_id: "", client_id_issued_at: 0, request_id: "" });
        assert.deepEqual(said(nulled), said(without), member);
      }
      assertOAuthError(await register(server, { redirect_uris: null }), 400, "invalid_redirect_uri");
    });

    test("a member that is given twice is refused, at any depth", async () => {
      for (const body of [
        `{"redirect_uris":["${REDIRECT_URI}"],"client_name":"Claude","client_name":"Other"}`,
        `{"redirect_uris":["https://evil.example/cb"],"redirect_uris":["${REDIRECT_URI}"]}`,
        `{"redirect_uris":["${REDIRECT_URI}"],"jwks":{"keys":[],"keys":[]}}`,
      ]) {
        const answer = await send(server.registration_endpoint, { headers: { "content-type": "application/json" }, body });
        assertOAuthError(answer, 400, "invalid_client_metadata");
      }
    });

    test("a redirect URI that could carry a code astray is refused", async () => {
      for (const uri of [
        "javascript:alert(1)",
        "data:text/html,x",
        "http://example.com/cb",
        "https://a@example.com/cb",
        "https://example.com/cb#x",
        "/cb",
        "",
      ]) {
        assertOAuthError(await register(server, { redirect_uris: [uri] }), 400, "invalid_redirect_uri");
      }
      assertOAuthError(await register(server, { redirect_uris: [] }), 400, "invalid_redirect_uri");
    });

    test("a body that is no registration is invalid_client_metadata", async () => {
      for (const body of ["", "{", "[]", "null", '{"redirect_uris":"x"}', `[["${REDIRECT_URI}"]]`]) {
        const answer = await send(server.registration_endpoint, { headers: { "content-type": "application/json" }, body });
        assertOAuthError(answer, 400, "invalid_client_metadata");
      }
    });
  });

  describe("Authorization code with PKCE", () => {
    let ada: Person;
    before(async () => {
      ada = await Person.logsIn(origin);
    });

    test("the consent page learns who asks and for what; the answer carries code, state and issuer", async () => {
      const { server } = await discover(origin);
      const clientId = (await register(server, { client_name: "Planner" })).json.client_id;
      const { start, submit } = await consents(ada, { client_id: clientId, code_challenge: pkce().challenge, state: "s t&te" });
      assert.equal(start.status, 200, start.text);
      assert.equal(start.json.data.client.client_id, clientId);
      assert.equal(start.json.data.client.client_name, "Planner");
      assert.equal(start.json.data.consent_required, true);
      assert.deepEqual(start.json.data.scope_results.map(({ scope }: Json) => scope).sort(), [...SCOPES].sort());
      assert.equal(submit.status, 200, submit.text);
      const target = new URL(submit.json.data.redirect_uri);
      assert.equal(`${target.origin}${target.pathname}`, REDIRECT_URI);
      assert.equal(target.searchParams.get("state"), "s t&te");
      assert.equal(target.searchParams.get("iss"), origin);
      assert.ok(target.searchParams.get("code"));
    });

    test("a no goes back to the client as access_denied, without a code", async () => {
      const { server } = await discover(origin);
      const clientId = (await register(server)).json.client_id;
      const { submit } = await consents(ada, { client_id: clientId, code_challenge: pkce().challenge, state: "s" }, false);
      assert.equal(submit.status, 200, submit.text);
      const answer = new URL(submit.json.data.redirect_uri).searchParams;
      assert.equal(answer.get("error"), "access_denied");
      assert.equal(answer.get("state"), "s");
      assert.equal(answer.get("iss"), origin);
      assert.equal(answer.get("code"), null);
    });

    test("the tokens are Stytch’s in shape; the access token is for this resource, the id token for the client", async () => {
      const grant = await authorized(ada);
      const answer = await redeem(grant.server, codeGrant(grant));
      assert.equal(answer.status, 200, answer.text);
      assert.equal(answer.headers.get("cache-control"), "no-store");
      const { access_token, id_token, refresh_token, token_type, expires_in, scope } = answer.json;
      assert.match(token_type, /^bearer$/i);
      assert.equal(expires_in, 3600);
      assert.deepEqual(scope.split(" ").sort(), [...SCOPES].sort());
      assert.ok(refresh_token);
      const keys = createLocalJWKSet((await send(grant.server.jwks_uri)).json);
      const access = (await jwtVerify(access_token, keys, { issuer: origin, audience: `${origin}/mcp`, algorithms: ["RS256"] }))
        .payload;
      assert.equal(access.sub, ada.userId);
      assert.equal(access["client_id"], grant.clientId);
      assert.equal(access["scope"], scope);
      assert.ok(access.jti);
      assert.equal(access[SESSION_CLAIM], undefined);
      const id = (await jwtVerify(id_token, keys, { issuer: origin, audience: grant.clientId })).payload;
      assert.equal(id.sub, ada.userId);
      assert.deepEqual([id.aud].flat(), [grant.clientId]);
      assert.equal((await ask(origin, access_token, "ping")).status, 200);
    });

    test("without offline_access there is no refresh token", async () => {
      const grant = await authorized(ada, { scopes: ["openid", "email"] });
      const { refresh_token, scope } = (await redeem(grant.server, codeGrant(grant))).json;
      assert.equal(refresh_token, undefined);
      assert.equal(scope, "openid email");
    });

    test("a wrong verifier gets nothing, and does not spoil the code for the right one", async () => {
      const grant = await authorized(ada);
      const right = codeGrant(grant);
      assertOAuthError(await redeem(grant.server, { ...right, code_verifier: pkce().verifier }), 400, "invalid_grant");
      const { code_verifier: _, ...without } = right;
      assertOAuthError(await redeem(grant.server, without), 400, "invalid_request");
      assert.equal((await redeem(grant.server, right)).status, 200);
    });

    test("PKCE is not optional, and plain is not accepted", async () => {
      const { server } = await discover(origin);
      const clientId = (await register(server)).json.client_id;
      const { challenge } = pkce();
      for (const request of [{}, { code_challenge: challenge, code_challenge_method: "plain" }, { code_challenge: "short" }]) {
        const { submit } = await consents(ada, { client_id: clientId, state: "s", ...request });
        assertRefusedAuthorization(submit, "invalid_request");
      }
    });

    test("a code works once, and its second use ends what the first one gave", async () => {
      const grant = await authorized(ada);
      const first = await redeem(grant.server, codeGrant(grant));
      assert.equal(first.status, 200, first.text);
      assertOAuthError(await redeem(grant.server, codeGrant(grant)), 400, "invalid_grant");
      const refresh = { grant_type: "refresh_token", client_id: grant.clientId, refresh_token: first.json.refresh_token };
      assertOAuthError(await redeem(grant.server, refresh), 400, "invalid_grant");
    });

    test("a used code that comes again in a request that is wrong is refused, and ends nothing of its holder’s", async () => {
      const grant = await authorized(ada);
      const right = codeGrant(grant);
      const tokens = (await redeem(grant.server, right)).json;
      const other = (await register(grant.server, { client_name: "A stranger" })).json.client_id;
      const { redirect_uri: _, ...withoutRedirect } = right;
      for (const wrong of [
        { ...right, code_verifier: pkce().verifier },
        { ...withoutRedirect, code_verifier: pkce().verifier },
        { ...right, redirect_uri: "http://127.0.0.1:33418/other" },
        { ...right, client_id: other },
      ])
        assertOAuthError(await redeem(grant.server, wrong), 400, "invalid_grant");
      assertOAuthError(await redeem(grant.server, { ...right, resource: `${origin}/sse` }), 400, "invalid_target");
      assert.equal((await readList(origin, tokens.access_token)).status, 200);
      const refresh = { grant_type: "refresh_token", client_id: grant.clientId, refresh_token: tokens.refresh_token };
      assert.equal((await redeem(grant.server, refresh)).status, 200);
      assertOAuthError(await redeem(grant.server, right), 400, "invalid_grant");
      assert.equal((await readList(origin, tokens.access_token)).status, 401, "the right request again is a replay");
    });

    test("a client may leave redirect_uri out of the token request (OAuth 2.1 section 10.2)", async () => {
      for (const redirect_uri of [undefined, ""]) {
        const grant = await authorized(ada);
        const { redirect_uri: _, ...form } = codeGrant(grant);
        const answer = await redeem(grant.server, { ...form, ...(redirect_uri === undefined ? {} : { redirect_uri }) });
        assert.equal(answer.status, 200, answer.text);
      }
    });

    test("of many redemptions of one code at once, one at most succeeds", async () => {
      const grant = await authorized(ada);
      const answers = await Promise.all(Array.from({ length: 8 }, () => redeem(grant.server, codeGrant(grant))));
      assert.equal(answers.filter(({ status }) => status === 200).length, 1);
    });

    test("a code is bound to its client and its redirect URI", async () => {
      const grant = await authorized(ada);
      const other = (await register(grant.server, { client_name: "Another" })).json.client_id;
      const right = codeGrant(grant);
      assertOAuthError(await redeem(grant.server, { ...right, client_id: other }), 400, "invalid_grant");
      assertOAuthError(
        await redeem(grant.server, { ...right, redirect_uri: "http://127.0.0.1:33418/other" }),
        400,
        "invalid_grant",
      );
      assert.equal((await redeem(grant.server, right)).status, 200);
    });

    test("a redirect URI that is not registered is never redirected to; a loopback one may use any port", async () => {
      const { server } = await discover(origin);
      const clientId = (await register(server)).json.client_id;
      const ask = (redirect_uri: string) =>
        consents(ada, { client_id: clientId, redirect_uri, code_challenge: pkce().challenge });
      for (const uri of [
        "http://127.0.0.1:33418/other",
        "http://127.0.0.1:33418/callback/",
        "http://localhost:33418/callback",
        "https://evil.example/callback",
        "javascript:alert(1)",
      ]) {
        const { start, submit } = await ask(uri);
        assertStytchError(start, 400);
        assertStytchError(submit, 400);
      }
      const { submit } = await ask("http://127.0.0.1:50000/callback");
      assert.match(submit.json.data.redirect_uri, /^http:\/\/127\.0\.0\.1:50000\/callback\?code=/);
    });

    test("an unknown client is refused", async () => {
      const client_id = "connected-app-test-00000000-0000-4000-8000-000000000000";
      const { start, submit } = await consents(ada, { client_id, code_challenge: pkce().challenge });
      for (const answer of [start, submit]) {
        assert.ok(answer.status === 400 || answer.status === 401 || answer.status === 404, answer.text);
        assert.equal(answer.json.data, undefined);
      }
    });

    test("another resource than this server’s is invalid_target (RFC 8707)", async () => {
      const { server } = await discover(origin);
      const clientId = (await register(server)).json.client_id;
      const request = { client_id: clientId, code_challenge: pkce().challenge, state: "s" };
      const { submit } = await consents(ada, { ...request, resources: ["https://other.example/mcp"] });
      assertRefusedAuthorization(submit, "invalid_target");
      const named = await consents(ada, { ...request, resources: [`${origin}/mcp`] });
      assert.ok(new URL(named.submit.json.data.redirect_uri).searchParams.get("code"), named.submit.text);
    });

    test("nobody consents without a session", async () => {
      const { server } = await discover(origin);
      const clientId = (await register(server)).json.client_id;
      const stranger = await Browser.at(origin);
      const parameters = {
        client_id: clientId,
        redirect_uri: REDIRECT_URI,
        response_type: "code",
        scopes: SCOPES,
        code_challenge: pkce().challenge,
      };
      assertStytchError(await stranger.sdk("/idp/oauth/authorize/start", parameters), 404, "session_not_found");
      assertStytchError(
        await stranger.sdk("/idp/oauth/authorize/submit", { ...parameters, consent_granted: true }),
        404,
        "session_not_found",
      );
    });

    test("what a JSON token request has besides is ignored, whatever it is (RFC 6749 section 3.2)", async () => {
      const more = { client_info: { name: "x" }, tags: [1, {}], expires_in: 3600, remember: true, ratio: 1.5, nothing: null };
      const grant = await authorized(ada);
      const answer = await send(grant.server.token_endpoint, { json: { ...codeGrant(grant), ...more } });
      assert.equal(answer.status, 200, answer.text);
      const token = answer.json.access_token;
      for (const endpoint of ["introspection_endpoint", "revocation_endpoint"])
        assert.equal((await send(grant.server[endpoint], { json: { client_id: grant.clientId, token, ...more } })).status, 200);
      assertOAuthError(await send(grant.server.token_endpoint, { json: { ...codeGrant(grant), code: 1 } }), 400, "invalid_request");
    });

    test("unknown grants and clients are told so in OAuth’s words", async () => {
      const grant = await authorized(ada);
      const right = codeGrant(grant);
      assertOAuthError(await redeem(grant.server, { ...right, grant_type: "password" }), 400, "unsupported_grant_type");
      assertOAuthError(await redeem(grant.server, { ...right, code: "nonsense" }), 400, "invalid_grant");
      const unknown = "connected-app-test-00000000-0000-4000-8000-000000000000";
      assertOAuthError(await redeem(grant.server, { ...right, client_id: unknown }), 401, "invalid_client");
      const { client_id: _, ...anonymous } = right;
      assertOAuthError(await redeem(grant.server, anonymous), 401, "invalid_client");
    });
  });

  describe("Refresh tokens", () => {
    const refresh = (server: Json, tokens: Json, refresh_token: string): Promise<Answer> =>
      redeem(server, { grant_type: "refresh_token", client_id: tokens.client_id, refresh_token });

    test("every use gives a new one, and a new access token that works", async () => {
      const ada = await Person.logsIn(origin);
      const { server } = await discover(origin);
      const tokens = await connected(ada);
      const answer = await refresh(server, tokens, tokens.refresh_token);
      assert.equal(answer.status, 200, answer.text);
      assert.notEqual(answer.json.refresh_token, tokens.refresh_token);
      assert.notEqual(answer.json.access_token, tokens.access_token);
      assert.equal((await ask(origin, answer.json.access_token, "ping")).status, 200);
    });

    test("a lost answer can be asked for again; the line does not fork", async () => {
      const { server } = await discover(origin);
      const tokens = await connected(await Person.logsIn(origin));
      const answers = await Promise.all([
        refresh(server, tokens, tokens.refresh_token),
        refresh(server, tokens, tokens.refresh_token),
      ]);
      assert.deepEqual(
        answers.map(({ status }) => status),
        [200, 200],
      );
      assert.equal(answers[0]?.json.refresh_token, answers[1]?.json.refresh_token);
    });

    test("using one whose successor was used ends the whole family", async () => {
      const { server } = await discover(origin);
      const tokens = await connected(await Person.logsIn(origin));
      const second = (await refresh(server, tokens, tokens.refresh_token)).json.refresh_token;
      const third = (await refresh(server, tokens, second)).json.refresh_token;
      assertOAuthError(await refresh(server, tokens, tokens.refresh_token), 400, "invalid_grant");
      assertOAuthError(await refresh(server, tokens, third), 400, "invalid_grant");
    });

    test("one whose successor was used ends nothing when the request is wrong in other ways", async () => {
      const { server } = await discover(origin);
      const tokens = await connected(await Person.logsIn(origin));
      const second = (await refresh(server, tokens, tokens.refresh_token)).json.refresh_token;
      const third = (await refresh(server, tokens, second)).json.refresh_token;
      const old = { grant_type: "refresh_token", client_id: tokens.client_id, refresh_token: tokens.refresh_token };
      const other = (await register(server, { client_name: "A finder" })).json.client_id;
      assertOAuthError(await redeem(server, { ...old, client_id: other }), 400, "invalid_grant");
      assertOAuthError(await redeem(server, { ...old, scope: "openid full_access" }), 400, "invalid_scope");
      assertOAuthError(await redeem(server, { ...old, resource: `${origin}/sse` }), 400, "invalid_target");
      assert.equal((await refresh(server, tokens, third)).status, 200);
    });

    test("it is bound to its client, and to the scopes it was given for", async () => {
      const { server } = await discover(origin);
      const tokens = await connected(await Person.logsIn(origin));
      const other = (await register(server, { client_name: "A thief" })).json.client_id;
      assertOAuthError(await refresh(server, { client_id: other }, tokens.refresh_token), 400, "invalid_grant");
      const form = { grant_type: "refresh_token", client_id: tokens.client_id, refresh_token: tokens.refresh_token };
      assertOAuthError(await redeem(server, { ...form, scope: "openid full_access" }), 400, "invalid_scope");
      const narrower = await redeem(server, { ...form, scope: "openid" });
      assert.equal(narrower.status, 200, narrower.text);
      assert.equal(narrower.json.scope, "openid");
    });
  });

  describe("What became of a token", () => {
    let server: Json;
    let ada: Person;
    let tokens: Json;
    before(async () => {
      ({ server } = await discover(origin));
    });
    beforeEach(async () => {
      ada = await Person.logsIn(origin);
      tokens = await connected(ada);
    });
    const isActive = async (token: string, client_id: string = tokens.client_id): Promise<boolean> => {
      const answer = await send(server.introspection_endpoint, { form: { token, client_id } });
      assert.equal(answer.status, 200, answer.text);
      return answer.json.active;
    };
    const revoke = (token: string, client_id: string = tokens.client_id): Promise<Answer> =>
      send(server.revocation_endpoint, { form: { token, client_id } });
    const userinfo = (token: string): Promise<Answer> =>
      send(server.userinfo_endpoint, { headers: { authorization: `Bearer ${token}` } });

    test("userinfo says who granted an access token, as far as its scopes go", async () => {
      const { sub, email } = (await userinfo(tokens.access_token)).json;
      assert.deepEqual({ sub, email }, { sub: ada.userId, email: ada.email });
      const grant = await authorized(ada, { scopes: ["openid"] });
      const { access_token } = (await redeem(grant.server, codeGrant(grant))).json;
      const narrow = (await userinfo(access_token)).json;
      assert.equal(narrow.sub, ada.userId);
      assert.equal(narrow.email, undefined);
      for (const token of ["", ada.sessionJwt, tokens.id_token]) assert.equal((await userinfo(token)).status, 401);
    });

    test("a client is told about its own tokens, and nothing about another’s", async () => {
      const other = (await register(server, { client_name: "Curious" })).json.client_id;
      for (const token of [tokens.access_token, tokens.refresh_token]) {
        assert.equal(await isActive(token), true);
        assert.equal(await isActive(token, other), false);
      }
      for (const token of [tokens.id_token, ada.sessionJwt, ada.sessionToken, "nonsense"])
        assert.equal(await isActive(token), false);
    });

    test("introspection tells the token’s audience, the resource included", async () => {
      const audience = (decodeJwt(tokens.access_token).aud as string[]).toSorted();
      assert.ok(audience.includes(`${origin}/mcp`), String(audience));
      for (const token of [tokens.access_token, tokens.refresh_token]) {
        const { json } = await send(server.introspection_endpoint, { form: { token, client_id: tokens.client_id } });
        assert.deepEqual(json.aud.toSorted(), audience);
      }
    });

    test("revoking the refresh token ends all that came of the grant; another client cannot", async () => {
      const other = (await register(server, { client_name: "Vandal" })).json.client_id;
      for (const token of [tokens.refresh_token, tokens.access_token]) assert.equal((await revoke(token, other)).status, 200);
      assert.equal(await isActive(tokens.refresh_token), true);

      assert.equal((await revoke(tokens.refresh_token)).status, 200);
      assert.equal(await isActive(tokens.refresh_token), false);
      assert.equal(await isActive(tokens.access_token), false);
      assert.equal((await userinfo(tokens.access_token)).status, 401);
      assert.equal((await revoke("nonsense")).status, 200, "an unknown token is answered like a known one");
    });

    test("a refresh token that was used ends the grant as well when it is revoked: its holder may know no newer one", async () => {
      const form = { grant_type: "refresh_token", client_id: tokens.client_id };
      const { refresh_token: newest } = (await redeem(server, { ...form, refresh_token: tokens.refresh_token })).json;
      assert.equal(await isActive(newest), true);
      const other = (await register(server, { client_name: "Vandal" })).json.client_id;
      assert.equal((await revoke(tokens.refresh_token, other)).status, 200);
      assert.equal(await isActive(newest), true);
      assert.equal((await revoke(tokens.refresh_token)).status, 200);
      assert.equal(await isActive(newest), false);
      assertOAuthError(await redeem(server, { ...form, refresh_token: newest }), 400, "invalid_grant");
    });

    test("a person sees what they have connected, and disconnects it", async () => {
      const apps = async () => (await ada.browser.sdk("/users/connected_apps", undefined, "GET")).json.data.connected_apps;
      assert.deepEqual(
        (await apps()).map((app: Json) => app.connected_app_id),
        [tokens.client_id],
      );
      assert.equal((await ada.browser.sdk(`/users/connected_apps/${tokens.client_id}/revoke`, {})).status, 200);
      assert.deepEqual(await apps(), []);
      assert.equal(await isActive(tokens.refresh_token), false);
      const form = { grant_type: "refresh_token", client_id: tokens.client_id, refresh_token: tokens.refresh_token };
      assertOAuthError(await redeem(server, form), 400, "invalid_grant");
    });
  });

  describe("Confidential clients", () => {
    for (const method of ["client_secret_basic", "client_secret_post"] as const) {
      test(`${method}: the secret is asked for, and PKCE as well`, async () => {
        const ada = await Person.logsIn(origin);
        const { server } = await discover(origin);
        const { client_id, client_secret } = (await register(server, { token_endpoint_auth_method: method })).json;
        assert.ok(client_secret);
        const { verifier, challenge } = pkce();
        const { submit } = await consents(ada, { client_id, code_challenge: challenge });
        const code = String(new URL(submit.json.data.redirect_uri).searchParams.get("code"));
        const grant = codeGrant({ clientId: client_id, code, verifier });
        const redeemWith = (secret: string): Promise<Answer> => {
          if (method === "client_secret_post") return redeem(server, { ...grant, client_secret: secret });
          const authorization = `Basic ${Buffer.from(`${client_id}:${secret}`).toString("base64")}`;
          return send(server.token_endpoint, { headers: { authorization }, form: grant });
        };
        assertOAuthError(await redeem(server, grant), 401, "invalid_client");
        assertOAuthError(await redeemWith("wrong"), 401, "invalid_client");
        assert.equal((await redeemWith(client_secret)).status, 200);
      });
    }
  });

  describe("Token kinds of the embedded provider", () => {
    test("a session JWT is refused at /mcp, an access token at /api, an id token at both", async () => {
      const ada = await Person.logsIn(origin);
      const { access_token, id_token, refresh_token } = await connected(ada);
      for (const token of [ada.sessionJwt, ada.sessionToken, id_token, refresh_token]) {
        assertChallenge(await ask(origin, token, "ping"), origin, "invalid_token");
      }
      for (const token of [access_token, id_token, refresh_token, ada.sessionToken]) {
        assert.equal((await restAs(origin, token, "GET", "/api/todos")).status, 401);
      }
      assert.equal((await ask(origin, access_token, "ping")).status, 200);
      assert.equal((await restAs(origin, ada.sessionJwt, "GET", "/api/todos")).status, 200);
    });
  });
});

/** An error as Stytch's API tells it. */
function assertStytchError(answer: Answer, status: number, type?: string): void {
  assert.equal(answer.status, status, answer.text);
  const error = answer.json;
  assert.equal(error.status_code, status);
  for (const member of ["request_id", "error_type", "error_message"]) assert.equal(typeof error[member], "string", member);
  if (type !== undefined) assert.equal(error.error_type, type);
}

/** An error as RFC 6749 section 5.2 and RFC 7591 section 3.2.2 have it. */
function assertOAuthError(answer: Answer, status: number, error: string): void {
  assert.equal(answer.status, status, answer.text);
  assert.equal(answer.json.error, error, answer.text);
  assert.equal(answer.headers.get("cache-control"), "no-store");
}

/** A refusal that the client is told, either by redirect or by an API error; never with a code. */
function assertRefusedAuthorization(submit: Answer, error: string): void {
  const redirect = submit.json.data?.redirect_uri;
  if (redirect === undefined) return assertStytchError(submit, 400, error);
  const answer = new URL(redirect).searchParams;
  assert.equal(answer.get("error"), error);
  assert.equal(answer.get("code"), null);
}
