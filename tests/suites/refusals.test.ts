// Every way in which a request to the embedded provider can be wrong, each with the exact status and error. One row, one test.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { authorized, codeGrant, connected, consents, discover, pkce, redeem, register, REDIRECT_URI } from "../harness/agent.ts";
import { send, type Answer, type Json } from "../harness/http.ts";
import { Browser, Person, restAs, someEmail } from "../harness/person.ts";
import { embedded } from "../harness/shared.ts";

let origin: string;
let server: Json;
let ada: Person;
let rows = 0;

before(async () => {
  origin = (await embedded()).origin;
  ({ server } = await discover(origin));
  ada = await Person.logsIn(origin);
});

after(() => assert.ok(rows >= 120, `${rows} rows`));

/** One row: what is sent, and what it must be answered with. `error` is OAuth's, Stytch's, or a problem's code. */
function refused(name: string, status: number, error: string, request: () => Promise<Answer>): void {
  rows += 1;
  test(`${name} → ${status} ${error}`, async () => {
    const answer = await request();
    assert.equal(answer.status, status, answer.text);
    const { json } = answer;
    assert.equal(json.error ?? json.error_type ?? json.code, error, answer.text);
    assert.equal(answer.headers.get("cache-control"), "no-store");
    for (const secret of ["access_token", "refresh_token", "session_token", "session_jwt", "data"]) {
      assert.equal(json[secret], undefined);
    }
  });
}

/** Addresses that come close to the registered one. */
const NEAR_MISSES = {
  "another path": "http://127.0.0.1:33418/other",
  "a slash more": `${REDIRECT_URI}/`,
  "a query more": `${REDIRECT_URI}?x=1`,
  "a fragment more": `${REDIRECT_URI}#x`,
  "another case": "http://127.0.0.1:33418/CALLBACK",
  "another name of loopback": "http://localhost:33418/callback",
  "another address of loopback": "http://127.0.0.2:33418/callback",
  "a name that begins like it": "http://127.0.0.1.evil.example:33418/callback",
  "a user before the host": "http://127.0.0.1:33418@evil.example/callback",
  https: "https://127.0.0.1:33418/callback",
  "a path that climbs": "http://127.0.0.1:33418/x/../callback",
  "an encoded path": "http://127.0.0.1:33418/%63allback",
  "a script": "javascript:alert(1)",
  nothing: "",
};

describe("Authorization requests that are shown to the person and never sent on", () => {
  const submit = async (changes: Json): Promise<Answer> => {
    const client_id = (await register(server)).json.client_id;
    return (await consents(ada, { client_id, code_challenge: pkce().challenge, ...changes })).submit;
  };
  const badRedirect = "connected_app_supplied_redirect_url_not_found_in_client";
  for (const [name, redirect_uri] of Object.entries(NEAR_MISSES)) {
    refused(`redirect URI: ${name}`, 400, badRedirect, () => submit({ redirect_uri }));
  }
  for (const client_id of [
    "",
    "x",
    "connected-app-test-00000000-0000-4000-8000-000000000000",
    "CONNECTED-APP-TEST-00000000-0000-4000-8000-000000000000",
    "a b",
    "x".repeat(3000),
  ]) {
    refused(`client id “${client_id.slice(0, 40)}”`, 404, "connected_app_not_found", () => submit({ client_id }));
  }
});

