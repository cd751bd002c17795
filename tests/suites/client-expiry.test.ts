// Registrations that nobody uses go. Their objects are told, in their storage, that their time is over.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { authorized, codeGrant, consents, discover, pkce, redeem, register } from "../harness/agent.ts";
import { send, type Answer, type Json } from "../harness/http.ts";
import { StoredObject } from "../harness/objects.ts";
import { Person } from "../harness/person.ts";
import { Worker } from "../harness/worker.ts";

const DAY = 24 * 60 * 60;
const METADATA = { client_name: "Comes and goes" };

describe("Registrations that nobody uses", () => {
  let worker: Worker;
  let server: Json;
  let ada: Person;
  before(async () => {
    worker = await Worker.start({ name: "client-expiry", variables: { SHOW_LOGIN_CODES: "on" } });
    ({ server } = await discover(worker.origin));
    ada = await Person.logsIn(worker.origin);
  });
  after(() => worker?.stop());

  const object = (clientId: string) => StoredObject.named(worker.state, "ClientRegistration", clientId);
  const daysLeft = (clientId: string): number => {
    const [{ expires_at }] = object(clientId).rows("SELECT expires_at FROM registration") as [Json];
    return Math.round((expires_at - Date.now() / 1000) / DAY);
  };
  const start = async (clientId: string): Promise<Answer> =>
    (await consents(ada, { client_id: clientId, code_challenge: pkce().challenge })).start;

  test("only what a client was given keeps its registration alive: looking it up and failing to be it does not", async () => {
    const clientId = (await register(server, { ...METADATA, token_endpoint_auth_method: "client_secret_post" })).json.client_id;
    assert.equal(daysLeft(clientId), 30);
    const { verifier } = pkce();
    const made_up = codeGrant({ clientId, code: `code_${"A".repeat(64)}`, verifier });
    assert.equal((await redeem(server, made_up)).status, 401);
    assert.equal((await redeem(server, { ...made_up, client_secret: "wrong" })).status, 401);
    for (const endpoint of [server.introspection_endpoint, server.revocation_endpoint])
      assert.equal((await send(endpoint, { form: { token: "x", client_id: clientId } })).status, 401);
    assert.equal((await start(clientId)).status, 200);
    assert.equal(daysLeft(clientId), 30);

    const ofPublic = (await register(server, METADATA)).json.client_id;
    const form = codeGrant({ clientId: ofPublic, code: `code_${"A".repeat(64)}`, verifier });
    assert.equal((await redeem(server, form)).json.error, "invalid_grant");
    assert.equal((await send(server.introspection_endpoint, { form: { token: "x", client_id: ofPublic } })).status, 200);
    assert.equal(daysLeft(ofPublic), 30);
  });

  test("one that was used goes half a year later; then its client is unknown, and registers anew", async () => {
    const grant = await authorized(ada, {}, METADATA);
    assert.equal((await redeem(server, codeGrant(grant))).status, 200);
    assert.equal(daysLeft(grant.clientId), 180);
    const over = Math.floor(Date.now() / 1000) - 1;
    await worker.restart({ meanwhile: () => object(grant.clientId).run("UPDATE registration SET expires_at = ?", over) });
    const refusal = await start(grant.clientId);
    assert.equal(refusal.status, 404, refusal.text);
    assert.equal(refusal.json.error_type, "connected_app_not_found");
    assert.equal((await start((await register(server, METADATA)).json.client_id)).status, 200);
  });

  test("one that earlier versions made, shared by all who said the same, goes on working", async () => {
    const shared = (await register(server, METADATA)).json.client_id;
    await worker.restart({
      meanwhile: () => {
        const stored = object(shared);
        // As it was written before clients could have keys: no version, one table, no member that is new.
        for (const table of ["schema_version", "keys", "fetches", "failures", "used_assertions"]) stored.run(`DROP TABLE ${table}`);
        const client = {
          metadata: {
            client_name: "Comes and goes",
            redirect_uris: ["http://127.0.0.1:33418/callback"],
            grant_types: ["authorization_code", "refresh_token"],
            response_types: ["code"],
            token_endpoint_auth_method: "none",
          },
          secret: null,
          issued_at: Math.floor(Date.now() / 1000) - DAY,
        };
        stored.run("UPDATE registration SET client = ?", JSON.stringify(client));
      },
    });
    const { verifier, challenge } = pkce();
    const { submit } = await consents(ada, { client_id: shared, code_challenge: challenge });
    const code = new URL(submit.json.data.redirect_uri).searchParams.get("code") ?? "";
    assert.equal((await redeem(server, codeGrant({ clientId: shared, code, verifier }))).status, 200);
    assert.notEqual((await register(server, METADATA)).json.client_id, shared);
  });
});
