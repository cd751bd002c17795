// The authorization endpoint over HTTP: what it says before any page is shown, what it tells clients and how, and what it asks of
// a login (OpenID Connect Core section 3.1.2). What people see of it is in `authorize-page`. And its neighbour for logging out.

import assert from "node:assert/strict";
import { before, describe, test } from "node:test";

import { decodeJwt } from "jose";

import { authorized, codeGrant, discover, pkce, redeem, register, REDIRECT_URI } from "../harness/agent.ts";
import { assertProblem } from "../harness/assertions.ts";
import { ClientDocuments } from "../harness/client-documents.ts";
import { READ, WRITE } from "../harness/domain.ts";
import { eventually } from "../harness/eventually.ts";
import { send, type Answer, type Json } from "../harness/http.ts";
import { Browser, Person } from "../harness/person.ts";
import { embedded, withStytch } from "../harness/shared.ts";

const WEBSITE = "https://agent.example/cb";
const UNKNOWN = "connected-app-test-00000000-0000-4000-8000-000000000000";

let origin: string;
let server: Json;
before(async () => {
  origin = (await embedded()).origin;
  ({ server } = await discover(origin));
});

type Query = Record<string, string | undefined>;

/** A good request of a client, with changes; `undefined` takes a parameter out. */
function request(client_id: string, changes: Query = {}): Record<string, string> {
  const good = {
    client_id,
    redirect_uri: REDIRECT_URI,
    response_type: "code",
    scope: `openid ${READ}`,
    state: "a b&c",
    code_challenge: pkce().challenge,
    code_challenge_method: "S256",
  };
  const pairs = Object.entries<string | undefined>({ ...good, ...changes }).filter((pair) => pair[1] !== undefined);
  return Object.fromEntries(pairs) as Record<string, string>;
}

const open = (query: Record<string, string>, browser?: Browser): Promise<Answer> =>
  send(`${server.authorization_endpoint}?${new URLSearchParams(query)}`, browser && { headers: { cookie: String(browser.cookies) } });

/** What the page is told of a request before anybody is logged in. */
const judged = async (query: Record<string, string>, browser?: Browser): Promise<Json> => {
  const headers = { accept: "application/json", cookie: String(browser?.cookies ?? "") };
  const answer = await send(`${server.authorization_endpoint}?${new URLSearchParams(query)}`, { headers });
  assert.equal(answer.status, answer.json.step === "refused" ? 400 : 200, answer.text);
  assert.equal(answer.headers.get("cache-control"), "no-store");
  return answer.json;
};

/** The SDK's parameters of a request, as the page sends them. */
function asPage({ scope, ...rest }: Record<string, string>): Json {
  return scope === undefined ? rest : { ...rest, scopes: scope.split(" ") };
}

const start = (browser: Browser, query: Record<string, string>) => browser.sdk("/idp/oauth/authorize/start", asPage(query));
const submit = (browser: Browser, query: Record<string, string>, consent_granted: boolean) =>
  browser.sdk("/idp/oauth/authorize/submit", { ...asPage(query), consent_granted });

const registered = async (metadata: Json = {}): Promise<string> =>
  (await register(server, { redirect_uris: [REDIRECT_URI, WEBSITE], ...metadata })).json.client_id;

/** An error on its way to the client. */
function assertTold(address: string | null | undefined, error: string): void {
  const told = new URL(String(address));
  assert.equal(`${told.origin}${told.pathname}`, REDIRECT_URI);
  assert.equal(told.searchParams.get("error"), error);
  assert.equal(told.searchParams.get("state"), "a b&c");
  assert.equal(told.searchParams.get("iss"), origin);
  assert.equal(told.searchParams.get("code"), null);
}

const headersOf = ({ headers }: Answer): [string, string][] => {
  const own = ["cache-control", "etag", "content-length", "transfer-encoding", "date", "connection", "keep-alive", "cf-cache-status"];
  return [...headers].filter(([name]) => !own.includes(name));
};

