import assert from "node:assert/strict";
import { test } from "node:test";
import { describeRedirect, publisherOf } from "./redirect-target.ts";

test("a website is named by its host, with the port if it has one", () => {
  assert.equal(describeRedirect("https://claude.ai/api/mcp/auth_callback").name, "claude.ai");
  assert.equal(describeRedirect("https://example.com:8443/cb").name, "example.com:8443");
});

test("a host that only looks like this computer is named as the stranger it is", () => {
  assert.equal(describeRedirect("https://localhost.evil.example/cb").name, "localhost.evil.example");
  assert.equal(describeRedirect("https://127.0.0.1.evil.example/cb").name, "127.0.0.1.evil.example");
  assert.equal(describeRedirect("https://localhost@evil.example/cb").name, "evil.example");
});

test("this computer and an app's own scheme are said to be so", () => {
  for (const uri of ["http://127.0.0.1:41999/cb", "http://localhost:6274/oauth/callback", "http://[::1]:1/cb"]) {
    assert.equal(describeRedirect(uri).name, "an app on this computer");
  }
  assert.equal(describeRedirect("cursor://anysphere.cursor-mcp/oauth/callback").name, "an app on this device");
});

test("what is no address has no name", () => {
  assert.equal(describeRedirect("nonsense").name, "an unknown address");
});

test("an app known by a document is published by the document’s host, and no other app by anybody", () => {
  assert.equal(publisherOf("https://claude.ai/oauth/mcp-oauth-client-metadata"), "claude.ai");
  assert.equal(publisherOf("https://claude.ai@evil.example/client.json"), "evil.example");
  for (const id of ["connected-app-test-1", "http://claude.ai/client.json", "https://"]) assert.equal(publisherOf(id), undefined, id);
});
