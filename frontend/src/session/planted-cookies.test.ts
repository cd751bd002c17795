import assert from "node:assert/strict";
import { test } from "node:test";
import { expiring, namesWithSeveralValues } from "./planted-cookies.ts";

test("only a session cookie whose values differ is one too many", () => {
  assert.deepEqual(namesWithSeveralValues("a=1; stytch_session=x; a=2"), []);
  assert.deepEqual(namesWithSeveralValues("stytch_session=x; stytch_session=x"), []);
  assert.deepEqual(namesWithSeveralValues("stytch_session=x; stytch_session_jwt=a=b; stytch_session=; stytch_session_jwt=c"), [
    "stytch_session",
    "stytch_session_jwt",
  ]);
  assert.deepEqual(namesWithSeveralValues(""), []);
});

test("it is taken away wherever it could have been planted, and the right one stays", () => {
  assert.deepEqual(expiring("s", { hostname: "localhost", pathname: "/oauth/authorize", protocol: "http:" }), [
    "s=; Path=/oauth; Max-Age=0",
    "s=; Path=/oauth/; Max-Age=0",
    "s=; Path=/oauth/authorize; Max-Age=0",
    "s=; Path=/oauth/authorize/; Max-Age=0",
  ]);
  const lines = expiring("s", { hostname: "todo.example.com", pathname: "/", protocol: "https:" });
  assert.deepEqual(lines, [
    "s=; Path=/; Max-Age=0; Domain=todo.example.com; Secure",
    "s=; Path=/; Max-Age=0; Domain=todo.example.com; Secure; Partitioned",
    "s=; Path=/; Max-Age=0; Domain=example.com; Secure",
    "s=; Path=/; Max-Age=0; Domain=example.com; Secure; Partitioned",
  ]);
  assert.deepEqual(expiring("s", { hostname: "127.0.0.1", pathname: "/", protocol: "http:" }), []);
});