describe("The authorization endpoint, before any page is shown", () => {
  test("a client that is unknown, or a redirect URI that is not its own: the page with 400, and with every header of a page", async () => {
    const page = await send(`${origin}/login`);
    const known = await registered();
    for (const query of [
      request(UNKNOWN),
      request("x"),
      request("a b"),
      request("x".repeat(3000)),
      {},
      request(known, { client_id: undefined }),
      request(known, { redirect_uri: undefined }),
      request(known, { redirect_uri: "https://evil.example/cb" }),
      request(known, { redirect_uri: "javascript:alert(1)" }),
      request(known, { redirect_uri: `${REDIRECT_URI}?x=1` }),
    ]) {
      const answer = await open(query);
      assert.equal(answer.status, 400, JSON.stringify(query).slice(0, 200));
      assert.equal(answer.mediaType, "text/html");
      assert.equal(answer.text, page.text);
      assert.deepEqual(headersOf(answer), headersOf(page));
      assert.equal(answer.headers.get("cache-control"), "no-store");
    }
  });

  test("a good request: the page with 200 and the same headers; HEAD like GET; with a slash at the end too", async () => {
    const query = new URLSearchParams(request(await registered()));
    for (const path of ["/oauth/authorize", "/oauth/authorize/"]) {
      const answer = await send(`${origin}${path}?${query}`);
      assert.equal(answer.status, 200);
      assert.deepEqual(headersOf(answer), headersOf(await send(`${origin}/login`)));
      const head = await send(`${origin}${path}?${query}`, { method: "HEAD" });
      assert.deepEqual([head.status, head.text], [200, ""]);
      assert.deepEqual(headersOf(head), headersOf(answer));
    }
    assert.equal((await send(`${origin}/oauth/authorize?client_id=x`, { method: "HEAD" })).status, 400);
  });

  test("no document is fetched for a visitor without a session, nor by the address alone", async () => {
    const documents = await ClientDocuments.start();
    try {
      const client_id = documents.publish("/c");
      assert.equal((await open(request(client_id))).status, 200);
      assert.equal((await open(request(client_id, { redirect_uri: "https://evil.example/cb" }))).status, 200);
      const ada = await Person.logsIn(origin);
      assert.equal((await open(request(client_id), ada.browser)).status, 200);
      assert.equal((await judged(request(client_id))).step, "logIn");
      assert.equal((await start(await Browser.at(origin), request(client_id))).status, 404);
      assert.equal(documents.timesAsked("/c"), 0);
    } finally {
      await documents.stop();
    }
  });

  test("what is wrong with a document’s client without a look at the document: 400, before anybody logs in", async () => {
    const wrong = [
      "https://app.example.com",
      "https://app.example.com/",
      "https://app.example.com/a/../c",
      "https://app.example.com/c#a",
      "https://ada@app.example.com/c",
      "http://app.example.com/c",
      "https://192.168.0.1/c",
      "https://localhost/c",
      "ftp://app.example.com/c",
      "javascript://app.example.com/%0aalert(1)",
    ].map((client_id) => request(client_id));
    for (const redirect_uri of ["javascript:alert(1)", "http://evil.example/cb", "no address", "", undefined])
      wrong.push(request("https://app.example.com/c", { redirect_uri }));
    const ada = await Person.logsIn(origin);
    for (const query of wrong)
      for (const browser of [undefined, ada.browser]) {
        assert.equal((await open(query, browser)).status, 400, JSON.stringify(query));
        const { step, wayBack } = await judged(query, browser);
        assert.deepEqual([step, wayBack], ["refused", null], JSON.stringify(query));
      }
    assert.equal((await judged(request("https://app.example.com/c"))).step, "logIn");
  });

  test("a form leads to the same by GET", async () => {
    const query = request(await registered(), { state: "ä\r\nx: y&z=1#" });
    const answer = await send(server.authorization_endpoint, { form: query });
    assert.equal(answer.status, 303);
    const location = new URL(String(answer.headers.get("location")), origin);
    assert.equal(`${location.origin}${location.pathname}`, server.authorization_endpoint);
    assert.deepEqual(Object.fromEntries(location.searchParams), query);
    assert.equal((await send(String(location))).status, 200);
  });

  test("of a form its parameters are left and nothing else, whatever its bytes are", async () => {
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    for (const form of ["?a=1", "a=b\r\nx: y#c", "&&a=%FF&=", "a=%C3%A9+%26", ""]) {
      const answer = await send(server.authorization_endpoint, { method: "POST", headers, body: form });
      assert.equal(answer.status, 303, form);
      const [, query = "?"] = /^\/oauth\/authorize\?([-\w.*%+=&]*)$/.exec(String(answer.headers.get("location"))) ?? [];
      assert.deepEqual([...new URLSearchParams(query)], [...new URLSearchParams(`?${form}`)], form);
    }
  });

  test("every other way is refused with words", async () => {
    for (const method of ["PUT", "PATCH", "DELETE", "OPTIONS", "QUERY"]) {
      const answer = await send(server.authorization_endpoint, { method });
      assertProblem(answer, 405, "method_not_allowed");
      assert.equal(answer.headers.get("allow"), "GET, HEAD, POST");
    }
    assertProblem(await send(server.authorization_endpoint, { json: {} }), 415, "not_a_form");
    const long = await send(server.authorization_endpoint, { form: { state: "s".repeat(13 * 1024) } });
    assertProblem(long, 413, "body_too_long");
  });

  test("with Stytch the clients are not known here, so the page comes with 200", async () => {
    const stytch = (await withStytch()).origin;
    for (const query of [`?client_id=${UNKNOWN}&redirect_uri=${REDIRECT_URI}`, ""])
      assert.equal((await send(`${stytch}/oauth/authorize${query}`)).status, 200);
    assert.equal((await send(`${stytch}/oauth/authorize`, { form: { client_id: "x" } })).status, 303);
    assertProblem(await send(`${stytch}/oauth/authorize`, { method: "DELETE" }), 405);
  });
});

