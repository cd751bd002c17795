import assert from "node:assert/strict";
import { test } from "node:test";
import { lookOf, withLook, type Given } from "./agent-look.ts";

test("a look is a letter of the name, and a colour and shape of the id", () => {
  const look = lookOf({ id: "connected-app-1", name: "“claude”" });
  assert.equal(look.letter, "C");
  assert.deepEqual(lookOf({ id: "connected-app-1", name: "Cursor" }), look, "the same id, the same look");
  assert.equal(lookOf({ id: "x", name: "…" }).letter, "?");
  assert.equal(lookOf({ id: "x", name: "𝒜lpha" }).letter, "𝒜");
});

const claude = (number: number) => ({ id: `connected-app-test-${number * 7919}`, name: "Claude" });
const lookIn = (given: Given, id: string) => given.find(([known]) => known === id)?.[2] ?? -1;

test("agents that share a letter share no colour, as long as there are any", () => {
  const numbersOf = (count: number) => Array.from({ length: count }, (_, number) => claude(number)).reduce(withLook, [] as Given).map(([, , number]) => number);
  assert.equal(new Set(numbersOf(12).map((number) => number % 12)).size, 12);
  assert.equal(new Set(numbersOf(24)).size, 24);
  assert.equal(numbersOf(25).length, 25);
});

test("an agent keeps its look, whoever comes after it, and whichever is shown first the next time", () => {
  const agents = Array.from({ length: 8 }, (_, number) => claude(number));
  const given = agents.reduce(withLook, [] as Given);
  const again = [...agents].reverse().reduce(withLook, given);
  assert.equal(again, given);
  const later = Array.from({ length: 30 }, (_, number) => claude(100 + number)).reduce(withLook, given);
  for (const { id } of agents) assert.equal(lookIn(later, id), lookIn(given, id));
});
