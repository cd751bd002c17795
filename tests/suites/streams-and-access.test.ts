// An event stream lasts no longer than the access it was opened with, whichever of the three kinds it is.

import assert from "node:assert/strict";
import { before, describe, test } from "node:test";

import { authorized, codeGrant, connected, discover, redeem } from "../harness/agent.ts";
import { send, type Json } from "../harness/http.ts";
import { callTool } from "../harness/mcp.ts";
import { Person } from "../harness/person.ts";
import { embedded, stytch, withStytch } from "../harness/shared.ts";
import { STREAMS } from "../harness/stream.ts";
import { someUserId } from "../harness/stytch-stand-in.ts";

describe("Streams and access", () => {
  let origin: string;
  let server: Json;
  let ada: Person;
  before(async () => {
    origin = (await embedded()).origin;
    ({ server } = await discover(origin));
    ada = await Person.logsIn(origin);
  });

  const another = async (name: string) => {
    const grant = await authorized(ada, {}, { client_name: name });
    return { ...(await redeem(server, codeGrant(grant))).json, client_id: grant.clientId };
  };

  for (const [kind, open] of Object.entries(STREAMS)) {
    test(`${kind}: ends when the person disconnects the app, and no other app’s does`, async () => {
      const [tokens, other] = [await another(`Leaving ${kind}`), await another(`Staying ${kind}`)];
      const streams = [await open(origin, tokens.access_token), await open(origin, tokens.access_token)];
      const kept = await open(origin, other.access_token);
      assert.ok(streams.every((stream) => stream.isOpen()));
      await ada.browser.sdk(`/users/connected_apps/${tokens.client_id}/revoke`, {});
      await Promise.all(streams.map(({ ended }) => ended));
      // It still takes part in what happens.
      await callTool(origin, other.access_token, "createTodo", { todoText: `Told over ${kind}` });
      assert.ok(kept.isOpen());
      kept.leave();
    });
  }

  const open = (token: string) => STREAMS["subscriptions/listen"]!(origin, token);

  test("a stream ends when the client revokes its own token (RFC 7009), whichever of the two it names", async () => {
    for (const kind of ["access_token", "refresh_token"]) {
      const tokens = await connected(ada);
      const stream = await open(tokens.access_token);
      await send(server.revocation_endpoint, { form: { token: tokens[kind], client_id: tokens.client_id } });
      await stream.ended;
    }
  });

  test("a stream ends when the code it came of is used a second time", async () => {
    const grant = await authorized(ada);
    const tokens = (await redeem(server, codeGrant(grant))).json;
    const stream = await open(tokens.access_token);
    await redeem(server, codeGrant(grant));
    await stream.ended;
  });

  test("what listens to changes is told that it is over", async () => {
    const tokens = await connected(ada);
    const stream = await open(tokens.access_token);
    await ada.browser.sdk(`/users/connected_apps/${tokens.client_id}/revoke`, {});
    const messages = [...(await stream.ended).matchAll(/^data: (.+)$/gm)].map(([, json]) => JSON.parse(json!));
    assert.equal(messages[0].method, "notifications/subscriptions/acknowledged");
    assert.equal(messages.at(-1).id, "listening");
    assert.equal(messages.at(-1).result.resultType, "complete");
  });

  for (const [kind, open] of Object.entries(STREAMS)) {
    test(`${kind}: ends when its token does, with Stytch as with anybody`, async () => {
      const issuer = await stytch();
      const { origin } = await withStytch();
      // A minute's difference between clocks is put up with; this much of it is left.
      const exp = Math.floor(Date.now() / 1000) - 57;
      const stream = await open(origin, await issuer.sign({ ...issuer.accessClaims(someUserId()), exp }));
      await stream.ended;
      assert.ok(Date.now() / 1000 >= exp + 60, "not before its time");
    });
  }
});
