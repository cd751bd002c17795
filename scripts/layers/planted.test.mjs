// The rules of the layout, held against a small workspace in which each is broken: `planted/`. There a line says of itself what
// is wrong with it, `//~ circle` or `#~ layer`; what says nothing must not be found. The rules themselves are in rules.mjs.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { findings } from "./rules.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "planted");
const table = JSON.parse(readFileSync(join(root, "table.json"), "utf8"));
const found = findings(root, table);

/** What is not there has no line to say so. */
const NOT_THERE = [["missing", "crates/engine/src/attic/:1"]];

for (const rule of ["layer", "floor", "circle", "unnamed", "missing", "word"]) {
  test(`each planted breach of the rule “${rule}” is found, by file and line, and nothing else`, () => {
    const planted = [...marks(), ...NOT_THERE].filter(([of]) => of === rule).map(([, place]) => place);
    assert.notEqual(planted.length, 0);
    const places = found.filter((finding) => finding.rule === rule).map(({ file, line }) => `${file}:${line}`);
    assert.deepEqual(places.sort(), planted.sort());
  });
}

test("a finding says in words what is taken from where, and why not", () => {
  const said = (rule, file) => found.find((finding) => finding.rule === rule && finding.file === file).says;
  assert.equal(
    said("floor", "crates/engine/src/model/error.rs"),
    "takes Context from crates/engine/src/handler/context.rs, which is above it: handler/ (what answers) stands on model/ (the names of things)",
  );
  assert.equal(
    said("floor", "crates/engine/src/left/mod.rs"),
    "takes Right from crates/engine/src/right/mod.rs, but left/ and right/ stand side by side and do not know each other",
  );
  assert.equal(
    said("circle", "crates/engine/src/handler/answer.rs"),
    "takes Context from crates/engine/src/handler/context.rs, which leads back: " +
      ["context", "elsewhere", "answer"].map((name) => `crates/engine/src/handler/${name}.rs`).join(" → "),
  );
  assert.equal(
    said("layer", "crates/policy/Cargo.toml"),
    "the policy reaches past its layer: it may not use crates/engine (the engine)",
  );
  assert.equal(
    said("layer", "crates/policy/src/lib.rs"),
    "the policy reaches past its layer: it may not use the platform (worker)",
  );
});

/** Every mark in the planted workspace: a rule, and the place where it is broken. */
function marks() {
  const files = readdirSync(root, { recursive: true }).filter((name) => /\.(rs|toml|tsx?)$/.test(name));
  return files.flatMap((file) =>
    readFileSync(join(root, file), "utf8")
      .split("\n")
      .flatMap((text, index) => {
        const [, rules = ""] = text.match(/(?:\/\/|#)~ ([a-z ]+)$/) ?? [];
        return rules.split(" ").filter(Boolean).map((rule) => [rule, `${file}:${index + 1}`]);
      }),
  );
}