describe("The end-session endpoint (OpenID Connect RP-Initiated Logout 1.0, section 2)", () => {
  test("GET and HEAD show the page, a form leads to the same by GET, and every other way is refused with words", async () => {
    for (const site of [origin, (await withStytch()).origin]) {
      for (const path of ["/oauth/logout", "/oauth/logout/"]) {
        const page = await send(`${site}${path}`);
        assert.deepEqual([page.status, page.mediaType], [200, "text/html"]);
        assert.deepEqual(headersOf(page), headersOf(await send(`${site}/login`)));
        const head = await send(`${site}${path}`, { method: "HEAD" });
        assert.deepEqual([head.status, head.text], [200, ""]);
      }
      const form = { client_id: "c", post_logout_redirect_uri: "https://agent.example/bye", id_token_hint: "a.b.c", state: "ä &#\r\n" };
      const answer = await send(`${site}/oauth/logout`, { form });
      assert.equal(answer.status, 303);
      const location = new URL(String(answer.headers.get("location")), site);
      assert.equal(`${location.origin}${location.pathname}`, `${site}/oauth/logout`);
      assert.deepEqual(Object.fromEntries(location.searchParams), form);
      assert.equal((await send(`${site}/oauth/logout`, { form: {} })).status, 303);
      const refused = await send(`${site}/oauth/logout`, { method: "DELETE" });
      assertProblem(refused, 405, "method_not_allowed");
      assert.equal(refused.headers.get("allow"), "GET, HEAD, POST");
    }
  });
});