describe("Authorization requests that the client is told about", () => {
  const sent = (name: string, error: string, changes: Json): void => {
    rows += 1;
    test(`${name} → ${error}`, async () => {
      const client_id = (await register(server)).json.client_id;
      const request = { client_id, code_challenge: pkce().challenge, state: "s", ...changes };
      const { submit } = await consents(ada, request);
      assert.equal(submit.status, 200, submit.text);
      const target = new URL(submit.json.data.redirect_uri);
      assert.equal(`${target.origin}${target.pathname}`, REDIRECT_URI);
      assert.equal(target.searchParams.get("error"), error, submit.text);
      assert.equal(target.searchParams.get("iss"), origin);
      assert.equal(target.searchParams.get("code"), null);
      assert.equal(submit.json.data.authorization_code, "");
    });
  };
  for (const response_type of ["token", "id_token", "code token", "none", "CODE"])
    sent(`response_type ${response_type}`, "unsupported_response_type", { response_type });
  sent("no code_challenge", "invalid_request", { code_challenge: undefined });
  for (const method of ["plain", "S512", "s256", ""])
    sent(`code_challenge_method “${method}”`, "invalid_request", { code_challenge_method: method });
  for (const [name, code_challenge] of Object.entries({
    short: "x".repeat(42),
    long: "x".repeat(44),
    "not base64url": `${"x".repeat(42)}=`,
    empty: "",
  }))
    sent(`a code_challenge that is ${name}`, "invalid_request", { code_challenge });
  for (const scopes of [["billing:write"], ["openid\u0000"], ['"'], Array.from({ length: 40 }, (_, index) => `s${index}`)])
    sent(`scopes ${JSON.stringify(scopes).slice(0, 40)}`, "invalid_scope", { scopes });
  for (const resource of [
    "https://other.example/mcp",
    "/mcp",
    "",
    "x",
    "urn:x",
    "javascript:alert(1)",
    "http://localhost/mcp",
  ])
    sent(`resource “${resource}”`, "invalid_target", { resources: [resource] });
  test("this server’s name in letters beyond ASCII, which a browser takes for it", async () => {
    rows += 1;
    const resource = `${origin}/mcp`.replace("localhost", "ｌocalhost");
    assert.equal(new URL(resource).href, `${origin}/mcp`);
    const client_id = (await register(server)).json.client_id;
    const { submit } = await consents(ada, { client_id, code_challenge: pkce().challenge, resources: [resource] });
    assert.equal(new URL(submit.json.data.redirect_uri).searchParams.get("error"), "invalid_target");
  });
  test("two resources at once", async () => {
    rows += 1;
    const client_id = (await register(server)).json.client_id;
    const resources = [`${origin}/mcp`, `${origin}/sse`];
    const { submit } = await consents(ada, { client_id, code_challenge: pkce().challenge, resources });
    assert.equal(new URL(submit.json.data.redirect_uri).searchParams.get("error"), "invalid_target");
  });
  for (const prompt of ["create", "select", "none consent", "consent none", "consent x", "NONE"])
    sent(`prompt “${prompt}”`, "invalid_request", { prompt });
  sent("prompt none where the person would have to be asked", "consent_required", { prompt: "none" });
  sent("a nonce that is too long", "invalid_request", { nonce: "n".repeat(513) });
});

describe("The token endpoint: codes", () => {
  const exchange = async (changes: Record<string, string | undefined>): Promise<Answer> => {
    const grant = await authorized(ada);
    const form = Object.entries({ ...codeGrant(grant), ...changes }).filter((pair): pair is [string, string] => pair[1] !== undefined);
    return redeem(server, Object.fromEntries(form));
  };
  for (const name of ["grant_type", "code", "code_verifier"])
    refused(`without ${name}`, 400, "invalid_request", () => exchange({ [name]: undefined }));
  for (const name of ["grant_type", "code", "code_verifier"])
    refused(`with an empty ${name}`, 400, "invalid_request", () => exchange({ [name]: "" }));
  for (const grant_type of ["password", "client_credentials", "implicit", "Authorization_code", "urn:ietf:params:oauth:grant-type:device_code"])
    refused(`grant_type ${grant_type}`, 400, "unsupported_grant_type", () => exchange({ grant_type }));
  for (const [name, redirect_uri] of Object.entries(NEAR_MISSES)) {
    if (redirect_uri !== "") refused(`redirect URI: ${name}`, 400, "invalid_grant", () => exchange({ redirect_uri }));
  }
  for (const [name, code_verifier] of Object.entries({ short: "x".repeat(42), long: "x".repeat(129), odd: `${"x".repeat(42)}!` }))
    refused(`a verifier that is ${name}`, 400, "invalid_request", () => exchange({ code_verifier }));
  refused("another verifier", 400, "invalid_grant", () => exchange({ code_verifier: pkce().verifier }));
  refused("another resource", 400, "invalid_target", () => exchange({ resource: `${origin}/sse` }));
  refused("no resource at all", 400, "invalid_target", () => exchange({ resource: "x" }));
  for (const code of ["x", "code_", "code_x", "session_x", "refresh_x", "eyJhbGciOiJSUzI1NiJ9.e30.x", `code_${"A".repeat(64)}`, " "])
    refused(`code “${code.slice(0, 24)}”`, 400, "invalid_grant", () => exchange({ code }));
  for (const kind of ["sessionToken", "sessionJwt"] as const)
    refused(`a ${kind} as the code`, 400, "invalid_grant", () => exchange({ code: ada[kind] }));
  for (const client_id of ["x", "", undefined, "connected-app-test-00000000-0000-4000-8000-000000000000", "https://claude.ai/c"])
    refused(`client “${client_id}”`, 401, "invalid_client", () => exchange({ client_id }));
  refused("a public client with a secret", 401, "invalid_client", () => exchange({ client_secret: "s" }));
  refused("another client", 400, "invalid_grant", async () => {
    const other = (await register(server, { client_name: "Another one" })).json.client_id;
    return exchange({ client_id: other });
  });
  refused("a parameter given twice", 400, "invalid_request", async () => {
    const form = new URLSearchParams(codeGrant(await authorized(ada)));
    form.append("code", form.get("code") ?? "");
    return send(server.token_endpoint, { form });
  });
  refused("a JSON body that is no object", 400, "invalid_request", () =>
    send(server.token_endpoint, { headers: { "content-type": "application/json" }, body: "[]" }),
  );
  for (const authorization of ["Basic ???", "Basic eA==", "Basic Og=="])
    refused(`Authorization: ${authorization}`, 401, "invalid_client", async () =>
      send(server.token_endpoint, { headers: { authorization }, form: { grant_type: "authorization_code" } }),
    );
  for (const method of ["GET", "PUT", "DELETE"])
    refused(method, 405, "method_not_allowed", () => send(server.token_endpoint, { method }));
});

