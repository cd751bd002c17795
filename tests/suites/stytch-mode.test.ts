// The whole way with the identity provider on another origin, as with Stytch: one instance of this Worker serves the todos and
// takes its users from STYTCH_DOMAIN; a second one, with the embedded provider, stands at that domain.
//
// What it shows: the two halves meet only where Stytch's contract is. What it cannot show: that Stytch itself keeps it
// (docs/STYTCH.md has the checklist for whoever has an account).

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { codeGrant, connected as connectedTo, consents, discover, pkce, redeem, register } from "../harness/agent.ts";
import { assertChallenge } from "../harness/assertions.ts";
import { READ, WRITE } from "../harness/domain.ts";
import { send, type Answer, type Json } from "../harness/http.ts";
import { ask, callTool } from "../harness/mcp.ts";
import { connect } from "../harness/official-client.ts";
import { StoredObject } from "../harness/objects.ts";
import { Person, restAs } from "../harness/person.ts";
import { Worker } from "../harness/worker.ts";
import { TOOLS } from "../harness/tools.ts";

/** What the embedded provider calls the project that it is to itself. */
const PROJECT = {
  STYTCH_PROJECT_ID: "project-test-00000000-0000-4000-8000-000000000000",
  STYTCH_PUBLIC_TOKEN: "public-token-test-00000000-0000-4000-8000-000000000000",
};

