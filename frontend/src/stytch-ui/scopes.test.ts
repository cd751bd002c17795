import assert from "node:assert/strict";
import { test } from "node:test";
import { describeScopes } from "./scopes.ts";

function words(...scopes: string[]): string[] {
  const [section] = describeScopes({ scopes, clientName: "Claude" });
  assert.ok(typeof section === "object" && "header" in section);
  return section.items.map((item) => (typeof item === "string" ? item : item.text));
}

test("a request that does not name the todos is told to open all of them", () => {
  assert.deepEqual(words("openid", "email"), ["See, add, complete and delete your todos", "Know that it is you", "See your e-mail address"]);
  assert.deepEqual(words(""), ["See, add, complete and delete your todos"]);
});

test("a narrower request says what it is, todos first", () => {
  assert.deepEqual(words("openid", "todos:read"), ["See your todos", "Know that it is you"]);
});

test("a scope without words is named rather than hidden", () => {
  assert.deepEqual(words("todos:read", "billing:write"), ["See your todos", "Use “billing:write”"]);
});
