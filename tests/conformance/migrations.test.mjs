// Storage that changes with the code (crates/worker-kit): in workerd, over real HTTP.

import assert from "node:assert/strict";
import { createHash, createHmac } from "node:crypto";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, before, test } from "node:test";

import { Fixture } from "./fixture.mjs";

let fixture;
before(async () => (fixture = await Fixture.start()));
after(() => fixture.stop());

/** What the object of that name answers with the code of some version. */
async function ask(name, version, how) {
  const response = await fetch(`${fixture.origin}/migrating/${name}/${version}/${how}`);
  if (response.status !== 200) return { status: response.status, retryAfter: response.headers.get("retry-after") };
  return (await response.json())?.steps ?? null;
}

/** Works on the database of an object. Where it is comes of its name, as in workerd. */
function withDatabase(name, work) {
  const key = createHash("sha256").update("conformance-fixture-Migrating").digest();
  const digest = (data) => createHmac("sha256", key).update(data).digest().subarray(0, 16);
  const id = Buffer.concat([digest(name), digest(digest(name))]).toString("hex");
  const database = new DatabaseSync(join(fixture.state, "v3", "do", "conformance-fixture-Migrating", `${id}.sqlite`));
  try {
    return work(database);
  } finally {
    database.close();
  }
}

test("what is missing runs once, in order, however far behind the storage is", async () => {
  assert.deepEqual(await ask("behind", "1", "write"), ["first"]);
  assert.deepEqual(await ask("behind", "1", "write"), ["first"]);
  assert.deepEqual(await ask("behind", "3", "read"), ["first", "second", "third"]);
  assert.deepEqual(await ask("behind", "3", "write"), ["first", "second", "third"]);
  assert.deepEqual(await ask("new", "3", "write"), ["first", "second", "third"]);
});

test("asking where nothing is stored leaves no trace", async () => {
  assert.equal(await ask("nobody", "3", "read"), null);
  assert.equal(await ask("nobody", "3", "read"), null);
  const tables = withDatabase("nobody", (database) => database.prepare("SELECT name FROM sqlite_master").all());
  assert.deepEqual(
    tables.map(({ name }) => name).filter((name) => !name.startsWith("__miniflare")),
    [],
  );
});

test("where a step fails all that was missing is undone, and mended code goes on from there", async () => {
  assert.deepEqual(await ask("broken", "2", "write"), ["first", "second"]);
  assert.equal((await ask("broken", "broken", "read")).status, 500);
  assert.equal((await ask("broken", "broken", "write")).status, 500);
  assert.deepEqual(await ask("broken", "2", "read"), ["first", "second"]);
  assert.deepEqual(await ask("broken", "3", "read"), ["first", "second", "third"]);
  assert.deepEqual(await ask("broken", "4", "read"), ["first", "second", "third", "second"]);
  assert.equal((await ask("new and broken", "broken", "write")).status, 500);
  assert.equal(await ask("new and broken", "1", "read"), null);
});

test("storage newer than the code is refused, and left as it is", async () => {
  assert.deepEqual(await ask("newer", "3", "write"), ["first", "second", "third"]);
  for (const how of ["read", "write"]) assert.deepEqual(await ask("newer", "2", how), { status: 503, retryAfter: "60" });
  assert.deepEqual(await ask("newer", "3", "read"), ["first", "second", "third"]);
});

test("storage from before versions were noted is brought up from the first step on", async () => {
  assert.deepEqual(await ask("unversioned", "1", "write"), ["first"]);
  await fixture.restart(() => withDatabase("unversioned", (database) => database.exec("DROP TABLE schema_version")));
  // The first step leaves what is there; that it ran again is seen by its second statement, which a real one would not have.
  assert.deepEqual(await ask("unversioned", "2", "read"), ["first", "first", "second"]);
  assert.deepEqual(await ask("unversioned", "2", "read"), ["first", "first", "second"]);
});
