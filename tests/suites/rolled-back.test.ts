// A release that kept lists in Workers KV, put back after this one has served: it must fail at every list, and not serve what KV shows
// and lose what it is told. Release c6dcb85 does not look at `schema_version`; it was built and run over storage of this code once, by
// hand, and answered 503 for every list ("no such column: todo_id"), and this code found all of it afterwards. What it says to SQLite when
// it loads a list, and for each change, is here word for word, so that every later schema is held to that. Releases that look at the
// version: suite `newer-storage`.

import assert from "node:assert/strict";
import { copyFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { unpack } from "../harness/earlier-storage.ts";
import type { Json } from "../harness/http.ts";
import { StoredObject, withDatabase } from "../harness/objects.ts";
import { Person } from "../harness/person.ts";
import { Worker } from "../harness/worker.ts";

const VERSION = "c6dcb85";

/** What it says before it reads KV. None of this has to fail. */
const OPENING = [
  `CREATE TABLE IF NOT EXISTS journal (
      todo_id    TEXT PRIMARY KEY,
      todo       TEXT,              -- JSON; NULL: deleted
      version    INTEGER NOT NULL,
      settled_at INTEGER            -- when KV took this version, ms since the epoch; NULL: it has not
  ) STRICT, WITHOUT ROWID`,
  "CREATE INDEX IF NOT EXISTS journal_settled ON journal (settled_at, todo_id)",
];

/** What it says once it has read KV, before it answers anything: it throws, and the list is not loaded. */
const LOADING = "SELECT todo_id, todo, version FROM journal";

/** What it says for a change, behind it and in its alarm, if it ever came so far. */
const LATER = [
  `INSERT INTO journal (todo_id, todo, version) VALUES ('01JD0000000000000000000001', NULL, 1)
   ON CONFLICT DO UPDATE SET todo = excluded.todo, version = version + 1, settled_at = NULL`,
  "SELECT todo_id, todo, version FROM journal WHERE settled_at IS NULL AND todo_id > '' ORDER BY todo_id LIMIT 100",
  "UPDATE journal SET settled_at = 1790000000000 WHERE todo_id = '01JD0000000000000000000001' AND version = 1",
  "DELETE FROM journal WHERE settled_at <= 1790000000000",
  "SELECT MIN(settled_at) AS settled_at FROM journal WHERE settled_at IS NOT NULL",
];

describe(`Release ${VERSION}, put back`, () => {
  let worker: Worker;
  let known: Json;
  before(async () => {
    const stored = (state: string, origin: string) => void (known = unpack(VERSION, 60, state, origin));
    worker = await Worker.start({ name: "rolled-back", variables: { SHOW_LOGIN_CODES: "on", LOOPBACK_CLIENTS: "on" }, stored });
  });
  after(() => worker?.stop());

  /** The list's database as it is, for somebody else to work on. */
  function copied({ file }: StoredObject): string {
    const copy = join(worker.state, "copy.sqlite");
    for (const end of ["", "-wal"]) if (existsSync(`${file}${end}`)) copyFileSync(`${file}${end}`, `${copy}${end}`);
    return copy;
  }

  async function assertClosed(person: Person): Promise<void> {
    assert.ok((await person.todos()).length > 0);
    await worker.restart({
      meanwhile: () => {
        const file = copied(StoredObject.named(worker.state, "TodoList", person.userId));
        withDatabase(file, (database) => {
          const todos = () => database.prepare("SELECT * FROM todos ORDER BY todo_id").all();
          const asTheyWere = todos();
          assert.ok(asTheyWere.length > 0);
          // One at a time, as it says them; what fails here ends it even sooner.
          for (const statement of OPENING) database.exec(statement);
          for (const statement of [LOADING, ...LATER]) assert.throws(() => database.prepare(statement).all(), /no such column|has no column/, statement);
          assert.deepEqual(todos(), asTheyWere);
        });
      },
    });
  }

  test("cannot load a list that it once stored and that has moved", async () => {
    const { email, sessionToken } = known.people.ada;
    await assertClosed(await Person.comesBack(worker.origin, email, sessionToken));
  });

  test("cannot load a list that began with this code", async () => {
    const carol = await Person.logsIn(worker.origin);
    await carol.adds("of this code alone");
    await assertClosed(carol);
  });
});