describe("The token endpoint: refresh tokens", () => {
  const refresh = async (changes: (tokens: Json) => Record<string, string>): Promise<Answer> => {
    const tokens = await connected(ada);
    const form = { grant_type: "refresh_token", client_id: tokens.client_id, refresh_token: tokens.refresh_token };
    return redeem(server, { ...form, ...changes(tokens) });
  };
  refused("without one", 400, "invalid_request", () => refresh(() => ({ refresh_token: "" })));
  for (const kind of ["access_token", "id_token"])
    refused(`an ${kind} instead`, 400, "invalid_grant", () => refresh((tokens) => ({ refresh_token: tokens[kind] })));
  refused("a session token instead", 400, "invalid_grant", () => refresh(() => ({ refresh_token: ada.sessionToken })));
  for (const [name, change] of Object.entries({
    "its last character changed": (token: string) => token.slice(0, -2) + (token.at(-2) === "A" ? "B" : "A") + token.slice(-1),
    "a character less": (token: string) => token.slice(0, -1),
    "a character more": (token: string) => `${token}A`,
    "its kind changed": (token: string) => token.replace("refresh_", "code_"),
    "a padding": (token: string) => `${token}=`,
  }))
    refused(`with ${name}`, 400, "invalid_grant", () => refresh(({ refresh_token }) => ({ refresh_token: change(refresh_token) })));
  for (const scope of ["openid full_access", "todos:admin", "phone"])
    refused(`for more scopes (${scope})`, 400, "invalid_scope", () => refresh(() => ({ scope })));
  refused("for a malformed scope", 400, "invalid_scope", () => refresh(() => ({ scope: '"' })));
  refused("for another resource", 400, "invalid_target", () => refresh(() => ({ resource: `${origin}/sse` })));
});

describe("Registration", () => {
  const wrong = (name: string, error: string, metadata: Json): void =>
    refused(name, 400, error, () => register(server, metadata));
  for (const uri of [
    "javascript:alert(1)",
    "JAVASCRIPT:alert(1)",
    "data:text/html,x",
    "file:///etc/passwd",
    "vbscript:x",
    "blob:https://a.example/x",
    "http://a.example/cb",
    "http://0.0.0.0/cb",
    "http://localhost.evil.example/cb",
    "https://u@a.example/cb",
    "https://a.example/cb#x",
    "https://",
    "//a.example/cb",
    "view-source:https://a.example/",
    "ms-settings:privacy",
    "search-ms:query=x",
    "intent://x/cb",
    "shell:startup",
    "itms-services://x",
    "mailto:eve@a.example",
    "tel:110",
    "ssh://a.example/",
    "smb://a.example/x",
    "ftp://a.example/",
    "urn:ietf:wg:oauth:2.0:oob",
    "web+x://cb",
    "localhost:3000/cb",
    "a.example:3000/cb",
    "https:evil.example",
    "https:///evil.example/cb",
    "https://@evil.example/",
    "https://%65vil.example/cb",
    "http://0x7f.1/cb",
    "https://a.example/%2e%2e/cb",
    "https://a.example/cb?code=x",
    "https://a.example/cb?x=1&state=x",
    "https://a.example/cb?iss=https://evil.example",
    "https://a.example/ x",
    `https://a.example/${"x".repeat(2048)}`,
  ])
    wrong(`redirect URI ${uri.slice(0, 40)}`, "invalid_redirect_uri", { redirect_uris: [uri] });
  wrong("no redirect URI", "invalid_redirect_uri", { redirect_uris: [] });
  wrong("thirty-three redirect URIs", "invalid_redirect_uri", {
    redirect_uris: Array.from({ length: 33 }, (_, index) => `https://a.example/${index}`),
  });
  for (const method of ["private_key_jwt", "client_secret_jwt", "tls_client_auth", "NONE", ""])
    wrong(`token_endpoint_auth_method “${method}”`, "invalid_client_metadata", { token_endpoint_auth_method: method });
  wrong("grant_types without the code", "invalid_client_metadata", { grant_types: ["client_credentials"] });
  wrong("response_types without code", "invalid_client_metadata", { response_types: ["token"] });
  wrong("a scope that is none", "invalid_client_metadata", { scope: '"' });
  for (const client_name of ["a\u202eb", "a\nb", "a\u200bb", "x".repeat(101)])
    wrong(`client_name ${JSON.stringify(client_name).slice(0, 20)}`, "invalid_client_metadata", { client_name });
});

