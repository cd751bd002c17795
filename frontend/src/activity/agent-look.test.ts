import assert from "node:assert/strict";
import { test } from "node:test";
import { lookOf } from "./agent-look.ts";

test("a look is a letter of the name, and a colour and shape of the id", () => {
  const look = lookOf({ id: "connected-app-1", name: "“claude”" });
  assert.equal(look.letter, "C");
  assert.deepEqual(lookOf({ id: "connected-app-1", name: "Cursor" }), look, "the same id, the same look");
  assert.equal(lookOf({ id: "x", name: "…" }).letter, "?");
  assert.equal(lookOf({ id: "x", name: "𝒜lpha" }).letter, "𝒜");
});

test("agents that share a letter seldom share a look", () => {
  const looks = Array.from({ length: 200 }, (_, number) => lookOf({ id: `connected-app-test-${number * 7919}`, name: "Claude" }));
  const kinds = new Set(looks.map(({ colour, shape }) => `${colour} ${shape}`));
  assert.equal(kinds.size, 24);
});
