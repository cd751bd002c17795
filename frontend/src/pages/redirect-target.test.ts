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

test("a program on this computer is said to be one, with the port that it listens at", () => {
  for (const host of ["127.0.0.1:41999", "localhost:6274", "[::1]:1"]) {
    const { name, note } = describeRedirect(`http://${host}/cb`);
    assert.equal(name, "a program on this computer");
    assert.ok(note.startsWith(`, at ${host}.`), note);
  }
});

test("so is every name and address that leads to this computer, over https too", () => {
  const hosts = ["localhost", "app.localhost:8443", "localhost.", "127.0.0.2", "0.0.0.0", "[::]", "[::1]", "[::ffff:7f00:1]", "[::ffff:0:0]"];
  for (const host of hosts) assert.equal(describeRedirect(`https://${host}/cb`).name, "a program on this computer", host);
  for (const host of ["notlocalhost", "8.8.8.8", "[::ffff:808:808]", "[2001:db8::1]"])
    assert.equal(describeRedirect(`https://${host}/cb`).name, host);
});

test("a private-use scheme is named, and what stands where a host would is not taken for one", () => {
  for (const [uri, scheme] of [
    ["cursor://anysphere.cursor-mcp/oauth/callback", "cursor:"],
    ["vscode://claude.ai/cb", "vscode:"],
    ["com.example.app:/cb", "com.example.app:"],
    ["warp://localhost/cb", "warp:"],
  ] as const) {
    const { name, note } = describeRedirect(uri);
    assert.equal(name, "a program on this computer");
    assert.ok(note.startsWith(`, the one that opens ${scheme} links.`), note);
  }
});

test("what is no address has no name", () => {
  assert.equal(describeRedirect("nonsense").name, "an unknown address");
});

test("an app known by a document is published by the document’s host, and no other app by anybody", () => {
  assert.equal(publisherOf("https://claude.ai/oauth/mcp-oauth-client-metadata"), "claude.ai");
  assert.equal(publisherOf("https://claude.ai@evil.example/client.json"), "evil.example");
  for (const id of ["connected-app-test-1", "http://claude.ai/client.json", "https://"]) assert.equal(publisherOf(id), undefined, id);
});