describe("What a client is told, and who is sent to it", () => {
  const WRONG: [string, Query, string][] = [
    ["no code_challenge", { code_challenge: undefined, code_challenge_method: undefined }, "invalid_request"],
    ["code_challenge_method plain", { code_challenge_method: "plain" }, "invalid_request"],
    ["response_type token", { response_type: "token" }, "unsupported_response_type"],
    ["response_mode fragment", { response_mode: "fragment" }, "invalid_request"],
    ["response_mode form_post", { response_mode: "form_post" }, "invalid_request"],
    ["a request object", { request: "eyJhbGciOiJub25lIn0.e30." }, "request_not_supported"],
    ["a request_uri", { request_uri: "https://agent.example/r" }, "request_uri_not_supported"],
    ["max_age soon", { max_age: "soon" }, "invalid_request"],
    ["max_age -1", { max_age: "-1" }, "invalid_request"],
    ["an unknown scope", { scope: "billing" }, "invalid_scope"],
    ["another resource", { resource: "https://other.example/mcp" }, "invalid_target"],
    ["prompt none login", { prompt: "none login" }, "invalid_request"],
  ];

  for (const [name, changes, error] of WRONG) {
    test(`${name} → ${error}: shown before anybody is asked, and by itself only to a client that is known`, async () => {
      const client_id = await registered({ client_name: name });
      const query = request(client_id, changes);
      const ada = await Person.logsIn(origin);
      for (const visitor of [await Browser.at(origin), ada.browser]) {
        const shown = await open(query, visitor);
        assert.equal(shown.status, 400);
        assert.equal(shown.headers.get("location"), null);
        const told = await judged(query, visitor);
        assert.deepEqual([told.step, told.byItself], ["refused", false]);
        assertTold(told.wayBack, error);
        const refused = await start(visitor, query);
        assert.equal(refused.json.error_type, error, refused.text);
        assertTold(refused.json.error_details.redirect_uri, error);
        // The page asks for an answer without anybody's having been asked: there is none to go to.
        const silent = await submit(visitor, query, false);
        assert.equal(silent.json.data, undefined, silent.text);
      }

      await submit(ada.browser, request(client_id), true);
      const told = await open(query, ada.browser);
      assert.equal(told.status, 303);
      assertTold(told.headers.get("location"), error);
      assert.equal(told.headers.get("referrer-policy"), "no-referrer");
      assertTold((await submit(ada.browser, query, false)).json.data.redirect_uri, error);
    });
  }

  test("prompt=none without a session is login_required; by itself where this browser has connected the client", async () => {
    const client_id = await registered();
    const query = request(client_id, { prompt: "none" });
    const stranger = await Browser.at(origin);
    assert.equal((await open(query, stranger)).status, 400);
    const refused = await start(stranger, query);
    assert.equal(refused.json.error_type, "login_required", refused.text);
    assertTold(refused.json.error_details.redirect_uri, "login_required");

    const ada = await Person.logsIn(origin);
    await submit(ada.browser, request(client_id), true);
    await ada.browser.sdk("/sessions/revoke", {});
    const told = await open(query, ada.browser);
    assert.equal(told.status, 303);
    assertTold(told.headers.get("location"), "login_required");
    // What this browser knows is no other client's.
    const other = await registered({ client_name: "Another" });
    assert.equal((await open(request(other, { prompt: "none" }), ada.browser)).status, 400);
  });

  test("what a browser knows cannot be made up, and is no longer than sixteen clients", async () => {
    const ada = await Person.logsIn(origin);
    const ids: string[] = [];
    for (let index = 0; index < 17; index++) {
      ids.push(await registered({ client_name: `No ${index}` }));
      await submit(ada.browser, request(String(ids.at(-1))), true);
    }
    await ada.browser.sdk("/sessions/revoke", {});
    const status = async (id: string | undefined) => (await open(request(String(id), { prompt: "none" }), ada.browser)).status;
    assert.deepEqual([await status(ids[0]), await status(ids[1]), await status(ids[16])], [400, 303, 303]);
    const client_id = await registered({ client_name: "Made up" });
    const made = await send(`${server.authorization_endpoint}?${new URLSearchParams(request(client_id, { prompt: "none" }))}`, {
      headers: { cookie: `connected_clients=${[client_id, "A".repeat(43), ".", ""].join(".")}` },
    });
    assert.equal(made.status, 400);
  });

  test("prompt=none where the person would have to be asked: consent_required, and nobody is sent to a stranger", async () => {
    const ada = await Person.logsIn(origin);
    const client_id = await registered();
    const query = request(client_id, { prompt: "none" });
    assert.equal((await open(query, ada.browser)).status, 400);
    const silent = await submit(ada.browser, query, false);
    assert.equal(silent.json.error_type, "consent_required", silent.text);
    assertTold(silent.json.error_details.redirect_uri, "consent_required");
    await submit(ada.browser, request(client_id), true);
    // A loopback address is asked about each time, so it still is.
    assertTold((await open(query, ada.browser)).headers.get("location"), "consent_required");
  });

  test("a no is an act, and goes back", async () => {
    const ada = await Person.logsIn(origin);
    const query = request(await registered());
    assert.equal((await start(ada.browser, query)).json.data.consent_required, true);
    assertTold((await submit(ada.browser, query, false)).json.data.redirect_uri, "access_denied");
  });

  test("prompt=select_account is asked, since the page says whose account it is, whatever was agreed to before", async () => {
    const ada = await Person.logsIn(origin);
    const query = request(await registered(), { redirect_uri: WEBSITE });
    await submit(ada.browser, query, true);
    assert.equal((await start(ada.browser, query)).json.data.consent_required, false);
    const choosing = { ...query, prompt: "select_account" };
    assert.equal((await start(ada.browser, choosing)).json.data.consent_required, true);
    const silent = await submit(ada.browser, choosing, false);
    assert.equal(new URL(silent.json.data.redirect_uri).searchParams.get("error"), "access_denied", silent.text);
  });

  test("prompt=none for what was agreed to before gives a code", async () => {
    const ada = await Person.logsIn(origin);
    const query = request(await registered(), { redirect_uri: WEBSITE });
    await submit(ada.browser, query, true);
    assert.equal((await open({ ...query, prompt: "none" }, ada.browser)).status, 200);
    const answer = await submit(ada.browser, { ...query, prompt: "none" }, false);
    assert.ok(new URL(answer.json.data.redirect_uri).searchParams.get("code"), answer.text);
  });
});

