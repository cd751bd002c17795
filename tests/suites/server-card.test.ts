// The documents by which hosts find the server.

import assert from "node:assert/strict";
import { before, describe, test } from "node:test";

import { send } from "../harness/http.ts";
import { embedded } from "../harness/shared.ts";

describe("The server’s card", () => {
  let origin: string;
  before(async () => {
    origin = (await embedded()).origin;
  });

  test("the domain’s catalog leads to the card, and the card to the endpoint; both are open to everybody", async () => {
    const catalog = await send(`${origin}/.well-known/mcp/catalog.json`, { headers: { origin: "https://host.example" } });
    assert.equal(catalog.status, 200, catalog.text);
    const [entry, ...others] = catalog.json.entries;
    assert.deepEqual(others, []);
    assert.equal(entry.url, `${origin}/mcp/server-card`);
    const card = await send(entry.url);
    assert.equal(card.status, 200, card.text);
    assert.equal(card.headers.get("content-type"), entry.type);
    assert.equal(card.json.remotes[0].url, `${origin}/mcp`);
    assert.ok(card.json.description.length > 0);
    assert.equal(card.json.tools, undefined, "what there is to call is for those who are let in");
    for (const { headers } of [catalog, card]) {
      assert.equal(headers.get("access-control-allow-origin"), "*");
      assert.equal(headers.get("cache-control"), "public, max-age=3600");
    }
  });

  test("they are only read", async () => {
    for (const path of ["/.well-known/mcp/catalog.json", "/mcp/server-card"]) {
      const answer = await send(`${origin}${path}`, { method: "POST", json: {} });
      assert.equal(answer.status, 405);
      assert.equal(answer.headers.get("allow"), "GET, HEAD, OPTIONS");
    }
    for (const path of ["/.well-known/mcp/other.json", "/mcp/other"]) {
      assert.equal((await send(`${origin}${path}`)).status, 404);
    }
  });
});
