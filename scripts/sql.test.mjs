// What no compiler sees in the statements of SQL that stand in Rust.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
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

/** The text that a pattern finds in a file. */
const found = (file, pattern) => pattern.exec(readFileSync(join(root, file), "utf8"))[1];

/** The rule is `Row::changed` of kv-copy, which its own tests hold; this is the same rule in one statement. */
test("a change of a record that is queued for KV is one more of its row, which knows since when KV is behind", () => {
  const file = "crates/kv-copy/src/queue.rs";
  const columns = found(file, /const COLUMNS: &str = "(.*)"/);
  const changed = found(file, /let changed = format!\(\s*"([^"]*)"/).replace("{COLUMNS}", columns);
  const after = (...before) => {
    const database = new DatabaseSync(":memory:");
    database.exec(found(file, /SCHEMA: &str = "([^"]*)"/));
    for (const values of before) database.prepare(`INSERT INTO kv_copy (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?)`).run(...values);
    database.prepare(changed).run("a", 100, 200);
    return database.prepare(`SELECT ${columns} FROM kv_copy`).all().map((row) => Object.values(row));
  };
  assert.deepEqual(after(), [["a", 1, 100, 200, 0, null, 0]]);
  assert.deepEqual(after(["a", 3, 10, 20, 2, 7, 0]), [["a", 4, 10, 200, 0, 7, 0]]);
  assert.deepEqual(after(["a", 3, 10, 20, 0, null, 1]), [["a", 4, 100, 200, 0, null, 0]]);
});

/** What they are after each change is told in todo::history, without a look at the rows. */
test("the first and the last change of a history are read with all their parts", () => {
  const file = "src/todo_list/history.rs";
  const database = new DatabaseSync(":memory:");
  database.exec("CREATE TABLE history (number INTEGER, part INTEGER, change TEXT, touched INTEGER, PRIMARY KEY (number, part)) STRICT");
  const ends = () => ["OLDEST", "NEWEST"].map((end) => database.prepare(found(file, new RegExp(`const ${end}: &str =\\s*"([^"]*)"`))).all());
  assert.deepEqual(ends().flat(), []);
  for (const row of [[9, 0, 54], [7, 1, 53], [7, 0, 50], [10, 0, 104], [10, 1, 110]]) database.prepare("INSERT INTO history VALUES (?, ?, '{}', ?)").run(...row);
  assert.deepEqual(ends().flat().map(({ number, touched }) => [number, touched]), [[7, 53], [10, 110]]);
});