describe("A login as fresh as the client asks for", () => {
  /** Somebody whose session began before the present second. */
  async function loggedInBefore(): Promise<Person> {
    const ada = await Person.logsIn(origin);
    const began = Math.floor(Date.parse((await ada.browser.sdk("/sessions/authenticate", {})).json.data.session.started_at) / 1000);
    await eventually("the next second", async () => Date.now() / 1000 >= began + 1 || undefined);
    return ada;
  }

  for (const asks of [{ prompt: "login" }, { prompt: "login consent" }, { max_age: "0" }]) {
    test(`${JSON.stringify(asks)}: a session of before will not do, one begun since will, and auth_time says when`, async () => {
      const ada = await loggedInBefore();
      const { verifier, challenge } = pkce();
      const clientId = await registered();
      const query = request(clientId, { ...asks, code_challenge: challenge });
      assert.equal((await open(query, ada.browser)).status, 200);
      const tooOld = await start(ada.browser, query);
      assert.equal(tooOld.json.error_type, "login_too_old", tooOld.text);
      // The server holds to it, whatever the page does.
      for (const consent of [true, false])
        assert.equal((await submit(ada.browser, query, consent)).json.error_type, "login_too_old");

      const { request_mark } = tooOld.json.error_details;
      const marked = { ...query, request_mark };
      assert.equal((await submit(ada.browser, marked, true)).json.error_type, "login_too_old");
      const again = await Person.logsIn(origin, ada.email);
      assert.equal(again.userId, ada.userId);
      assert.equal((await start(again.browser, marked)).status, 200);
      const code = String(new URL((await submit(again.browser, marked, true)).json.data.redirect_uri).searchParams.get("code"));
      const tokens = (await redeem(server, codeGrant({ clientId, code, verifier }))).json;
      const { auth_time } = decodeJwt(tokens.id_token);
      assert.ok(Number(auth_time) >= Number(String(request_mark).split(".")[0]), `${auth_time} is not after ${request_mark}`);
      assert.ok(Number(auth_time) <= Date.now() / 1000);
    });
  }

  test("a visitor without a session logs in once: the request began when they came", async () => {
    const query = request(await registered(), { prompt: "login" });
    const { step, requestMark } = await judged(query);
    assert.equal(step, "logIn");
    const marked = { ...query, request_mark: requestMark };
    assert.deepEqual(await judged(marked), { step, requestMark }, "a request that carries a mark keeps it");
    const ada = await loggedInBefore();
    assert.equal((await start(ada.browser, marked)).status, 200);
  });

  test("a mark is good for its own request, and cannot be made earlier", async () => {
    const clientId = await registered();
    const query = request(clientId, { prompt: "login" });
    const ada = await loggedInBefore();
    const mark = String((await start(ada.browser, query)).json.error_details.request_mark);
    const earlier = mark.replace(/^\d+/, (began) => String(Number(began) - 600));
    const stranger = (await judged(request(clientId, { prompt: "login" }))).requestMark;
    for (const request_mark of [mark, earlier, stranger, "", "x", "0.", `${Math.floor(Date.now() / 1000) - 600}.${"A".repeat(43)}`])
      assert.equal((await submit(ada.browser, { ...query, request_mark }, true)).json.error_type, "login_too_old", request_mark);
  });

  test("a mark is good for no request that asks for anything else: another prompt, age, scope, resource", async () => {
    const query = request(await registered(), { max_age: "0" });
    const { requestMark } = await judged(query);
    // A session that began after the request did, and before the one that borrows its mark would.
    const ada = await loggedInBefore();
    const tried = (changes: Json) => start(ada.browser, { ...query, request_mark: requestMark, ...changes });
    assert.equal((await tried({})).status, 200);
    for (const changes of [{ prompt: "login" }, { max_age: "00" }, { scope: "openid todos:read todos:write" }, { resources: [`${origin}/sse`] }])
      assert.equal((await tried(changes)).json.error_type, "login_too_old", JSON.stringify(changes));
  });

  test("a session that is young enough will do, and prompt=none asks nobody to log in", async () => {
    const ada = await loggedInBefore();
    const clientId = await registered();
    assert.equal((await start(ada.browser, request(clientId, { max_age: "3600" }))).status, 200);
    const silent = await start(ada.browser, request(clientId, { prompt: "none", max_age: "0" }));
    assert.equal(silent.json.error_type, "login_required", silent.text);
  });

  test("discovery says what is supported, defaults too", () => {
    assert.deepEqual(server.response_modes_supported, ["query"]);
    assert.deepEqual(server.prompt_values_supported, ["none", "login", "consent", "select_account"]);
    assert.equal(server.request_parameter_supported, false);
    assert.equal(server.request_uri_parameter_supported, false);
    assert.equal(server.claims_parameter_supported, false);
    assert.ok(server.claims_supported.includes("auth_time"));
  });
});

