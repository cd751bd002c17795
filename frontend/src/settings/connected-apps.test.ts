import assert from "node:assert/strict";
import { test } from "node:test";
import { connectionsOf } from "./connected-apps.ts";

const NOW = new Date("2026-11-22T21:00:00Z");
const answered = { connected_app_id: "a", name: "Claude", description: "", client_type: "third_party_public" };

test("an app of Stytch’s own answer is one connection, of which no times are known", () => {
  const [plain, ...others] = connectionsOf({ ...answered, scopes_granted: "openid  todos:read" });
  assert.deepEqual(others, []);
  assert.deepEqual(plain, { id: "a", app: { id: "a", name: "Claude" }, scopes: ["openid", "todos:read"], connectedAt: null, lastUsedAt: null });
});

test("the embedded provider’s answer tells devices apart, and when each called", () => {
  const times = { connected_at: "2026-11-22T21:00:00Z", last_used_at: null };
  const grants = [
    { grant_id: "g2", scopes_granted: "todos:read", ...times },
    { grant_id: "g1", scopes_granted: "", connected_at: null, last_used_at: "nonsense" },
  ];
  const connections = connectionsOf({ ...answered, scopes_granted: "", ...times, grants });
  assert.deepEqual(
    connections.map(({ id, app, connectedAt, lastUsedAt }) => [id, app.id, connectedAt, lastUsedAt]),
    [["g2", "a", NOW, null], ["g1", "a", null, null]],
  );
});
