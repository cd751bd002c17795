import assert from "node:assert/strict";
import { test } from "node:test";
import { userIn } from "./early-list.ts";

const jwt = (payload: object) => `header.${Buffer.from(JSON.stringify(payload)).toString("base64url")}.signature`;

test("whose list it is stands in the session's JWT, for as long as that is good", () => {
  const session = jwt({ sub: "user-test-1", exp: 2_000 });
  assert.equal(userIn(`a=b; stytch_session_jwt=${session}; stytch_session=x`, 1_000_000), "user-test-1");
  assert.equal(userIn(`stytch_session_jwt=${session}`, 2_000_000), null, "it has run out");
  assert.equal(userIn("stytch_session=x", 0), null);
});

test("what is no such JWT is nobody's", () => {
  for (const value of ["", "x", "a.b.c", `a.${"!".repeat(8)}.c`, jwt({ sub: 1, exp: 2_000 }), jwt({ sub: "u" })]) {
    assert.equal(userIn(`stytch_session_jwt=${value}`, 0), null, value);
  }
});