describe("Redirect URIs of desktop hosts", () => {
  const URIS = [
    "vscode://vscode.github-authentication/did-authenticate",
    "vscode-insiders://vscode.github-authentication/did-authenticate",
    "windsurf://codeium.windsurf/oauth-callback",
    "warp://mcp/oauth2callback",
    "mcpjam://oauth/callback",
    "cursor://anysphere.cursor-mcp/oauth/callback",
    "com.example.app:/oauth2redirect?from=login",
  ];

  for (const redirect_uri of URIS) {
    test(`${redirect_uri}: registers, is compared to the letter, and is asked about each time`, async () => {
      const answer = await register(server, { redirect_uris: [redirect_uri] });
      assert.equal(answer.status, 201, answer.text);
      assert.deepEqual(answer.json.redirect_uris, [redirect_uri]);
      const { client_id } = answer.json;
      const ada = await Person.logsIn(origin);
      for (const time of ["first", "second"]) {
        const query = request(client_id, { redirect_uri });
        assert.equal((await start(ada.browser, query)).json.data.consent_required, true, time);
        const { data } = (await submit(ada.browser, query, true)).json;
        assert.ok(data.redirect_uri.startsWith(redirect_uri), data.redirect_uri);
        assert.ok(data.authorization_code);
      }
      const [scheme] = redirect_uri.split(":");
      for (const near of [`${redirect_uri}/`, `${redirect_uri}&x=1`, `${scheme}://other/callback`, redirect_uri.toUpperCase()])
        assert.equal((await open(request(client_id, { redirect_uri: near }))).status, 400, near);
    });
  }

  test("what a person agreed to is remembered for a website, and never for a program on their computer", async () => {
    const ada = await Person.logsIn(origin);
    const programs = [REDIRECT_URI, "http://localhost:5/cb", "http://[::1]:5/cb", "https://localhost/cb", "cursor://x/cb"];
    programs.push("https://app.localhost/cb", "https://localhost./cb", "https://0.0.0.0/cb", "https://[::]/cb");
    const client_id = await registered({ redirect_uris: [...programs, WEBSITE] });
    for (const [redirect_uri, asked] of [...programs.map((uri) => [uri, true] as const), [WEBSITE, false] as const]) {
      const query = request(client_id, { redirect_uri });
      await submit(ada.browser, query, true);
      assert.equal((await start(ada.browser, query)).json.data.consent_required, asked, redirect_uri);
      const silent = (await submit(ada.browser, query, false)).json.data;
      assert.equal(silent.authorization_code !== "", !asked, redirect_uri);
    }
  });

  test("it was agreed to for one resource, and is asked for each other", async () => {
    const ada = await Person.logsIn(origin);
    const client_id = await registered();
    const query = (path: string) => ({ ...asPage(request(client_id, { redirect_uri: WEBSITE })), resources: [`${origin}${path}`] });
    const asks = async (path: string) => (await ada.browser.sdk("/idp/oauth/authorize/start", query(path))).json.data.consent_required;
    await ada.browser.sdk("/idp/oauth/authorize/submit", { ...query("/mcp"), consent_granted: true });
    assert.deepEqual([await asks("/mcp"), await asks("/sse"), await asks("")], [false, true, true]);
    const silent = await ada.browser.sdk("/idp/oauth/authorize/submit", { ...query("/sse"), consent_granted: false });
    assert.equal(silent.json.data.authorization_code, "");
  });
});

