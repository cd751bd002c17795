// The addresses that programs are told to call, as people type them: with a slash at the end as without; and what is said to
// pages and programs that try what is not there.

import assert from "node:assert/strict";
import { before, describe, test } from "node:test";

import { agrees, authorized, codeGrant, connected, redeem } from "../harness/agent.ts";
import { send, type Answer, type Json } from "../harness/http.ts";
import { initialize } from "../harness/mcp.ts";
import { connect } from "../harness/official-client.ts";
import { Person } from "../harness/person.ts";
import { embedded, withStytch } from "../harness/shared.ts";

const PING = { jsonrpc: "2.0", id: 1, method: "ping" };

describe("Addresses", () => {
  let origin: string;
  let ada: Person;
  let token: string;
  before(async () => {
    origin = (await embedded()).origin;
    ada = await Person.logsIn(origin);
    token = (await connected(ada)).access_token;
  });

  const headers = (access = token) => ({ authorization: `Bearer ${access}`, accept: "application/json, text/event-stream" });
  const ping = (path: string, access = token) => send(`${origin}${path}`, { json: PING, headers: headers(access) });

  describe("with a slash at the end", () => {
    test("/mcp/ answers as /mcp", async () => {
      assert.deepEqual((await ping("/mcp/")).json, (await ping("/mcp")).json);
      const session = (await initialize(origin, token, "2025-11-25")).headers.get("mcp-session-id") ?? "";
      const ended = await send(`${origin}/mcp/`, { method: "DELETE", headers: { ...headers(), "mcp-session-id": session } });
      assert.equal(ended.status, 204);
      assert.equal((await send(`${origin}/mcp/`, { method: "OPTIONS" })).status, 204);
    });

    test("/sse/ opens a stream, and /sse/message/ takes what is posted to it", async () => {
      const leaving = new AbortController();
      const stream = await fetch(`${origin}/sse/`, { headers: headers(), signal: leaving.signal, redirect: "manual" });
      assert.equal(stream.status, 200);
      const first = await stream.body?.pipeThrough(new TextDecoderStream()).getReader().read();
      const session = /sessionId=(\S+)/.exec(first?.value ?? "")?.[1];
      assert.ok(session);
      assert.equal((await send(`${origin}/sse/message/?sessionId=${session}`, { json: PING, headers: headers() })).status, 202);
      leaving.abort();
    });

    for (const path of [
      "oauth-authorization-server",
      "oauth-authorization-server/mcp",
      "openid-configuration",
      "openid-configuration/sse",
      "oauth-protected-resource",
      "jwks.json",
      "mcp/catalog.json",
    ]) {
      test(`/.well-known/${path}/ is the same document`, async () => {
        const [without, slash] = await Promise.all(["", "/"].map((end) => send(`${origin}/.well-known/${path}${end}`)));
        assert.equal(slash?.status, 200, slash?.text);
        assert.deepEqual({ ...slash?.json, request_id: "" }, { ...without?.json, request_id: "" });
        assert.equal(slash?.mediaType, without?.mediaType);
      });
    }

    test("/mcp/server-card/ is the card", async () => {
      const [without, slash] = await Promise.all(["", "/"].map((end) => send(`${origin}/mcp/server-card${end}`)));
      assert.deepEqual(slash?.json, without?.json);
    });

    for (const path of ["/mcp", "/sse"]) {
      test(`${path}/ is stated as it was typed, by its challenge and by its document`, async () => {
        for (const typed of [path, `${path}/`]) {
          const refused = await send(`${origin}${typed}`, { method: path === "/mcp" ? "POST" : "GET", headers: { accept: "text/event-stream, application/json" } });
          assert.equal(refused.status, 401);
          const document = /resource_metadata="([^"]+)"/.exec(refused.headers.get("www-authenticate") ?? "")?.[1];
          assert.equal(document, `${origin}/.well-known/oauth-protected-resource${typed}`);
          assert.equal((await send(document)).json.resource, `${origin}${typed}`);
        }
      });
    }

    test("more slashes than one are another address", async () => {
      for (const path of ["/mcp//", "/.well-known/oauth-protected-resource/mcp//"]) {
        assert.notEqual((await ping(path)).status, 200, path);
      }
    });

    /** The tokens that a client gets who names its resource, at both endpoints, as it likes. */
    async function issued(atAuthorize: string, atToken: string): Promise<Json> {
      const grant = await authorized(ada, { resources: [`${origin}${atAuthorize}`] });
      const answer = await redeem(grant.server, { ...codeGrant(grant), resource: `${origin}${atToken}` });
      assert.equal(answer.status, 200, answer.text);
      return answer.json;
    }

    test("is one audience: when agreed on, when redeemed, when refreshed, and when shown", async () => {
      for (const [atAuthorize, atToken] of [
        ["/mcp/", "/mcp/"],
        ["/mcp/", "/mcp"],
        ["/mcp", "/mcp/"],
      ] as const) {
        const { access_token, refresh_token } = await issued(atAuthorize, atToken);
        for (const path of ["/mcp", "/mcp/"]) assert.equal((await ping(path, access_token)).status, 200, `${atAuthorize} ${atToken} ${path}`);
        assert.ok(refresh_token);
      }
    });

    test("another resource is still refused", async () => {
      const grant = await authorized(ada, { resources: [`${origin}/mcp/`] });
      const answer = await redeem(grant.server, { ...codeGrant(grant), resource: `${origin}/mcp/other/` });
      assert.deepEqual([answer.status, answer.json.error], [400, "invalid_target"]);
    });

    test("the official client finds its way from /mcp/ alone", async () => {
      const { client } = await connect(`${origin}/mcp/`, "slash", async (url) => {
        assert.equal(url.searchParams.get("resource"), `${origin}/mcp/`);
        const back = await agrees(ada, url);
        await fetch(back);
      });
      assert.ok((await client.listTools()).tools.length > 0);
      await client.close();
    });
  });

  describe("what is not there", () => {
    for (const [mode, worker] of [
      ["embedded", embedded],
      ["Stytch", withStytch],
    ] as const) {
      for (const path of ["/.well-known/nothing", "/.well-known/nothing/at/all", "/.well-known/oauth-protected-resource/api", "/mcp/nothing", "/mcp/nothing/", "/sse/nothing", "/mcp/.well-known/openid-configuration"]) {
        test(`${mode}: ${path} is a 404 that a page can read`, async () => {
          const url = `${(await worker()).origin}${path}`;
          for (const method of ["GET", "POST"]) {
            const answer = await send(url, { method, headers: { origin: "https://inspector.example" } });
            assert.equal(answer.status, 404, answer.text);
            assert.equal(answer.headers.get("access-control-allow-origin"), "*");
            assert.equal(answer.mediaType, "application/problem+json");
            assert.equal(answer.headers.get("x-content-type-options"), "nosniff");
          }
          const preflight = await send(url, {
            method: "OPTIONS",
            headers: { origin: "https://inspector.example", "access-control-request-method": "GET", "access-control-request-headers": "mcp-protocol-version" },
          });
          assert.equal(preflight.status, 204);
          assert.equal(preflight.headers.get("access-control-allow-origin"), "*");
          assert.match(preflight.headers.get("access-control-allow-headers") ?? "", /mcp-protocol-version/i);
        });
      }
    }

    test("a page is told what it may read, and may send, when it asks; whoever is no page is told nothing of that", async () => {
      const ofCors = (answer: Answer) => [...answer.headers.keys()].filter((name) => name.startsWith("access-control-")).sort();
      const page = { origin };
      const answered = (more: Record<string, string>) => send(`${origin}/mcp`, { json: PING, headers: { ...headers(), ...more } });
      assert.deepEqual(ofCors(await answered({})), []);
      assert.deepEqual(ofCors(await answered(page)), ["access-control-allow-origin", "access-control-expose-headers"]);
      const grant = await authorized(ada, { scopes: ["openid"] });
      const narrow = (await redeem(grant.server, codeGrant(grant))).json.access_token;
      const refusals = [
        await send(`${origin}/mcp`, { json: PING, headers: page }),
        await send(`${origin}/sse`, { headers: page }),
        await answered({ ...page, authorization: "Bearer nonsense" }),
        await answered({ ...page, authorization: `Bearer ${ada.sessionJwt}` }),
        await send(`${origin}/mcp`, { json: { ...PING, method: "tools/list" }, headers: { ...headers(narrow), ...page } }),
      ];
      assert.deepEqual(refusals.map(({ status }) => status), [401, 401, 401, 401, 403]);
      for (const refusal of refusals) {
        assert.ok(refusal.headers.has("www-authenticate"));
        assert.deepEqual(ofCors(refusal), ["access-control-allow-origin", "access-control-expose-headers"]);
        assert.match(refusal.headers.get("access-control-expose-headers") ?? "", /www-authenticate/i);
      }
      const before = await send(`${origin}/mcp`, { method: "OPTIONS", headers: { ...page, "access-control-request-method": "POST" } });
      assert.deepEqual(ofCors(before), ["access-control-allow-headers", "access-control-allow-methods", "access-control-allow-origin", "access-control-max-age"]);
    });

    for (const path of ["/.well-known/jwks.json", "/.well-known/oauth-authorization-server", "/.well-known/oauth-protected-resource/mcp", "/.well-known/mcp/catalog.json", "/mcp/server-card"]) {
      test(`${path}: a method that it does not take is a 405 that a page can read`, async () => {
        const answer = await send(`${origin}${path}`, { method: "PUT" });
        assert.equal(answer.status, 405, answer.text);
        assert.equal(answer.headers.get("access-control-allow-origin"), "*");
        assert.equal(answer.headers.get("allow"), "GET, HEAD, OPTIONS");
      });
    }

    test("a method that an address does not have is told those that it has", async () => {
      for (const [method, path, allow, words] of [
        ["POST", "/sse", "GET", /use GET; the stream that a GET opens names the address to post to/],
        ["GET", "/sse/message", "POST", /use POST$/],
        ["PUT", "/mcp", "GET, POST, DELETE", /use GET, POST or DELETE$/],
      ] as const) {
        const answer = await send(`${origin}${path}`, { method, headers: { ...headers(), "content-type": "application/json" }, ...(method === "GET" ? {} : { body: JSON.stringify(PING) }) });
        assert.equal(answer.status, 405, answer.text);
        assert.equal(answer.headers.get("allow"), allow);
        assert.match(answer.json.error.message, words);
      }
    });
  });
});
