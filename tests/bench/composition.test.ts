import assert from "node:assert/strict";
import { test } from "node:test";

import { composition, crateOf } from "./composition.ts";

test("a function belongs to the first crate in its name that is not Rust’s own", () => {
  const own = "Rust’s own: `core`, `alloc`, `std`";
  const cases: [string, string][] = [
    ["mcp::checks::transport::accepts::h21e71523085a06be", "`mcp`"],
    ["<alloc::vec::Vec<T,A> as core::ops::drop::Drop>::drop::h51c28f1bc272ca4e", own],
    ["core::ptr::drop_in_place<core::option::Option<todo::list::Todo>>::h5ea81389ff02a894", "`todo`"],
    ["<serde_json::de::MapAccess<R> as serde_core::de::MapAccess>::next_value_seed::heaa07fc2a5809cb8", "`serde_json`"],
    ["<&mut serde_json::ser::Serializer<W,F> as serde_core::ser::Serializer>::serialize_map::hb474ba8c46038913", "`serde_json`"],
    ["js_sys::futures::future_to_promise::{{closure}}::h736fce8b6b58adf2", "`js_sys`"],
    ["<std[94e8b4f3a1c2d5e6]::sys::random::unsupported>::hashmap_random_keys", own],
    ["memcpy", "functions that name no crate"],
    ["", "functions that name no crate"],
  ];
  for (const [name, crate] of cases) assert.equal(crateOf(name), crate, name);
});

test("bytes are counted by section and by crate; an imported function has an index and no bytes", () => {
  const section = (id: number, ...content: number[]) => [id, content.length, ...content];
  const text = (value: string) => [value.length, ...Buffer.from(value)];
  const names = [2, 0, ...text("a::f"), 1, ...text("todo::g")];
  const module = Buffer.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, 1, 0x60, 0, 0),
    ...section(2, 1, ...text("m"), ...text("f"), 0, 0),
    ...section(3, 1, 0),
    ...section(10, 1, 3, 0, 0x01, 0x0b),
    ...section(0, ...text("name"), 1, names.length, ...names),
  ]);
  const { sections, crates } = composition(module);
  const [code] = sections;
  assert.deepEqual(code, { title: "code", bytes: 7 });
  assert.deepEqual(crates[0], { title: "`todo`", bytes: 4 });
  // All but the names: the head, and four sections.
  assert.equal(sections.reduce((sum, { bytes }) => sum + bytes, 0), 8 + 6 + 9 + 4 + 7);
});
