// Objects do what is due when nobody calls: the alarm of each kind comes, does not fail, and is set to what is due next.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { connected, pkce, REDIRECT_URI } from "../harness/agent.ts";
import { ClientDocuments } from "../harness/client-documents.ts";
import { eventually } from "../harness/eventually.ts";
import type { Json } from "../harness/http.ts";
import { initialize, post } from "../harness/mcp.ts";
import { StoredObject, type ObjectClass } from "../harness/objects.ts";
import { Browser, Person, someEmail } from "../harness/person.ts";
import { Worker } from "../harness/worker.ts";

/** The kinds of object that have alarms: the others have none. */
const KINDS: ObjectClass[] = ["TodoList", "Account", "ClientRegistration", "NetworkLimit", "McpSession"];

/** An account sweeps no more often than this. */
const SWEEP_SECONDS = 3_600;
const DAY_SECONDS = 24 * 3_600;
const seconds = () => Math.floor(Date.now() / 1_000);

describe("Alarms", () => {
  let worker: Worker;
  let ada: Person;
  before(async () => {
    worker = await Worker.start({ name: "alarms", variables: { SHOW_LOGIN_CODES: "on", LOOPBACK_CLIENTS: "on" } });
    ada = await Person.logsIn(worker.origin);
    const stranger = await Browser.at(worker.origin);
    stranger.address = "203.0.113.9";
    assert.equal((await stranger.asksForCode(someEmail())).status, 200);
    const { access_token } = await connected(ada);
    await ada.adds("Buy milk");
    const session = (await initialize(worker.origin, access_token, "2025-11-25")).headers.get("mcp-session-id") ?? "";
    const subscribe = { jsonrpc: "2.0", id: 1, method: "resources/subscribe", params: { uri: "todoapp://todos" } };
    assert.equal((await post(worker.origin, access_token, JSON.stringify(subscribe), { "mcp-session-id": session })).status, 200);
  });
  after(() => worker?.stop());

  const account = () => StoredObject.named(worker.state, "Account", ada.userId);
  const failures = () => worker.log().split("Uncaught").length - 1;

  /** What is stored is changed while the Worker is stopped; then each alarm comes at once, and is over. */
  async function come(objects: StoredObject[], meanwhile: () => void = () => undefined): Promise<void> {
    let due = 0;
    await worker.restart({
      meanwhile: () => {
        meanwhile();
        due = Date.now();
        for (const object of objects) object.alarm = due;
      },
    });
    const before = failures();
    // The platform has an alarm until it has run without failing.
    await eventually("every alarm has come and gone", async () => (objects.every(({ alarm }) => alarm === undefined || alarm > due + 1_000) ? true : undefined));
    assert.equal(failures(), before, worker.log().slice(-2_000));
  }

  test("of every object that has stored something come, and do not fail", async () => {
    const objects = KINDS.flatMap((kind) => {
      const waiting = StoredObject.all(worker.state, kind).filter(({ alarm }) => alarm !== undefined);
      assert.ok(waiting.length > 0, `a ${kind} waits for its alarm`);
      return waiting;
    });
    await come(objects);
    assert.deepEqual((await ada.todos()).map(({ text }) => text), ["Buy milk"]);
  });

  test("of an account sweep what has ended, and stand at what ends next", async () => {
    const other = await Person.logsIn(worker.origin, ada.email);
    const sessions = () => account().rows("SELECT expires_at FROM sessions ORDER BY expires_at");
    assert.equal(sessions().length, 2);
    await come([account()], () => account().run("UPDATE sessions SET expires_at = ? WHERE session_id = (SELECT session_id FROM sessions ORDER BY expires_at LIMIT 1)", seconds() - 1));
    const [left, ...others] = sessions();
    assert.deepEqual(others, []);
    const { alarm } = account();
    const latest = (left?.["expires_at"] + SWEEP_SECONDS) * 1_000;
    assert.ok(alarm !== undefined && alarm <= latest, "it comes again for the end of the other session");
    assert.equal((await other.rest("GET", "/api/todos")).status, 200);
  });

  test("of an account come sooner when something is added that ends sooner", async () => {
    await come([account()], () => {
      for (const table of ["sessions", "login_codes", "codes", "grants", "refresh_tokens"]) account().run(`UPDATE ${table} SET expires_at = ?`, seconds() - 1);
      account().run("UPDATE sent_codes SET at = ?", seconds() - 2 * DAY_SECONDS);
    });
    const far = account().alarm ?? 0;
    assert.ok(far > Date.now() + 300 * DAY_SECONDS * 1_000, "what is left is that its browser is known");
    await ada.browser.sdk("/sessions/authenticate", {});
    assert.equal(account().alarm, far, "of whom nothing was stored nothing ends");
    ada = await Person.logsIn(worker.origin, ada.email);
    const soon = account().alarm ?? Infinity;
    assert.ok(soon <= Date.now() + (SWEEP_SECONDS + 1) * 1_000, `it comes in ${(soon - Date.now()) / 1_000} s`);
  });

  test("of a client that is known by its document come for what counted the fetch, and not with its registration", async () => {
    const documents = await ClientDocuments.start();
    try {
      const client_id = documents.publish("/client");
      const request = { client_id, redirect_uri: REDIRECT_URI, scopes: ["openid"], code_challenge: pkce().challenge };
      assert.equal((await ada.browser.sdk("/idp/oauth/authorize/start", request)).status, 200);
      const client = StoredObject.named(worker.state, "ClientRegistration", client_id);
      assert.equal(client.rows("SELECT * FROM fetches").length, 1);
      assert.ok((client.alarm ?? Infinity) <= Date.now() + (SWEEP_SECONDS + 1) * 1_000);
      await come([client], () => client.run("UPDATE fetches SET at = ?", seconds() - SWEEP_SECONDS - 1));
      assert.deepEqual(client.rows("SELECT * FROM fetches"), []);
      const [{ expires_at }] = client.rows("SELECT expires_at FROM registration") as [Json];
      assert.ok(Math.abs((client.alarm ?? 0) / 1_000 - expires_at) <= 2, "then it stands at the end of the registration");
    } finally {
      await documents.stop();
    }
  });

  test("of an account that was asked for and nobody logged in to delete it", async () => {
    const known = new Set(StoredObject.all(worker.state, "Account").map(({ file }) => file));
    await (await Browser.at(worker.origin)).asksForCode(someEmail());
    const [stranger] = StoredObject.all(worker.state, "Account").filter(({ file }) => !known.has(file));
    assert.ok(stranger);
    await come([stranger], () => {
      stranger.run("UPDATE sent_codes SET at = ?", seconds() - 2 * DAY_SECONDS);
      stranger.run("UPDATE login_codes SET expires_at = ?", seconds() - 2 * DAY_SECONDS);
    });
    assert.deepEqual(stranger.tables(), []);
    assert.equal(stranger.alarm, undefined);
  });
});