describe("What is asked about tokens", () => {
  for (const endpoint of ["introspection_endpoint", "revocation_endpoint"]) {
    refused(`${endpoint}: no client`, 401, "invalid_client", () => send(server[endpoint], { form: { token: "x" } }));
    refused(`${endpoint}: an unknown client`, 401, "invalid_client", () =>
      send(server[endpoint], { form: { token: "x", client_id: "x" } }),
    );
    refused(`${endpoint}: no token`, 400, "invalid_request", async () => {
      const client_id = (await register(server)).json.client_id;
      return send(server[endpoint], { form: { client_id } });
    });
    refused(`${endpoint}: GET`, 405, "method_not_allowed", () => send(server[endpoint]));
  }
  refused("userinfo without a token", 401, "no_token", () => send(server.userinfo_endpoint));
  for (const token of ["x", "a.b.c", "eyJhbGciOiJub25lIn0.e30."])
    refused(`userinfo with ${token}`, 401, "invalid_token", () =>
      send(server.userinfo_endpoint, { headers: { authorization: `Bearer ${token}` } }),
    );
});

describe("Calls of the page that are not the page’s", () => {
  const pages = { "/oauth/authorize": 400, "/oauth/logout": 200, "/login": 200, "/settings": 200 };
  for (const [path, expected] of Object.entries(pages))
    test(`${path} cannot be framed`, async () => {
      const { status, headers } = await send(`${origin}${path}`);
      assert.equal(status, expected);
      assert.equal(headers.get("x-frame-options"), "DENY");
      assert.match(headers.get("content-security-policy") ?? "", /frame-ancestors 'none'/);
    });
  const call = (path: string, headers: Record<string, string>, json: Json = {}): Promise<Answer> =>
    send(`${origin}/sdk/v1${path}`, { headers, json });
  const basic = (text: string) => `Basic ${Buffer.from(text).toString("base64")}`;
  const good = basic("public-token-test-00000000-0000-4000-8000-000000000000:");
  for (const foreign of ["https://evil.example", "null", "http://localhost", "http://127.0.0.1:3000", "http://localhost.evil.example"]) {
    refused(`a login asked for by ${foreign}`, 400, "bad_domain_for_stytch_sdk", () =>
      call("/otps/email/login_or_create", { authorization: good, origin: foreign }, { email: someEmail() }),
    );
    refused(`a consent asked for by ${foreign}`, 400, "bad_domain_for_stytch_sdk", () =>
      call("/idp/oauth/authorize/submit", { authorization: good, origin: foreign }, { consent_granted: true }),
    );
    refused(`a todo added by ${foreign}`, 403, "cross_site", () =>
      send(`${origin}/api/todos`, {
        headers: { origin: foreign, cookie: `stytch_session_jwt=${ada.sessionJwt}` },
        json: { todoText: "x" },
      }),
    );
  }
  for (const site of ["cross-site", "same-site"])
    refused(`a todo added with Sec-Fetch-Site: ${site}`, 403, "cross_site", () =>
      send(`${origin}/api/todos`, {
        headers: { origin, "sec-fetch-site": site, cookie: `stytch_session_jwt=${ada.sessionJwt}` },
        json: { todoText: "x" },
      }),
    );
  for (const authorization of ["", "Basic ???", basic("x:"), basic("public-token-test-x:y"), `Bearer ${"x".repeat(40)}`])
    refused(`Authorization “${authorization.slice(0, 30)}”`, 401, "public_token_not_found", () =>
      call("/sessions/authenticate", { authorization }),
    );
  const project = "public-token-test-00000000-0000-4000-8000-000000000000";
  for (const token of ["", "x", "session_x", `session_${"A".repeat(64)}`, "code_x", "refresh_x"])
    refused(`session token “${token.slice(0, 20)}”`, 404, "session_not_found", () =>
      call("/sessions/authenticate", { authorization: basic(`${project}:${token}`) }),
    );
  for (const minutes of [0, 4, 527_041, 1e12])
    refused(`a session of ${minutes} minutes`, 400, "invalid_session_duration_minutes", () =>
      ada.browser.sdk("/sessions/authenticate", { session_duration_minutes: minutes }),
    );
  for (const method_id of ["", "x", "email-test-x", "user-test-00000000-0000-4000-8000-000000000000"])
    refused(`a login with method “${method_id}”`, 400, "invalid_method_id", () =>
      call("/otps/authenticate", { authorization: good }, { method_id, token: "000000", session_duration_minutes: 60 }),
    );
  for (const path of ["/passwords", "/magic_links/email/login_or_create", "/oauth/attach", "/x"])
    refused(`what is not offered: ${path}`, 404, "route_not_found", () => call(path, { authorization: good }));
  for (const jwt of ["", "x", "a.b.c", "null"])
    refused(`cookie “${jwt}”`, 401, "no_session", () => restAs(origin, jwt, "GET", "/api/todos"));
});

