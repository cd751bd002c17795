import assert from "node:assert/strict";
import { test } from "node:test";
import { answeredFor, askForList, userIn } from "./early-list.ts";

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

test("whose list it is, is known once the server has answered, unless Stytch’s SDK remembers somebody else", async (t) => {
  const stored = new Map<string, string>();
  const storage = new Proxy({ getItem: (name: string) => stored.get(name) ?? null }, { ownKeys: () => [...stored.keys()], getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }) });
  let status = 200;
  t.mock.method(globalThis, "fetch", () => Promise.resolve(new Response('{"todos":[]}', { status, headers: { ETag: '"1"' } })));
  Object.defineProperty(globalThis, "localStorage", { value: storage, configurable: true });
  const remembered = (state: object) => stored.set("stytch_sdk_state_public-token-x", JSON.stringify(state));
  const known = async () => {
    await askForList(`stytch_session_jwt=${jwt({ sub: "user-test-1", exp: Date.now() })}`);
    return answeredFor();
  };
  assert.equal(await known(), "user-test-1");
  for (const state of [{}, { user: null }, { user: { user_id: "user-test-1" } }]) assert.equal((remembered(state), await known()), "user-test-1");
  remembered({ user: { user_id: "user-test-2" } });
  assert.equal(await known(), null);
  stored.clear();
  status = 401;
  assert.equal(await known(), null);
});