describe("The journey, with the identity provider on another origin", () => {
  let todos: Worker;
  let provider: Worker;
  let ada: Person;
  before(async () => {
    // Each has to know the other's origin before it starts: the ports are taken first.
    const [todosPort, providerPort] = [await Worker.freePort(), await Worker.freePort()];
    provider = await Worker.start({
      name: "stytch-mode-provider",
      port: providerPort,
      variables: { SHOW_LOGIN_CODES: "on", APP_ORIGINS: `http://localhost:${todosPort}` },
    });
    todos = await Worker.start({
      name: "stytch-mode",
      port: todosPort,
      variables: { ...PROJECT, STYTCH_DOMAIN: provider.origin, REQUIRED_SCOPES: `${READ} ${WRITE}` },
    });
    ada = await Person.logsIn(provider.origin);
  });
  after(async () => {
    await todos?.stop();
    await provider?.stop();
  });

  const page = (method: string, path: string, json?: unknown, jwt = ada.sessionJwt): Promise<Answer> =>
    restAs(todos.origin, jwt, method, path, json);

  /** An agent's way to a token for the todos, from nothing but their MCP address. */
  async function connects(request: Json = {}): Promise<Json> {
    const { resource, server } = await discover(todos.origin);
    assert.equal(server.issuer, provider.origin);
    const clientId = (await register(server)).json.client_id;
    const { verifier, challenge } = pkce();
    const resources = [resource.resource];
    const { submit } = await consents(ada, { client_id: clientId, code_challenge: challenge, resources, ...request });
    const code = new URL(submit.json.data.redirect_uri).searchParams.get("code") ?? "";
    const answer = await redeem(server, { ...codeGrant({ clientId, code, verifier }), resource: resource.resource });
    assert.equal(answer.status, 200, answer.text);
    return { ...answer.json, client_id: clientId, server };
  }

  test("there is one issuer, and the todos’ own embedded provider is not there", async () => {
    assert.equal((await send(`${todos.origin}/api/health`)).json.identity, "stytch");
    const { authorization_servers } = (await send(`${todos.origin}/.well-known/oauth-protected-resource/mcp`)).json;
    assert.deepEqual(authorization_servers, [provider.origin]);
    for (const path of ["/.well-known/oauth-authorization-server", "/.well-known/jwks.json", "/dev/mailbox"]) {
      assert.equal((await send(`${todos.origin}${path}`)).status, 404, path);
    }
  });

  test("the todos’ page may call the provider from its own origin; no other page may", async () => {
    const call = (origin: string, method = "GET"): Promise<Answer> =>
      send(`${provider.origin}/sdk/v1/projects/bootstrap/${PROJECT.STYTCH_PUBLIC_TOKEN}`, {
        method,
        headers: {
          origin,
          "sec-fetch-site": "cross-site",
          authorization: `Basic ${Buffer.from(`${PROJECT.STYTCH_PUBLIC_TOKEN}:`).toString("base64")}`,
          ...(method === "OPTIONS" && {
            "access-control-request-method": "GET",
            "access-control-request-headers": "authorization,content-type,x-sdk-client,x-sdk-parent-host",
          }),
        },
      });
    for (const method of ["OPTIONS", "GET"]) {
      const allowed = await call(todos.origin, method);
      assert.ok(allowed.status < 300, allowed.text);
      assert.equal(allowed.headers.get("access-control-allow-origin"), todos.origin);
      assert.equal(allowed.headers.get("access-control-allow-credentials"), "true");
      for (const name of ["authorization", "content-type", "x-sdk-client", "x-sdk-parent-host"]) {
        assert.match((allowed.headers.get("access-control-allow-headers") ?? "").toLowerCase(), new RegExp(name));
      }
      for (const origin of ["https://evil.example", `${todos.origin}0`, "null"]) {
        const refused = await call(origin, method);
        assert.ok(refused.status >= 400, `${origin} ${method}: ${refused.status}`);
        assert.equal(refused.headers.get("access-control-allow-origin"), null);
      }
    }
  });

  test("a session begun at the provider opens the page’s interface, and what it adds an agent sees", async () => {
    assert.equal((await page("POST", "/api/todos", { todoText: "From the page" })).status, 200);
    const { access_token } = await connects();
    const { structuredContent } = await callTool(todos.origin, access_token, "listTodos", {});
    assert.deepEqual(
      structuredContent.todos.map(({ text }: Json) => text),
      ["From the page"],
    );
    await callTool(todos.origin, access_token, "createTodo", { todoText: "From the agent" });
    const texts = (await page("GET", "/api/todos")).json.todos.map(({ text }: Json) => text);
    assert.deepEqual(texts, ["From the page", "From the agent"]);
  });

  test("the todos make no key that would sign nothing, but the one secret they need", async () => {
    await ask(todos.origin, (await connects()).access_token, "tools/list");
    const ring = StoredObject.named(todos.state, "KeyRing", "deployment");
    assert.equal(ring.rows("SELECT secret FROM root").length, 1);
    assert.deepEqual(ring.rows("SELECT kid FROM signing_key"), []);
    assert.equal(StoredObject.named(provider.state, "KeyRing", "deployment").rows("SELECT kid FROM signing_key").length, 1);
  });

  test("scopes hold across the two", async () => {
    const { access_token, scope } = await connects({ scopes: [READ] });
    assert.equal(scope, READ);
    const call = { name: "createTodo", arguments: { todoText: "x" } };
    const refused = await ask(todos.origin, access_token, "tools/call", call);
    assert.equal(refused.status, 403);
    assert.match(refused.headers.get("www-authenticate") ?? "", new RegExp(`error="insufficient_scope".*scope="${WRITE}"`));
  });

  test("refresh, introspection, userinfo and revocation happen at the provider, for the todos’ token", async () => {
    const { server, client_id, ...tokens } = await connects();
    const introspect = async (token: string) =>
      (await send(server.introspection_endpoint, { form: { token, client_id } })).json.active;
    const refreshed = await redeem(server, { grant_type: "refresh_token", client_id, refresh_token: tokens.refresh_token });
    assert.equal(refreshed.status, 200, refreshed.text);
    const { access_token } = refreshed.json;
    assert.equal((await ask(todos.origin, access_token, "ping")).status, 200);
    const userinfo = await send(server.userinfo_endpoint, { headers: { authorization: `Bearer ${access_token}` } });
    assert.equal(userinfo.json.sub, ada.userId);
    assert.equal(await introspect(access_token), true);
    await send(server.revocation_endpoint, { form: { token: access_token, client_id } });
    assert.equal(await introspect(access_token), false);
  });

  test("neither takes the other’s tokens for its own", async () => {
    const { access_token } = await connects();
    // For the todos, shown to the provider's own /mcp.
    assertChallenge(await ask(provider.origin, access_token, "ping"), provider.origin, "invalid_token");
    // Kinds stay apart across the two as within one.
    assertChallenge(await ask(todos.origin, ada.sessionJwt, "ping"), todos.origin, "invalid_token");
    assert.equal((await page("GET", "/api/todos", undefined, access_token)).status, 401);
  });

  test("the official SDK finds its own way, and its tools work", async () => {
    const { client } = await connect(`${todos.origin}/mcp`, "An SDK", async (url) => {
      assert.equal(url.origin, provider.origin);
      const asked = Object.fromEntries(url.searchParams);
      const { submit } = await consents(ada, {
        ...asked,
        scopes: (asked["scope"] ?? "").split(" ").filter(Boolean),
        resources: asked["resource"],
        resource: undefined,
        scope: undefined,
      });
      await fetch(submit.json.data.redirect_uri);
    });
    const { tools } = await client.listTools();
    assert.equal(tools.length, TOOLS.length);
    await client.close();
  });

  test("an agent of the provider’s own todos is none of the others’", async () => {
    const { access_token } = await connectedTo(ada);
    assert.equal((await ask(provider.origin, access_token, "ping")).status, 200);
  });
});
