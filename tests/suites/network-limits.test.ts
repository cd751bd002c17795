// How much one network may ask for: clients to be registered, codes to be mailed.

import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { before, describe, test } from "node:test";

import { discover, REDIRECT_URI } from "../harness/agent.ts";
import { send, type Answer, type Json } from "../harness/http.ts";
import { Browser, someEmail } from "../harness/person.ts";
import { embedded } from "../harness/shared.ts";

// In development a caller may say where it comes from; at Cloudflare the platform says it.
const from = (address: string) => ({ "cf-connecting-ip": address });
const somewhere = (): string => `203.0.${randomInt(256)}.${randomInt(256)}`;

describe("Limits per network", () => {
  let origin: string;
  let server: Json;
  before(async () => {
    origin = (await embedded()).origin;
    ({ server } = await discover(origin));
  });

  const register = (address: string, client_name: string, more: Json = {}): Promise<Answer> =>
    send(server.registration_endpoint, {
      headers: from(address),
      json: { client_name, redirect_uris: [REDIRECT_URI], ...more },
    });

  test("ten new clients a minute; then 429 and when to come back. Another network is not affected", async () => {
    const address = somewhere();
    for (let count = 0; count < 10; count++) assert.equal((await register(address, `${address} ${count}`)).status, 201);
    const refused = await register(address, `${address} one too many`);
    assert.equal(refused.status, 429, refused.text);
    assert.equal(refused.json.error, "too_many_requests");
    const wait = Number(refused.headers.get("retry-after"));
    assert.ok(wait > 0 && wait <= 60, String(wait));
    assert.equal((await register(somewhere(), `${address} elsewhere`)).status, 201);
    // A host whose every user registers the same client is not slowed down.
    assert.equal((await register(address, `${address} 3`)).status, 201);
  });

  test("confidential clients count each time: each is a new one", async () => {
    const address = somewhere();
    const secretly = { token_endpoint_auth_method: "client_secret_post" };
    for (let count = 0; count < 10; count++) assert.equal((await register(address, "Same", secretly)).status, 201);
    assert.equal((await register(address, "Same", secretly)).status, 429);
  });

  test("the addresses of one /64 are one network", async () => {
    const [a, b] = [randomInt(65536).toString(16), randomInt(65536).toString(16)];
    for (let count = 0; count < 10; count++) {
      assert.equal((await register(`2001:db8:${a}:${b}::${count + 1}`, `${a}:${b} ${count}`)).status, 201);
    }
    assert.equal((await register(`2001:db8:${a}:${b}:ffff::1`, `${a}:${b} more`)).status, 429);
  });

  test("thirty login codes in a quarter of an hour, to however many addresses", async () => {
    const address = somewhere();
    const browser = await Browser.at(origin);
    const { publicToken } = (await send(`${origin}/api/config`)).json;
    const authorization = `Basic ${Buffer.from(`${publicToken}:${publicToken}`).toString("base64")}`;
    const askForCode = (): Promise<Answer> =>
      send(`${origin}/sdk/v1/otps/email/login_or_create`, {
        headers: { ...from(address), authorization },
        json: { email: someEmail() },
      });
    for (let count = 0; count < 30; count++) assert.equal((await askForCode()).status, 200);
    const refused = await askForCode();
    assert.equal(refused.status, 429, refused.text);
    assert.equal(refused.json.error_type, "too_many_requests");
    assert.ok(Number(refused.headers.get("retry-after")) > 0);
    assert.equal((await browser.askForCode(someEmail())).code.length, 6, "somebody elsewhere still gets one");
  });
});
