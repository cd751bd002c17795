// What no compiler sees in the statements of SQL that stand in Rust.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { root } from "./tools.mjs";

const lines = ["src", "crates"].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true })
    .filter((name) => name.endsWith(".rs"))
    .flatMap((name) => readFileSync(join(root, folder, name), "utf8").split("\n").map((line) => `${folder}/${name}: ${line.trim()}`)),
);

test("no statement has a bare parameter for its LIMIT: SQLite would plan it anew at each run (worker_kit::sql)", () => {
  const limits = lines.filter((line) => /LIMIT \?/.test(line) && !/: \/\//.test(line));
  assert.notEqual(limits.length, 0);
  assert.deepEqual(limits.filter((line) => !/LIMIT \?\d* \+ 0/.test(line)), []);
});
