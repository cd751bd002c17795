// The key that signs tokens: it outlives restarts, and is given up when the operator says that somebody else may have it. (When
// it is rotated of its own accord is told by the tests of `crates/oauth`, which have a clock of their own.)

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";

import { connected } from "../harness/agent.ts";
import { assertChallenge, assertProblem } from "../harness/assertions.ts";
import { send, type Json } from "../harness/http.ts";
import { ask } from "../harness/mcp.ts";
import { Person } from "../harness/person.ts";
import { Worker } from "../harness/worker.ts";

const VARIABLES = { SHOW_LOGIN_CODES: "on" };

describe("The signing key", () => {
  let worker: Worker;
  before(async () => {
    worker = await Worker.start({ name: "key-rotation", variables: VARIABLES });
  });
  after(() => worker?.stop());

  const published = async (): Promise<string[]> =>
    (await send(`${worker.origin}/.well-known/jwks.json`)).json.keys.map((key: Json) => key.kid);
  const rfc3339 = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

  test("a key that somebody else may have is given up; who the person is stays", async () => {
    const ada = await Person.logsIn(worker.origin);
    await ada.adds("still here");
    const tokens = await connected(ada);
    const [old, ...others] = await published();
    assert.deepEqual(others, []);

    await worker.restart();
    assert.deepEqual(await published(), [old]);
    assert.equal((await ask(worker.origin, tokens.access_token, "ping")).status, 200);

    // Times are whole seconds: the key has to have been made in an earlier one.
    await pause(1_001);
    const notBefore = { variables: { ...VARIABLES, KEYS_NOT_BEFORE: rfc3339(Date.now()) } };
    await worker.restart(notBefore);
    const [young, ...more] = await published();
    assert.deepEqual(more, []);
    assert.notEqual(young, old);
    assertChallenge(await ask(worker.origin, tokens.access_token, "ping"), worker.origin, "invalid_token");
    assertProblem(await ada.rest("GET", "/api/todos"), 401);

    const again = await Person.logsIn(worker.origin, ada.email);
    assert.equal(again.userId, ada.userId);
    assert.deepEqual(
      (await again.todos()).map(({ text }) => text),
      ["still here"],
    );
    await worker.restart(notBefore);
    assert.deepEqual(await published(), [young]);
  });

  test("a time that is to come, or is none, is refused", async () => {
    for (const time of [rfc3339(Date.now() + 3_600_000), "tomorrow"]) {
      await worker.restart({ variables: { ...VARIABLES, KEYS_NOT_BEFORE: time } });
      const problem = assertProblem(await send(`${worker.origin}/api/todos`), 503, "misconfigured");
      assert.match(problem.detail, /KEYS_NOT_BEFORE/);
    }
  });
});
