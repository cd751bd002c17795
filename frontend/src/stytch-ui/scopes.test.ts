import assert from "node:assert/strict";
import { test } from "node:test";
import { describeScopes, scopeWords } from "./scopes.ts";

const BOTH = ["todos:read", "todos:write"];

test("where no scope is required, every request is told to open all todos", () => {
  const all = "See, add, complete and delete your todos";
  assert.deepEqual(scopeWords(["openid", "email"], []), [all, "Know that it is you", "See your e-mail address"]);
  assert.deepEqual(scopeWords([""], []), [all]);
  assert.deepEqual(scopeWords([], ["todos:write"]), ["See your todos"]);
});

test("where scopes are required, a request is told to open what it names, todos first", () => {
  assert.deepEqual(scopeWords(["openid", "todos:read"], BOTH), ["See your todos", "Know that it is you"]);
  assert.deepEqual(scopeWords(["openid"], BOTH), ["Know that it is you"]);
  assert.deepEqual(scopeWords(BOTH, BOTH), ["See, add, complete and delete your todos"]);
});

test("a scope without words is named rather than hidden", () => {
  assert.deepEqual(scopeWords(["todos:read", "billing:write"], BOTH), ["See your todos", "Use “billing:write”"]);
});

test("the consent page says whose request it is", () => {
  const [section] = describeScopes(BOTH)({ scopes: ["todos:read"], clientName: "Claude" });
  assert.deepEqual(section, { header: "\u2068Claude\u2069 could then", items: [{ text: "See your todos" }] });
});