describe("Logging out where a client asks for it", () => {
  const BYE = "http://127.0.0.1:33418/callback";
  type App = { client_id: string; id_token: string; access_token: string };

  /** An app that somebody has logged in to. */
  const app = async (person = ada, client_name = "Leaving"): Promise<App> => {
    const grant = await authorized(person, {}, { client_name, post_logout_redirect_uris: [BYE] });
    return { ...(await redeem(server, codeGrant(grant))).json, client_id: grant.clientId };
  };
  const start = async (changes: Json, person = ada): Promise<Answer> => {
    const { client_id } = await app(person);
    return person.browser.sdk("/oauth/logout/start", { client_id, post_logout_redirect_uri: BYE, ...changes });
  };

  refused("a client that nobody knows", 404, "connected_app_not_found", () =>
    start({ client_id: "connected-app-test-00000000-0000-4000-8000-000000000000" }),
  );
  refused("something that is no client id", 404, "connected_app_not_found", () => start({ client_id: "" }));
  refused("no address to return to", 400, "bad_request", () => start({ post_logout_redirect_uri: undefined }));
  for (const [how, uri] of Object.entries(NEAR_MISSES)) {
    refused(`to return to ${how}`, 400, "post_logout_redirect_uri_not_found_in_client", () =>
      start({ post_logout_redirect_uri: uri }),
    );
  }
  refused("a client that registered no such address", 400, "post_logout_redirect_uri_not_found_in_client", async () =>
    start({ client_id: (await register(server)).json.client_id }),
  );
  refused("an endless state", 400, "bad_request", () => start({ state: "s".repeat(4097) }));

  const hints: Record<string, (own: App) => Promise<string> | string> = {
    "no token": () => "nonsense",
    "an altered one": ({ id_token }) => id_token.slice(0, -6) + (id_token.endsWith("AAAAAA") ? "BBBBBB" : "AAAAAA"),
    "an access token": ({ access_token }) => access_token,
    "a session JWT": () => ada.sessionJwt,
    "another client’s": async () => (await app(ada, "Another")).id_token,
  };
  for (const [what, hint] of Object.entries(hints)) {
    refused(`with ${what} as id_token_hint`, 400, "invalid_id_token_hint", async () => {
      const own = await app();
      return start({ client_id: own.client_id, id_token_hint: await hint(own) });
    });
  }

  test("a token about somebody else does not spare the person who is logged in the question", async () => {
    const eve = await Person.logsIn(origin);
    const { client_id, id_token } = await app(eve);
    const asked = async (person: Person): Promise<boolean> =>
      (await start({ client_id, id_token_hint: id_token }, person)).json.data.consent_required;
    assert.equal(await asked(ada), true);
    assert.equal(await asked(eve), false);
    // Nor whoever is not logged in: they are sent nowhere by a link.
    const nobody = await Browser.at(origin);
    const answer = await nobody.sdk("/oauth/logout/start", { client_id, post_logout_redirect_uri: BYE, id_token_hint: id_token });
    assert.equal(answer.json.data.consent_required, true);
  });
});
