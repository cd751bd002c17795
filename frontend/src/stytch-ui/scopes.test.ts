import assert from "node:assert/strict";
import { test } from "node:test";
import { describeScopes, scopeWords } from "./scopes.ts";

const APPLICATION = [
  { name: "things:read", meaning: "See your things", includes: [] },
  { name: "things:write", meaning: "See and change your things", includes: ["things:read"] },
];
const rules = (...requiredScopes: string[]) => ({ requiredScopes, applicationScopes: APPLICATION });
const BOTH = rules("things:read", "things:write");

test("where no scope is required, every request is told to open everything", () => {
  const all = "See and change your things";
  assert.deepEqual(scopeWords(["openid", "email"], rules()), [all, "Know that it is you", "See your e-mail address"]);
  assert.deepEqual(scopeWords([""], rules()), [all]);
  assert.deepEqual(scopeWords([], rules("things:write")), ["See your things"]);
});

test("where scopes are required, a request is told to open what it names, the application's own first", () => {
  assert.deepEqual(scopeWords(["openid", "things:read"], BOTH), ["See your things", "Know that it is you"]);
  assert.deepEqual(scopeWords(["openid"], BOTH), ["Know that it is you"]);
  assert.deepEqual(scopeWords(["things:read", "things:write"], BOTH), ["See and change your things"]);
});

test("a scope without words is named rather than hidden", () => {
  assert.deepEqual(scopeWords(["things:read", "billing:write"], BOTH), ["See your things", "Use “billing:write”"]);
});

test("the consent page says whose request it is", () => {
  const [section] = describeScopes(BOTH)({ scopes: ["things:read"], clientName: "Claude" });
  assert.deepEqual(section, { header: "\u2068Claude\u2069 could then", items: [{ text: "See your things" }] });
});
