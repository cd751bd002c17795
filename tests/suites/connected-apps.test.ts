// What a person has connected, and that a disconnected app is out at its very next call.

import assert from "node:assert/strict";
import { before, beforeEach, describe, test } from "node:test";

import { authorized, codeGrant, connected, discover, redeem } from "../harness/agent.ts";
import { assertChallenge } from "../harness/assertions.ts";
import { send, type Answer, type Json } from "../harness/http.ts";
import { readList } from "../harness/mcp.ts";
import { Person } from "../harness/person.ts";
import { embedded } from "../harness/shared.ts";

describe("Connected apps", () => {
  let origin: string;
  let server: Json;
  let ada: Person;
  before(async () => {
    origin = (await embedded()).origin;
    ({ server } = await discover(origin));
  });
  beforeEach(async () => {
    ada = await Person.logsIn(origin);
  });

  // As a client in a browser: it can read the challenge.
  const call = (token: string): Promise<Answer> => readList(origin, token);
  const apps = async (person = ada): Promise<Json[]> =>
    (await person.browser.sdk("/users/connected_apps", undefined, "GET")).json.data.connected_apps;
  const disconnect = (clientId: string, person = ada): Promise<Answer> =>
    person.browser.sdk(`/users/connected_apps/${clientId}/revoke`, {});

  test("each is listed by name, with what it may do, since when, and when it last called", async () => {
    assert.deepEqual(await apps(), []);
    const started = Math.floor(Date.now() / 1000) * 1000;
    const tokens = await connected(ada);
    await call(tokens.access_token);
    const [app, ...others] = await apps();
    assert.deepEqual(others, []);
    assert.equal(app.connected_app_id, tokens.client_id);
    assert.equal(app.name, "Ada’s agent");
    assert.equal(app.scopes_granted, tokens.scope);
    for (const member of ["connected_at", "last_used_at"]) assert.ok(Date.parse(app[member]) >= started, member);
  });

  test("one app is listed once, however often it connects; another person’s are not shown", async () => {
    const { client_id } = await connected(ada);
    await connected(ada, { client_id });
    assert.equal((await apps()).length, 1);
    assert.deepEqual(await apps(await Person.logsIn(origin)), []);
  });

  test("a disconnected app’s next call is refused at once, although its token has been seen a moment ago", async () => {
    const tokens = await connected(ada);
    for (let calls = 0; calls < 3; calls++) assert.equal((await call(tokens.access_token)).status, 200);
    assert.equal((await disconnect(tokens.client_id)).status, 200);
    for (let calls = 0; calls < 3; calls++) assertChallenge(await call(tokens.access_token), origin, "invalid_token");
    assert.deepEqual(await apps(), []);
  });

  test("every connection of the app ends with it, and no other app’s", async () => {
    const first = await connected(ada);
    const second = await connected(ada, { client_id: first.client_id });
    const other = await authorized(ada, {}, { client_name: "Another agent" });
    const kept = (await redeem(server, codeGrant(other))).json.access_token;
    await disconnect(first.client_id);
    for (const { access_token } of [first, second]) assertChallenge(await call(access_token), origin, "invalid_token");
    assert.equal((await call(kept)).status, 200);
    assert.deepEqual(
      (await apps()).map(({ name }) => name),
      ["Another agent"],
    );
  });

  test("nobody else can disconnect it", async () => {
    const tokens = await connected(ada);
    const eve = await Person.logsIn(origin);
    assert.equal((await disconnect(tokens.client_id, eve)).status, 404);
    assert.equal((await call(tokens.access_token)).status, 200);
  });

  test("it may connect again, and its old token stays dead", async () => {
    const old = await connected(ada);
    await disconnect(old.client_id);
    const renewed = await connected(ada);
    assert.equal((await call(renewed.access_token)).status, 200);
    assertChallenge(await call(old.access_token), origin, "invalid_token");
  });

  test("a client that revokes its own token (RFC 7009) is out as well, whichever of the two it names", async () => {
    for (const kind of ["access_token", "refresh_token"]) {
      const tokens = await connected(ada);
      assert.equal((await call(tokens.access_token)).status, 200);
      await send(server.revocation_endpoint, { form: { token: tokens[kind], client_id: tokens.client_id } });
      assertChallenge(await call(tokens.access_token), origin, "invalid_token");
    }
  });

  test("a code that is used twice ends the token that its first use gave", async () => {
    const grant = await authorized(ada);
    const { access_token } = (await redeem(server, codeGrant(grant))).json;
    assert.equal((await call(access_token)).status, 200);
    await redeem(server, codeGrant(grant));
    assertChallenge(await call(access_token), origin, "invalid_token");
  });
});
