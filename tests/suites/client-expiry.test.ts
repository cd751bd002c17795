// Registrations that nobody uses go. Their objects are told, in their storage, that their time is over.

import assert from "node:assert/strict";
import { globSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, before, describe, test } from "node:test";

import { consents, discover, pkce, register } from "../harness/agent.ts";
import { Person } from "../harness/person.ts";
import { Worker } from "../harness/worker.ts";

const DAY = 24 * 60 * 60;

describe("Registrations that nobody uses", () => {
  let worker: Worker;
  before(async () => {
    worker = await Worker.start({ name: "client-expiry", variables: { SHOW_LOGIN_CODES: "on" } });
  });
  after(() => worker?.stop());

  /** Every registration there is, by when it ends; what `change` returns is when it ends from now on. */
  function registrations(change: (expiresAt: number) => number): number[] {
    const files = globSync(join(worker.state, "**", "*ClientRegistration", "*.sqlite"));
    return files.flatMap((file) => {
      const database = new DatabaseSync(file);
      try {
        const tables = database.prepare("SELECT name FROM sqlite_master WHERE name = 'registration'").all();
        return tables.flatMap(() => {
          const expiresAt = Number(database.prepare("SELECT expires_at FROM registration").get()?.["expires_at"]);
          database.prepare("UPDATE registration SET expires_at = ?").run(change(expiresAt));
          return [expiresAt];
        });
      } finally {
        database.close();
      }
    });
  }

  test("one goes a month after it was made, one that was used half a year after that, and a host registers anew", async () => {
    const { server } = await discover(worker.origin);
    const ada = await Person.logsIn(worker.origin);
    const metadata = { client_name: "Comes and goes" };
    const made = (await register(server, metadata)).json.client_id;
    const start = async () => (await consents(ada, { client_id: made, code_challenge: pkce().challenge })).start;
    const left = (times: number[]): number[] => times.map((time) => Math.round((time - Date.now() / 1000) / DAY));

    await worker.restart({ meanwhile: () => assert.deepEqual(left(registrations((time) => time)), [30]) });
    assert.equal((await start()).status, 200);
    const over = () => assert.deepEqual(left(registrations(() => Math.floor(Date.now() / 1000) - 1)), [180]);
    await worker.restart({ meanwhile: over });
    const refusal = await start();
    assert.equal(refusal.status, 404, refusal.text);
    assert.equal(refusal.json.error_type, "connected_app_not_found");

    assert.equal((await register(server, metadata)).json.client_id, made, "the same client has the same id");
    assert.equal((await start()).status, 200);
  });
});
