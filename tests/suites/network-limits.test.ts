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

  /** Registers as often as one network may in a minute. */
  async function fill(address: (count: number) => string, more: Json = {}): Promise<void> {
    for (let count = 0; count < 30; count++) assert.equal((await register(address(count), "A host at its start", more)).status, 201);
  }

  test("thirty new clients a minute, of whatever kind; then 429 and when to come back. Another network is not affected", async () => {
    const address = somewhere();
    await fill(() => address);
    const refused = await register(address, "One too many");
    assert.equal(refused.status, 429, refused.text);
    assert.equal(refused.json.error, "too_many_requests");
    const wait = Number(refused.headers.get("retry-after"));
    assert.ok(wait > 0 && wait <= 60, String(wait));
    assert.equal((await register(address, "With a secret", { token_endpoint_auth_method: "client_secret_post" })).status, 429);
    assert.equal((await register(somewhere(), "Elsewhere")).status, 201);
  });

  test("what is not registered does not count", async () => {
    const address = somewhere();
    for (let count = 0; count < 31; count++) assert.equal((await register(address, "x".repeat(200))).status, 400);
    assert.equal((await register(address, "Well named")).status, 201);
  });

  test("the addresses of one /64 are one network", async () => {
    const [a, b] = [randomInt(65536).toString(16), randomInt(65536).toString(16)];
    await fill((count) => `2001:db8:${a}:${b}::${count + 1}`);
    assert.equal((await register(`2001:db8:${a}:${b}:ffff::1`, "One more")).status, 429);
  });

  for (const [name, address, elsewhere] of [
    ["/64s of one /48", (site: number, host: number) => `2001:db8:${site.toString(16)}:${host.toString(16)}::1`, "2001:db9::1"],
    ["addresses of one /24", (site: number, host: number) => `198.${18 + (site % 2)}.${site % 256}.${host}`, "192.0.2.1"],
  ] as const)
    test(`forty ${name} are not forty networks: four times as much as one, and no more`, async () => {
      const site = randomInt(65536);
      const statuses: number[] = [];
      for (let host = 1; host <= 40; host++) {
        const answers = [1, 2, 3, 4].map(() => register(address(site, host), "A neighbour"));
        statuses.push(...(await Promise.all(answers)).map(({ status }) => status));
      }
      assert.equal(statuses.filter((status) => status === 201).length, 120);
      assert.equal(statuses.filter((status) => status === 429).length, 40);
      assert.equal((await register(elsewhere, "Elsewhere")).status, 201);
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
