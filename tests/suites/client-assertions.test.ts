// Clients that prove themselves with a key of their own (private_key_jwt, RFC 7523): those that registered one, and those whose
// document names some, as ChatGPT's does.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import * as oauth from "oauth4webapi";

import { codeGrant, consents, discover, pkce, redeem, REDIRECT_URI, register } from "../harness/agent.ts";
import { ClientDocuments } from "../harness/client-documents.ts";
import { ASSERTION_TYPE, ClientKey } from "../harness/client-keys.ts";
import { send, type Answer, type Json } from "../harness/http.ts";
import { ask } from "../harness/mcp.ts";
import { StoredObject } from "../harness/objects.ts";
import { Person } from "../harness/person.ts";
import { Worker } from "../harness/worker.ts";

const METHOD = { token_endpoint_auth_method: "private_key_jwt" };
const local = { [oauth.allowInsecureRequests]: true };

describe("Clients that prove themselves with a key", () => {
  let worker: Worker;
  let origin: string;
  let server: Json;
  let ada: Person;
  let documents: ClientDocuments;
  let key: ClientKey;
  before(async () => {
    worker = await Worker.start({ name: "client-assertions", variables: { SHOW_LOGIN_CODES: "on", LOOPBACK_CLIENTS: "on" } });
    origin = worker.origin;
    documents = await ClientDocuments.start();
    ({ server } = await discover(origin));
    ada = await Person.logsIn(origin);
    key = await ClientKey.make("ES256");
  });
  after(async () => {
    await documents?.stop();
    await worker?.stop();
  });

  /** A client by registration, its keys in it. */
  async function registered(keys: ClientKey[] = [key], metadata: Json = {}): Promise<string> {
    const answer = await register(server, { ...METHOD, jwks: { keys: keys.map(({ jwk }) => jwk) }, ...metadata });
    assert.equal(answer.status, 201, answer.text);
    assert.equal(answer.json.client_secret, undefined);
    return answer.json.client_id;
  }

  let paths = 0;
  /** A client by its document, which names where its keys are. */
  function published(keys: ClientKey[] = [key], metadata: Json = {}): { clientId: string; path: string; keysPath: string } {
    const path = `/client-${(paths += 1)}`;
    const keysPath = `${path}/jwks.json`;
    const jwks_uri = documents.publishJson(keysPath, { keys: keys.map(({ jwk }) => jwk) });
    return { clientId: documents.publish(path, { ...METHOD, jwks_uri, ...metadata }), path, keysPath };
  }

  /** The form that redeems a code of the client's, without a proof of who redeems it. */
  async function grantOf(clientId: string, person = ada): Promise<Record<string, string>> {
    const { verifier, challenge } = pkce();
    const { submit } = await consents(person, { client_id: clientId, code_challenge: challenge });
    assert.equal(submit.status, 200, submit.text);
    const code = new URL(submit.json.data.redirect_uri).searchParams.get("code") ?? "";
    return codeGrant({ clientId, code, verifier });
  }

  async function connects(clientId: string, by = key): Promise<Json> {
    const answer = await redeem(server, { ...(await grantOf(clientId)), ...(await by.proof(clientId, origin)) });
    assert.equal(answer.status, 200, answer.text);
    return answer.json;
  }

  const refused = (answer: Answer, error = "invalid_client", status = 401): void => {
    assert.equal(answer.status, status, answer.text);
    assert.equal(answer.json.error, error, answer.text);
    for (const secret of ["access_token", "refresh_token", "active"]) assert.equal(answer.json[secret], undefined);
  };

  test("discovery says so, for every endpoint and with the algorithms", () => {
    for (const endpoint of ["token", "introspection", "revocation"]) {
      assert.ok(server[`${endpoint}_endpoint_auth_methods_supported`].includes("private_key_jwt"), endpoint);
      const algorithms = server[`${endpoint}_endpoint_auth_signing_alg_values_supported`];
      assert.deepEqual(algorithms, ["RS256", "PS256", "ES256", "EdDSA", "Ed25519"], endpoint);
    }
  });

  test("a document of ChatGPT’s kind: connects, calls, refreshes, is told about its tokens, ends them", async () => {
    const { clientId, keysPath } = published([key], {
      client_name: "ChatGPT",
      client_uri: "https://chatgpt.com",
      logo_uri: "https://chatgpt.com/logo.png",
      grant_types: ["authorization_code", "refresh_token"],
      response_types: ["code"],
      redirect_uris: ["https://chatgpt.com/connector/oauth/abc", REDIRECT_URI],
      token_endpoint_auth_signing_alg: "ES256",
      application_type: "web",
      contacts: null,
    });
    const tokens = await connects(clientId);
    assert.equal((await ask(origin, tokens.access_token, "tools/list")).status, 200);
    const proven = async (form: Record<string, string>) => ({ ...form, client_id: clientId, ...(await key.proof(clientId, origin)) });
    const refreshed = await redeem(server, await proven({ grant_type: "refresh_token", refresh_token: tokens.refresh_token }));
    assert.equal(refreshed.status, 200, refreshed.text);
    const introspect = async () =>
      (await send(server.introspection_endpoint, { form: await proven({ token: refreshed.json.access_token }) })).json;
    assert.equal((await introspect()).active, true);
    assert.equal((await send(server.revocation_endpoint, { form: await proven({ token: refreshed.json.access_token }) })).status, 200);
    assert.equal((await introspect()).active, false);
    assert.equal((await ask(origin, refreshed.json.access_token, "ping")).status, 401);
    assert.equal(documents.timesAsked(keysPath), 1, "its keys were fetched once");
  });

  for (const [alg, by] of [
    ["RS256", "registration"],
    ["PS256", "document"],
    ["ES256", "registration"],
    ["Ed25519", "document"],
    ["Ed25519", "registration"],
  ] as const) {
    test(`oauth4webapi, ${alg}, by ${by}: code, introspection, refresh, revocation`, async () => {
      const own = await ClientKey.make(alg);
      const client: oauth.Client = { client_id: by === "document" ? published([own]).clientId : await registered([own]) };
      const auth = oauth.PrivateKeyJwt({ key: own.privateKey, kid: own.kid });
      const issuer = new URL(origin);
      const discovered = await oauth.discoveryRequest(issuer, { algorithm: "oauth2", ...local });
      const as = await oauth.processDiscoveryResponse(issuer, discovered);
      const { code, code_verifier } = await grantOf(client.client_id);
      const params = oauth.validateAuthResponse(as, client, new URLSearchParams({ code: String(code), iss: origin }), oauth.expectNoState);
      const answer = await oauth.authorizationCodeGrantRequest(as, client, auth, params, REDIRECT_URI, String(code_verifier), local);
      const tokens = await oauth.processAuthorizationCodeResponse(as, client, answer);
      const introspect = async () => {
        const answer = await oauth.introspectionRequest(as, client, auth, tokens.access_token, local);
        return oauth.processIntrospectionResponse(as, client, answer);
      };
      assert.equal((await introspect()).active, true);
      const refreshed = await oauth.refreshTokenGrantRequest(as, client, auth, String(tokens.refresh_token), local);
      const { refresh_token } = await oauth.processRefreshTokenResponse(as, client, refreshed);
      await oauth.processRevocationResponse(await oauth.revocationRequest(as, client, auth, String(refresh_token), local));
      assert.equal((await introspect()).active, false);
    });
  }

  test("what a client registers about its keys it is told back; EdDSA by its older name; the token endpoint as audience; no client_id", async () => {
    const own = await ClientKey.make("EdDSA");
    const answer = await register(server, { ...METHOD, jwks: { keys: [own.jwk] }, token_endpoint_auth_signing_alg: "EdDSA" });
    assert.equal(answer.json.token_endpoint_auth_method, "private_key_jwt");
    assert.equal(answer.json.token_endpoint_auth_signing_alg, "EdDSA");
    assert.equal(answer.json.jwks.keys[0].x, own.jwk.x);
    const clientId = answer.json.client_id;
    const { client_id: _, ...form } = await grantOf(clientId);
    const proof = await own.proof(clientId, origin, { aud: [server.token_endpoint] });
    assert.equal((await redeem(server, { ...form, ...proof })).status, 200);
  });

  describe("An assertion proves something once", () => {
    test("it is refused when it comes again, at whichever endpoint", async () => {
      const clientId = await registered();
      const tokens = await connects(clientId);
      const proof = await key.proof(clientId, origin);
      const form = { token: tokens.access_token, client_id: clientId, ...proof };
      assert.equal((await send(server.introspection_endpoint, { form })).json.active, true);
      refused(await send(server.introspection_endpoint, { form }));
      refused(await send(server.revocation_endpoint, { form }));
      refused(await redeem(server, { grant_type: "refresh_token", refresh_token: tokens.refresh_token, client_id: clientId, ...proof }));
      assert.equal((await ask(origin, tokens.access_token, "ping")).status, 200);
    });

    test("of eight at once, one counts", async () => {
      const clientId = await registered();
      const form = { token: (await connects(clientId)).access_token, client_id: clientId, ...(await key.proof(clientId, origin)) };
      const answers = await Promise.all(Array.from({ length: 8 }, () => send(server.introspection_endpoint, { form })));
      assert.equal(answers.filter(({ status }) => status === 200).length, 1);
    });

    test("one that is wrong uses nothing up: neither its jti, nor the code", async () => {
      const clientId = await registered();
      const grant = await grantOf(clientId);
      const jti = "the-same";
      const wrong = await ClientKey.make("ES256", key.kid);
      refused(await redeem(server, { ...grant, ...(await wrong.proof(clientId, origin, { jti })) }));
      refused(await redeem(server, { ...grant, ...(await key.proof(clientId, `${origin}/`, { jti })) }));
      assert.equal((await redeem(server, { ...grant, ...(await key.proof(clientId, origin, { jti })) })).status, 200);
    });

    test("another client may use the same jti", async () => {
      for (const clientId of [await registered(), await registered()]) {
        const proof = await key.proof(clientId, origin, { jti: "one" });
        assert.equal((await redeem(server, { ...(await grantOf(clientId)), ...proof })).status, 200);
      }
    });
  });

  describe("What proves nothing", () => {
    let clientId: string;
    let grant: Record<string, string>;
    let other: ClientKey;
    before(async () => {
      clientId = await registered();
      grant = await grantOf(clientId);
      other = await ClientKey.make("ES256", key.kid);
    });
    after(async () => {
      assert.equal((await redeem(server, { ...grant, ...(await key.proof(clientId, origin)) })).status, 200, "the code is still good");
    });

    const seconds = (from: number) => Math.floor(Date.now() / 1000) + from;
    const WRONG: Record<string, () => Promise<Record<string, string>>> = {
      "nothing at all": async () => ({}),
      "another key by the same name": () => other.proof(clientId, origin),
      "a key of another name": () => key.proof(clientId, origin, {}, { kid: "x" }),
      "another client’s assertion": () => key.proof("another", origin),
      "another issuer’s audience": () => key.proof(clientId, "https://evil.example"),
      "two audiences": () => key.proof(clientId, origin, { aud: [origin, "https://evil.example"] }),
      "an audience that is nearly the issuer": () => key.proof(clientId, `${origin}/`),
      "another endpoint as audience": () => key.proof(clientId, server.introspection_endpoint),
      "no audience": () => key.proof(clientId, origin, { aud: null }),
      "another subject": () => key.proof(clientId, origin, { sub: "x" }),
      "another issuer": () => key.proof(clientId, origin, { iss: "x" }),
      "no end": () => key.proof(clientId, origin, { exp: null }),
      "an end that has been": () => key.proof(clientId, origin, { exp: seconds(-120) }),
      "an end that is an hour away": () => key.proof(clientId, origin, { exp: seconds(3600) }),
      "a beginning that is to come": () => key.proof(clientId, origin, { nbf: seconds(120) }),
      "a making that is to come": () => key.proof(clientId, origin, { iat: seconds(120) }),
      "no jti": () => key.proof(clientId, origin, { jti: null }),
      "a jti that is too long": () => key.proof(clientId, origin, { jti: "j".repeat(257) }),
      "the type of an access token": () => key.proof(clientId, origin, {}, { typ: "at+jwt" }),
      "its session instead": async () => ({ client_assertion_type: ASSERTION_TYPE, client_assertion: ada.sessionJwt }),
      "no JWT": async () => ({ client_assertion_type: ASSERTION_TYPE, client_assertion: "x" }),
      "no signature": async () => {
        const [, claims] = (await key.assertion(clientId, origin)).split(".");
        const header = Buffer.from(JSON.stringify({ alg: "none" })).toString("base64url");
        return { client_assertion_type: ASSERTION_TYPE, client_assertion: `${header}.${claims}.` };
      },
      "another assertion type": async () => ({
        ...(await key.proof(clientId, origin)),
        client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:saml2-bearer",
      }),
      "a secret": async () => ({ client_secret: "s" }),
    };
    for (const [name, proof] of Object.entries(WRONG)) {
      test(`${name}: at every endpoint`, async () => {
        refused(await redeem(server, { ...grant, ...(await proof()) }));
        for (const endpoint of [server.introspection_endpoint, server.revocation_endpoint])
          refused(await send(endpoint, { form: { token: "x", client_id: clientId, ...(await proof()) } }));
      });
    }

    for (const [name, more] of Object.entries({
      "two ways at once": { client_secret: "s" },
      "no assertion type": { client_assertion_type: "" },
    }))
      test(`${name}: invalid_request`, async () => {
        refused(await redeem(server, { ...grant, ...(await key.proof(clientId, origin)), ...more }), "invalid_request", 400);
      });

    test("a way in that the client did not register, whichever", async () => {
      const basic = (id: string, secret: string) => ({ authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}` });
      const ways: Record<string, (id: string, secret: string) => Promise<{ headers?: Record<string, string>; form: Json }>> = {
        none: async () => ({ form: {} }),
        client_secret_basic: async (id, secret) => ({ headers: basic(id, secret), form: {} }),
        client_secret_post: async (_, client_secret) => ({ form: { client_secret } }),
        private_key_jwt: async (id) => ({ form: await key.proof(id, origin) }),
      };
      for (const method of Object.keys(ways)) {
        const jwks = { keys: [key.jwk] };
        const client = (await register(server, { token_endpoint_auth_method: method, jwks })).json;
        for (const [way, how] of Object.entries(ways)) {
          const { form, ...rest } = await how(client.client_id, client.client_secret ?? "s");
          const answer = await send(server.introspection_endpoint, { ...rest, form: { token: "x", client_id: client.client_id, ...form } });
          assert.equal(answer.status, way === method ? 200 : 401, `registered ${method}, came with ${way}: ${answer.text}`);
        }
      }
    });
  });

  describe("A document that offers `none` beside a key", () => {
    test("comes with an assertion or without one, but not with a bad one", async () => {
      const { clientId } = published([key], { token_endpoint_auth_methods_supported: ["private_key_jwt", "none"] });
      assert.equal((await redeem(server, await grantOf(clientId))).status, 200);
      await connects(clientId);
      const other = await ClientKey.make("ES256", key.kid);
      refused(await redeem(server, { ...(await grantOf(clientId)), ...(await other.proof(clientId, origin)) }));
    });

    test("one that offers no `none` does not", async () => {
      const { clientId } = published([key], { token_endpoint_auth_methods_supported: ["private_key_jwt"] });
      refused(await redeem(server, await grantOf(clientId)));
    });

    test("and one whose keys are in the document needs no second fetch", async () => {
      const clientId = documents.publish("/own-keys", { ...METHOD, jwks: { keys: [key.jwk] } });
      await connects(clientId);
    });
  });

  describe("Keys are fetched", () => {
    test("for nobody who merely names a client, or brings another’s code or token", async () => {
      const { clientId, path, keysPath } = published();
      await consents(ada, { client_id: clientId, code_challenge: pkce().challenge });
      assert.equal(documents.timesAsked(path), 1);
      const proven = async (form: Record<string, string>) => ({ ...form, client_id: clientId, ...(await key.proof(clientId, origin)) });
      const foreign = await connects(await registered());
      const foreignCode = await grantOf(await registered());
      for (const form of [
        codeGrant({ clientId, code: `code_${"A".repeat(64)}`, verifier: pkce().verifier }),
        { ...foreignCode, client_id: clientId },
        { grant_type: "refresh_token", refresh_token: foreign.refresh_token },
      ])
        refused(await redeem(server, await proven(form as Record<string, string>)), "invalid_grant", 400);
      refused(await redeem(server, await proven({ grant_type: "authorization_code" })), "invalid_request", 400);
      for (const endpoint of [server.introspection_endpoint, server.revocation_endpoint])
        for (const token of ["x", foreign.access_token, foreign.refresh_token, ada.sessionJwt])
          refused(await send(endpoint, { form: await proven({ token }) }));
      assert.equal(documents.timesAsked(keysPath), 0);
      assert.equal((await ask(origin, foreign.access_token, "ping")).status, 200, "and nothing was ended");
    });

    test("once, and then believed; nobody has them fetched again at once by making up a key’s name", async () => {
      const { clientId, keysPath } = published();
      for (let times = 0; times < 3; times++) await connects(clientId);
      const grant = await grantOf(clientId);
      for (const kid of ["a", "b", "c"])
        refused(await redeem(server, { ...grant, ...(await key.proof(clientId, origin, {}, { kid })) }));
      assert.equal(documents.timesAsked(keysPath), 1);
    });

    const BROKEN: Record<string, [content: Json, answer: Json, status: number]> = {
      "that is not there": [{}, { status: 404 }, 503],
      "behind a redirect": [{}, { status: 302, headers: { location: "/client-1/jwks.json" } }, 503],
      "that says it is HTML": [{}, { headers: { "content-type": "text/html" } }, 503],
      "that is none": [{}, {}, 401],
      "with a member twice": [{}, { body: '{"keys":[],"keys":[]}' }, 401],
      "longer than 32 KB": [{ keys: [], padding: "x".repeat(32 * 1024) }, {}, 401],
    };
    for (const [name, [content, answer, status]] of Object.entries(BROKEN)) {
      test(`not from a set ${name}; that is fetched once and then known`, async () => {
        const { clientId, keysPath } = published();
        documents.publishJson(keysPath, content, answer);
        const grant = await grantOf(clientId);
        for (let times = 0; times < 3; times++) {
          const answer = await redeem(server, { ...grant, ...(await key.proof(clientId, origin)) });
          refused(answer, status === 503 ? "temporarily_unavailable" : "invalid_client", status);
        }
        assert.equal(documents.timesAsked(keysPath), 1);
      });
    }

    test("and refused where a secret was published among them", async () => {
      const { clientId, keysPath } = published();
      documents.publishJson(keysPath, { keys: [key.jwk, (await ClientKey.make("ES256")).privateJwk] });
      const answer = await redeem(server, { ...(await grantOf(clientId)), ...(await key.proof(clientId, origin)) });
      refused(answer);
      assert.match(answer.json.error_description, /private/);
    });

    test("of any media type for JSON, however it is capitalised", async () => {
      const { clientId, keysPath } = published();
      documents.publishJson(keysPath, { keys: [key.jwk] }, { headers: { "content-type": "Application/JWK-Set+JSON; charset=utf-8" } });
      await connects(clientId);
    });
  });

  describe("Keys that are not taken", () => {
    const REFUSED: Record<string, () => Promise<Json>> = {
      none: async () => ({}),
      "in two places": async () => ({ jwks: { keys: [key.jwk] }, jwks_uri: "https://keys.example.com/jwks" }),
      "a private one": async () => ({ jwks: { keys: [key.privateJwk] } }),
      "a symmetric one": async () => ({ jwks: { keys: [{ kty: "oct", k: "c2VjcmV0" }] } }),
      "too small a one": async () => ({ jwks: { keys: [{ ...(await ClientKey.make("RS256")).jwk, n: "A".repeat(171) }] } }),
      "for encryption": async () => ({ jwks: { keys: [{ ...key.jwk, use: "enc" }] } }),
      "of another curve": async () => ({ jwks: { keys: [(await ClientKey.make("ES384")).jwk] } }),
      "seventeen": async () => ({ jwks: { keys: Array(17).fill(key.jwk) } }),
      "for an algorithm that is not offered": async () => ({ jwks: { keys: [key.jwk] }, token_endpoint_auth_signing_alg: "HS256" }),
      "at an address inside": async () => ({ jwks_uri: "https://169.254.169.254/jwks" }),
      "in a cluster": async () => ({ jwks_uri: "https://keys.default.svc/jwks" }),
      "over plain http": async () => ({ jwks_uri: "http://keys.example.com/jwks" }),
    };
    // One person may have only so many documents looked up in a minute.
    let bob: Person;
    before(async () => {
      bob = await Person.logsIn(origin);
    });
    for (const [name, keys] of Object.entries(REFUSED)) {
      test(name, async () => {
        const answer = await register(server, { ...METHOD, ...(await keys()) });
        refused(answer, "invalid_client_metadata", 400);
        const document = documents.publish(`/refused-${encodeURIComponent(name)}`, { ...METHOD, ...(await keys()) });
        const { start } = await consents(bob, { client_id: document, code_challenge: pkce().challenge });
        assert.equal(start.status, 400, start.text);
        assert.equal(start.json.error_type, "invalid_client_id_metadata");
      });
    }

    test("a key that the platform finds fault with verifies nothing, and is nobody’s fault here", async () => {
      // A point that is not on the curve.
      const clientId = await registered([key], { jwks: { keys: [{ ...key.jwk, y: key.jwk.x }] } });
      refused(await redeem(server, { ...(await grantOf(clientId)), ...(await key.proof(clientId, origin)) }));
    });
  });

  describe("As time goes by", () => {
    const object = (clientId: string) => StoredObject.named(worker.state, "ClientRegistration", clientId);
    const seconds = () => Math.floor(Date.now() / 1000);
    const tries = async (clientId: string, by = key): Promise<Answer> =>
      redeem(server, { ...(await grantOf(clientId)), ...(await by.proof(clientId, origin)) });
    let [rotating, aging, limited]: { clientId: string; keysPath: string }[] = [];
    let busy: string;
    let added: ClientKey;

    before(async () => {
      [rotating, aging, limited] = [published(), published(), published()];
      busy = await registered();
      added = await ClientKey.make("ES256");
      for (const clientId of [rotating!.clientId, aging!.clientId, limited!.clientId, busy]) await connects(clientId);
      assert.ok((object(busy).alarm ?? 0) <= Date.now() + 3_600_000, "what was used is swept within the hour");
      documents.publishJson(rotating!.keysPath, { keys: [key.jwk, added.jwk] });
      documents.publishJson(aging!.keysPath, {}, { status: 500 });
      const fill = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9999)
        INSERT INTO used_assertions (id, forgotten_at) SELECT 'n' || i, ? FROM n`;
      await worker.restart({
        meanwhile: () => {
          object(rotating!.clientId).run("UPDATE keys SET fetched_at = fetched_at - 31");
          object(aging!.clientId).run("UPDATE keys SET fetched_at = fetched_at - 3600");
          object(limited!.clientId).run("DELETE FROM keys");
          for (let count = 0; count < 9; count++)
            object(limited!.clientId).run("INSERT INTO fetches (what, at) VALUES ('keys', ?)", seconds());
          object(busy).run(fill, seconds() + 600);
        },
      });
    });

    test("a key that was added is found half a minute later", async () => {
      assert.equal((await tries(rotating!.clientId, added)).status, 200);
      assert.equal((await tries(rotating!.clientId)).status, 200);
      assert.equal(documents.timesAsked(rotating!.keysPath), 2);
    });

    test("keys are fetched so often for one client and no more", async () => {
      const answer = await tries(limited!.clientId);
      refused(answer, "temporarily_unavailable", 503);
      assert.ok(Number(answer.headers.get("retry-after")) > 0);
      assert.equal(documents.timesAsked(limited!.keysPath), 1);
    });

    test("ten thousand used assertions are remembered, and no more are taken", async () => {
      const answer = await tries(busy);
      refused(answer, "too_many_requests", 429);
      assert.ok(Number(answer.headers.get("retry-after")) > 0);
    });

    test("keys are fetched again after an hour; while they cannot be had, the old ones do", async () => {
      for (let times = 0; times < 2; times++) assert.equal((await tries(aging!.clientId)).status, 200);
      assert.equal(documents.timesAsked(aging!.keysPath), 2, "that it failed is known for a minute");
    });

    test("but for no longer than a day; and what has expired is forgotten", async () => {
      await worker.restart({
        meanwhile: () => {
          object(aging!.clientId).run("UPDATE keys SET fetched_at = fetched_at - ?", 23 * 3600);
          object(busy).run("UPDATE used_assertions SET forgotten_at = ?", seconds() - 1);
        },
      });
      const answer = await tries(aging!.clientId);
      refused(answer, "temporarily_unavailable", 503);
      assert.ok(Number(answer.headers.get("retry-after")) > 0);
      assert.equal((await tries(busy)).status, 200);
      assert.equal(object(busy).rows("SELECT 1 FROM used_assertions").length, 1);
    });
  });
});
