import assert from "node:assert/strict";
import { test } from "node:test";

import { namedByPlace, order } from "./wasm-order.mjs";
import { functions, sections } from "./wasm-sections.mjs";

const head = Buffer.from([0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]);
const section = (id, ...content) => Buffer.from([id, content.length, ...content]);
const custom = (name, ...content) => section(0, name.length, ...Buffer.from(name), ...content);

// Functions without parameters or results: each puts down constants, one after another.
const constants = (...values) => [0, ...values.flatMap((value) => [0x41, value, 0x1a]), 0x0b];
const body = (...values) => [constants(...values).length, ...constants(...values)];
const A = [1, 2, 3, 4];
const B = [21, 22, 23, 24];
// One function is imported, and counted first: `m.f`.
const imported = section(2, 1, 1, 0x6d, 1, 0x66, 0, 0);
const moduleOf = (...bodies) =>
  Buffer.concat([
    head,
    section(1, 1, 0x60, 0, 0),
    imported,
    section(3, bodies.length, ...bodies.map(() => 0)),
    section(10, bodies.length, ...bodies.flat()),
    custom("name", 1, 4, 1, 0, 1, 0x66),
  ]);
const module = moduleOf(body(...A, 9), body(...B, 8), body(...A, 7), body(...B, 6, 5));

test("a function follows the one that it has most in common with", () => {
  assert.ok(WebAssembly.validate(module));
  assert.deepEqual(order(module), [3, 1, 2, 0]);
});

test("every function has one place, also where none has anything in common", () => {
  assert.deepEqual(order(moduleOf(body(1), body(2), body(3))).toSorted(), [0, 1, 2]);
  assert.deepEqual(order(moduleOf(body(...A), body(...A), body(...A))).toSorted(), [0, 1, 2]);
});

test("the names that a module is given say where its functions should stand, and are the only ones", () => {
  const named = namedByPlace(module, [2, 0, 3, 1]);
  assert.ok(WebAssembly.validate(named));
  assert.deepEqual(functions(named).map(({ index }) => index), [1, 2, 3, 4]);
  const [names, ...others] = sections(named).filter(({ name }) => name === "name");
  assert.deepEqual(others, []);
  const pairs = [1, "000001", 2, "000003", 3, "000000", 4, "000002"];
  const written = pairs.flatMap((part) => (typeof part === "number" ? [part] : [part.length, ...Buffer.from(part)]));
  assert.deepEqual([...named.subarray(names.content, names.end)], [1, 1 + written.length, 4, ...written]);
});
