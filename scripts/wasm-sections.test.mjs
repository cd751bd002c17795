import assert from "node:assert/strict";
import { test } from "node:test";

import { CODE, functions, sections, withoutNames } from "./wasm-sections.mjs";

const head = Buffer.from([0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]);
const section = (id, ...content) => Buffer.from([id, content.length, ...content]);
const custom = (name, ...content) => section(0, name.length, ...Buffer.from(name), ...content);
// A type, a function of it, its body.
const parts = [section(1, 1, 0x60, 0, 0), section(3, 1, 0), custom("name", 1, 2, 3), section(10, 1, 2, 0, 0x0b), custom("producers", 0)];
const module = Buffer.concat([head, ...parts]);

test("every byte after the head belongs to one section", () => {
  const found = sections(module);
  assert.deepEqual(found.map(({ id, name }) => [id, name]), [[1, ""], [3, ""], [0, "name"], [CODE, ""], [0, "producers"]]);
  assert.deepEqual(found.map(({ start, end }) => end - start), parts.map(({ length }) => length));
});

test("a size of more than seven bits is read", () => {
  const long = Buffer.concat([head, Buffer.from([11, 0x80, 0x02]), Buffer.alloc(256)]);
  assert.deepEqual(sections(long), [{ id: 11, name: "", start: 8, content: 11, end: 267 }]);
});

test("what is left without names is a module, and all else is in it", () => {
  const left = withoutNames(module);
  assert.deepEqual(left, Buffer.concat([head, ...parts.filter((part) => part !== parts[2])]));
  assert.ok(WebAssembly.validate(left));
});

test("functions are counted after those that are imported, among whatever else is", () => {
  const named = (...description) => [1, 0x6d, 1, 0x66, ...description];
  const imports = [named(0, 0), named(1, 0x70, 1, 1, 2), named(2, 0, 1), named(3, 0x7f, 0), named(0, 0)];
  const importing = Buffer.concat([head, parts[0], section(2, imports.length, ...imports.flat()), parts[1], parts[3]]);
  assert.ok(WebAssembly.validate(importing));
  assert.deepEqual(functions(importing).map(({ index }) => index), [2]);
});

test("a module that this Node.js cannot compile is read all the same", () => {
  // A global of a type that there is not, and a tag.
  const imports = [[1, 0x6d, 1, 0x67, 3, 0x63, 0x00, 0], [1, 0x6d, 1, 0x74, 4, 0, 0], [1, 0x6d, 1, 0x66, 0, 0]];
  const importing = Buffer.concat([head, parts[0], section(2, imports.length, ...imports.flat()), parts[1], parts[3]]);
  assert.deepEqual(functions(importing).map(({ index }) => index), [1]);
});
