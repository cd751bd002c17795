// OAuth clients that nobody here wrote, where they insist on something: a registration that has gone stale, a login that is fresh.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { before, describe, test } from "node:test";

import * as openid from "openid-client";

// @ts-expect-error: a script without types
import { pythonOf } from "../../scripts/python.mjs";
import { agrees, REDIRECT_URI } from "../harness/agent.ts";
import { eventually } from "../harness/eventually.ts";
import { send, type Json } from "../harness/http.ts";
import { root } from "../harness/paths.ts";
import { Person } from "../harness/person.ts";
import { embedded } from "../harness/shared.ts";
import { TOOLS } from "../harness/tools.ts";

describe("OAuth clients", () => {
  let origin: string;
  before(async () => {
    origin = (await embedded()).origin;
  });

  test("fastmcp: a stored registration that the server does not know is noticed, and made anew", async () => {
    const stale = "connected-app-test-00000000-0000-4000-8000-000000000000";
    const python: string = pythonOf("clients", "tests/clients/python/requirements.txt");
    const program = join(root, "tests/clients/python/stale_registration.py");
    const child = spawn(python, [program, `${origin}/mcp`, stale], { stdio: ["ignore", "pipe", "pipe"] });
    const ended = once(child, "exit");
    let complaints = "";
    child.stderr.setEncoding("utf8").on("data", (text) => (complaints += text));
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const next = async (): Promise<Json> => {
      const { value, done } = await lines.next();
      if (done) throw new Error(`The client ended: ${complaints}`);
      return JSON.parse(value);
    };
    try {
      const address = new URL((await next()).visit);
      assert.notEqual(address.searchParams.get("client_id"), stale);
      await send(String(await agrees(await Person.logsIn(origin), address)));
      const { tools, client_id } = await next();
      assert.deepEqual(tools.sort(), TOOLS);
      assert.equal(client_id, address.searchParams.get("client_id"));
    } finally {
      child.kill();
      await ended;
    }
  });

  test("openid-client: max_age is held to, and auth_time says so", async () => {
    const options = { execute: [openid.allowInsecureRequests] };
    const client = await openid.dynamicClientRegistration(
      new URL(origin),
      { client_name: "openid-client", redirect_uris: [REDIRECT_URI], token_endpoint_auth_method: "none" },
      openid.None(),
      options,
    );
    const verifier = openid.randomPKCECodeVerifier();
    const [state, nonce] = [openid.randomState(), openid.randomNonce()];
    // Somebody whose session is older than what the client asks for.
    const ada = await Person.logsIn(origin);
    const { started_at } = (await ada.browser.sdk("/sessions/authenticate", {})).json.data.session;
    await eventually("a session of more than a second", async () => Date.now() > Date.parse(started_at) + 2000 || undefined);
    const max_age = 1;
    const address = openid.buildAuthorizationUrl(client, {
      redirect_uri: REDIRECT_URI,
      scope: "openid",
      code_challenge: await openid.calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
      max_age: String(max_age),
      state,
      nonce,
    });
    const { scope, ...parameters } = Object.fromEntries(address.searchParams);
    const refused = await ada.browser.sdk("/idp/oauth/authorize/start", { ...parameters, scopes: String(scope).split(" ") });
    assert.equal(refused.json.error_type, "login_too_old", refused.text);

    address.searchParams.set("request_mark", refused.json.error_details.request_mark);
    const answer = await agrees(await Person.logsIn(origin, ada.email), address);
    const tokens = await openid.authorizationCodeGrant(client, answer, {
      pkceCodeVerifier: verifier,
      expectedState: state,
      expectedNonce: nonce,
      maxAge: max_age,
      idTokenExpected: true,
    });
    const { auth_time, sub } = tokens.claims() ?? {};
    assert.equal(sub, ada.userId);
    assert.ok(Number(auth_time) * 1000 > Date.parse(started_at), `${auth_time} is not after ${started_at}`);
  });
});
