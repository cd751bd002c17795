// Many at once: a code is redeemed by one of them, a refresh token by all who ask within its ten seconds, with one outcome.

import assert from "node:assert/strict";
import { before, describe, test } from "node:test";

import { authorized, codeGrant, connected, discover, redeem } from "../harness/agent.ts";
import { type Answer, type Json } from "../harness/http.ts";
import { ask, readList } from "../harness/mcp.ts";
import { Person } from "../harness/person.ts";
import { embedded } from "../harness/shared.ts";

const MANY = 1_000;

describe("Many redemptions at once", () => {
  let origin: string;
  let server: Json;
  before(async () => {
    origin = (await embedded()).origin;
    ({ server } = await discover(origin));
  });

  const all = (form: Record<string, string>): Promise<Answer[]> =>
    Promise.all(Array.from({ length: MANY }, () => redeem(server, form)));
  const won = (answers: Answer[]): Json[] => answers.filter(({ status }) => status === 200).map(({ json }) => json);
  const assertOthersRefused = (answers: Answer[]): void => {
    for (const { status, json } of answers.filter((answer) => answer.status !== 200)) {
      assert.equal(status, 400);
      assert.equal(json.error, "invalid_grant");
    }
  };

  test("a thousand of one code: exactly one succeeds, and since it was used again, what that one got is worth nothing", async () => {
    const grant = await authorized(await Person.logsIn(origin));
    const answers = await all(codeGrant(grant));
    assert.equal(won(answers).length, 1);
    assertOthersRefused(answers);
    const [tokens] = won(answers);
    assert.equal((await readList(origin, tokens.access_token)).status, 401);
    const form = { grant_type: "refresh_token", client_id: grant.clientId, refresh_token: tokens.refresh_token };
    assert.equal((await redeem(server, form)).json.error, "invalid_grant");
  });

  test("twelve of one refresh token, as a client does whose calls all find their token expired: each gets the same", async () => {
    const tokens = await connected(await Person.logsIn(origin));
    const form = { grant_type: "refresh_token", client_id: tokens.client_id, refresh_token: tokens.refresh_token };
    const answers = await Promise.all(Array.from({ length: 12 }, () => redeem(server, form)));
    assert.deepEqual(answers.map(({ status }) => status), Array(12).fill(200));
    assert.equal(new Set(answers.map(({ json }) => json.refresh_token)).size, 1);
    for (const { json } of answers) assert.equal((await ask(origin, json.access_token, "ping")).status, 200);
  });

  test("a thousand of one refresh token: one successor, however many were told of it, and the line goes on from there", async () => {
    const tokens = await connected(await Person.logsIn(origin));
    const form = { grant_type: "refresh_token", client_id: tokens.client_id };
    const answers = await all({ ...form, refresh_token: tokens.refresh_token });
    assertOthersRefused(answers);
    const successors = new Set(won(answers).map(({ refresh_token }) => refresh_token));
    // Whoever asks within ten seconds of the first is told the same. None of them forks the line.
    assert.equal(successors.size, 1);
    assert.ok(won(answers).length >= 20, `${won(answers).length} answers`);
    const [successor] = successors;
    // Ten seconds may have passed before the last of the thousand: then it counted as theft, and the family is gone.
    const next = await redeem(server, { ...form, refresh_token: successor });
    const stolen = next.status === 400 && next.json.error === "invalid_grant";
    assert.ok(next.status === 200 || stolen, next.text);
    const access = stolen ? won(answers)[0].access_token : next.json.access_token;
    assert.equal((await readList(origin, access)).status, stolen ? 401 : 200);
  });
});
