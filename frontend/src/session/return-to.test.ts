import assert from "node:assert/strict";
import { test } from "node:test";
import { loginPath, returnToOf, safeReturnTo } from "./return-to.ts";

const origin = "https://todos.example";

test("an address on this origin is kept to the letter", () => {
  const consent = "/oauth/authorize?client_id=a&redirect_uri=http%3A%2F%2F127.0.0.1%3A41999%2Fcb&state=x%2By&resource=https%3A%2F%2Ftodos.example%2Fmcp";
  assert.equal(safeReturnTo(consent, origin), consent);
});

test("a consent request survives the trip through the login page", () => {
  const consent = "/oauth/authorize?client_id=a&state=%26%3D%23&scope=openid+email";
  const login = new URL(loginPath(consent), origin);
  assert.equal(login.pathname, "/login");
  assert.equal(returnToOf(login.search, origin), consent);
});

test("the list needs no mention", () => {
  assert.equal(loginPath("/todoapp"), "/login");
  assert.equal(returnToOf("", origin), "/todoapp");
});

for (const evil of [
  "//evil.example",
  "/\\evil.example",
  "\\\\evil.example",
  "/\t/evil.example",
  "/.//evil.example",
  "/..//evil.example/x",
  "https://evil.example/",
  "https:evil.example",
  "javascript:alert(1)",
  "data:text/html,x",
  " /todoapp",
  "todoapp",
  "",
  null,
  undefined,
]) {
  test(`not an address on this origin: ${JSON.stringify(evil)}`, () => {
    assert.equal(safeReturnTo(evil, origin), "/todoapp");
  });
}

test("login never leads back to login", () => {
  assert.equal(safeReturnTo("/login?returnTo=%2Flogin", origin), "/todoapp");
  assert.equal(safeReturnTo("/authenticate?token=x", origin), "/todoapp");
});