describe("Lasting access", () => {
  const BOTH = { grant_types: ["authorization_code", "refresh_token"] };
  const shown = async (ada: Person, client_id: string, changes: Query = {}) => {
    const { scope_results } = (await start(ada.browser, request(client_id, changes))).json.data;
    return scope_results.map(({ scope }: Json) => scope).join(" ");
  };

  test("a client that lists refresh_token is taken to ask for it: shown, agreed to, given", async () => {
    const ada = await Person.logsIn(origin);
    const registration = await register(server, BOTH);
    assert.deepEqual(registration.json.grant_types, BOTH.grant_types);
    assert.equal(registration.json.lists_refresh_token, undefined);
    const clientId = registration.json.client_id;
    assert.equal(await shown(ada, clientId), `openid ${READ} offline_access`);
    assert.match(await shown(ada, clientId, { scope: undefined }), new RegExp(`${WRITE} offline_access$`));
    const { verifier, challenge } = pkce();
    const query = request(clientId, { code_challenge: challenge });
    const { authorization_code: code } = (await submit(ada.browser, query, true)).json.data;
    const tokens = (await redeem(server, codeGrant({ clientId, code, verifier }))).json;
    assert.equal(tokens.scope, `openid ${READ} offline_access`);
    const refreshed = await redeem(server, { grant_type: "refresh_token", client_id: clientId, refresh_token: tokens.refresh_token });
    assert.equal(refreshed.status, 200, refreshed.text);
  });

  test("it is asked about each time, and prompt=none is not taken to ask for it", async () => {
    const ada = await Person.logsIn(origin);
    const clientId = await registered(BOTH);
    const query = request(clientId, { redirect_uri: WEBSITE });
    await submit(ada.browser, query, true);
    assert.equal((await start(ada.browser, query)).json.data.consent_required, true);
    const silent = await submit(ada.browser, { ...query, prompt: "none" }, false);
    assert.ok(silent.json.data.authorization_code, silent.text);
  });

  test("a document counts like a registration", async () => {
    const documents = await ClientDocuments.start();
    try {
      const ada = await Person.logsIn(origin);
      assert.equal(await shown(ada, documents.publish("/lasting", BOTH)), `openid ${READ} offline_access`);
      assert.equal(await shown(ada, documents.publish("/not")), `openid ${READ}`);
    } finally {
      await documents.stop();
    }
  });

  test("a client that lists the code alone, or nothing, gets it only if it asks", async () => {
    const ada = await Person.logsIn(origin);
    for (const metadata of [{ grant_types: ["authorization_code"] }, {}]) {
      const clientId = await registered(metadata);
      assert.equal(await shown(ada, clientId), `openid ${READ}`);
      assert.equal(await shown(ada, clientId, { scope: "openid offline_access" }), "openid offline_access");
    }
    const grant = await authorized(ada, { scopes: ["openid"] }, { grant_types: ["authorization_code"] });
    assert.equal((await redeem(server, codeGrant(grant))).json.refresh_token, undefined);
  });
});
