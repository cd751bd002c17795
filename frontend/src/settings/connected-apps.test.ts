import assert from "node:assert/strict";
import { test } from "node:test";
import { appOf } from "./connected-apps.ts";

const NOW = new Date("2026-11-22T21:00:00Z");

test("an app of Stytch’s own answer has no times, and one of the embedded provider’s has", () => {
  const answered = { connected_app_id: "a", name: "Claude", description: "", client_type: "third_party_public" };
  const plain = appOf({ ...answered, scopes_granted: "openid  todos:read" });
  assert.deepEqual(plain.scopes, ["openid", "todos:read"]);
  assert.equal(plain.connectedAt, null);
  const extended = appOf({ ...answered, scopes_granted: "", connected_at: "2026-11-22T21:00:00Z", last_used_at: "nonsense" });
  assert.deepEqual(extended.connectedAt, NOW);
  assert.equal(extended.lastUsedAt, null);
});
