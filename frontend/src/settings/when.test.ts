import assert from "node:assert/strict";
import { test } from "node:test";
import { appOf } from "./connected-apps.ts";
import { when } from "./when.ts";

const NOW = new Date("2026-11-22T21:00:00Z");

test("times are told as a person would", () => {
  for (const [time, words] of [
    ["2026-11-22T21:00:30Z", "just now"],
    ["2026-11-22T20:59:00Z", "just now"],
    ["2026-11-22T20:55:00Z", "5 minutes ago"],
    ["2026-11-22T18:30:00Z", "2 hours ago"],
    ["2026-11-21T12:00:00Z", "yesterday"],
    ["2026-11-12T12:00:00Z", "10 days ago"],
    ["2026-03-01T12:00:00Z", "on March 1, 2026"],
  ] as const) {
    assert.equal(when(new Date(time), NOW), words, time);
  }
});

test("an app of Stytch’s own answer has no times, and one of the embedded provider’s has", () => {
  const answered = { connected_app_id: "a", name: "Claude", description: "", client_type: "third_party_public" };
  const plain = appOf({ ...answered, scopes_granted: "openid  todos:read" });
  assert.deepEqual(plain.scopes, ["openid", "todos:read"]);
  assert.equal(plain.connectedAt, null);
  const extended = appOf({ ...answered, scopes_granted: "", connected_at: "2026-11-22T21:00:00Z", last_used_at: "nonsense" });
  assert.deepEqual(extended.connectedAt, NOW);
  assert.equal(extended.lastUsedAt, null);
});
