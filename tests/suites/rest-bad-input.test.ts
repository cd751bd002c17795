// What /api makes of requests that are not right: each is told what is wrong, none does anything, none gets a page.

import assert from "node:assert/strict";
import { afterEach, before, beforeEach, describe, test } from "node:test";

import { assertProblem } from "../harness/assertions.ts";
import { getAsHost, send } from "../harness/http.ts";
import { Person } from "../harness/person.ts";
import { embedded } from "../harness/shared.ts";

const UNKNOWN_ID = "01JD0000000000000000000000";

describe("REST, bad input", () => {
  let origin: string;
  let ada: Person;
  let headers: Record<string, string>;
  before(async () => {
    origin = (await embedded()).origin;
  });
  beforeEach(async () => {
    ada = await Person.logsIn(origin);
    headers = { cookie: `stytch_session_jwt=${ada.sessionJwt}`, origin };
  });
  // Whatever was asked, nothing was done.
  afterEach(async () => assert.deepEqual(await ada.todos(), []));

  for (const [path, allow, wrong] of [
    ["/api/todos", ["GET", "POST"], ["PUT", "PATCH", "DELETE", "QUERY"]],
    ["/api/todos/x", ["GET", "PATCH", "DELETE"], ["PUT", "POST", "QUERY"]],
    ["/api/todos/x/complete", ["POST"], ["GET", "PUT", "DELETE", "QUERY"]],
    ["/api/health", ["GET"], ["POST", "PUT", "DELETE", "QUERY"]],
    ["/api/config", ["GET"], ["POST", "PUT", "DELETE", "QUERY"]],
  ] as const) {
    test(`${path}: a wrong method is 405 and Allow names the right ones`, async () => {
      for (const method of wrong) {
        const answer = await send(`${origin}${path}`, { method, headers });
        assertProblem(answer, 405, "method_not_allowed");
        const allowed = (answer.headers.get("allow") ?? "").split(", ").filter((name) => name !== "HEAD" && name !== "OPTIONS");
        assert.deepEqual(allowed, allow, `${method} ${path}`);
      }
    });
  }

  test("a body of more than 16 KiB is 413 and the limit is named, announced or not", async () => {
    const tooLong = JSON.stringify({ todoText: "x".repeat(17_000) });
    const announced = await send(`${origin}/api/todos`, {
      headers: { ...headers, "content-type": "application/json" },
      body: tooLong,
    });
    assert.equal(assertProblem(announced, 413, "body_too_long").limit, 16_384);
    const chunked = await fetch(`${origin}/api/todos`, {
      method: "POST",
      headers: { ...headers, "content-type": "application/json" },
      body: new Blob([tooLong]).stream(),
      duplex: "half",
    } as RequestInit);
    assert.equal(chunked.status, 413);
  });

  test("a body that is not declared as JSON is 415", async () => {
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", ""]) {
      const body = new TextEncoder().encode('{"todoText":"x"}');
      const typed = type === "" ? {} : { "content-type": type };
      assertProblem(
        await send(`${origin}/api/todos`, { method: "POST", headers: { ...headers, ...typed }, body }),
        415,
        "not_json",
      );
    }
  });

  test("a body that is no JSON, or not the JSON asked for, is 400", async () => {
    for (const body of [
      "",
      "{",
      "null",
      "[]",
      '"x"',
      "{}",
      '{"todoText":7}',
      '{"todoText":null}',
      '{"text":"x"}',
      '{"todoText":"x"}{}',
      '["x"]',
      '{"todoText":"\\ud800"}',
    ]) {
      const answer = await send(`${origin}/api/todos`, {
        method: "POST",
        headers: { ...headers, "content-type": "application/json" },
        body,
      });
      assertProblem(answer, 400, "bad_json");
    }
    for (const [body, what] of [
      ['{"todoText":7}', "invalid type: whole number, expected a string at `todoText`"],
      ['{"todoText":"a","colour":1}', "unknown field `colour`"],
      ['{"todoText":"a","todoText":"b"}', "duplicate field `todoText`"],
      ['{"todoText":"a"\n,}', "trailing comma at line 2 column 2"],
    ] as const) {
      const answer = await send(`${origin}/api/todos`, { headers: { ...headers, "content-type": "application/json" }, body });
      assertProblem(answer, 400, "bad_json");
      assert.ok(String(answer.json.detail).includes(what), `${body}: ${JSON.stringify(answer.json)}`);
    }
    const notUtf8 = new Uint8Array([...new TextEncoder().encode('{"todoText":"'), 0xff, ...new TextEncoder().encode('"}')]);
    assertProblem(
      await send(`${origin}/api/todos`, { headers: { ...headers, "content-type": "application/json" }, body: notUtf8 }),
      400,
    );
  });

  test("a text that is empty, too long or has control characters is 422, and a limit that was met is named", async () => {
    for (const [todoText, code, limit] of [
      ["", "text_empty", 1],
      [" \n\t ", "text_empty", 1],
      ["x".repeat(1_001), "text_too_long", 1_000],
      ["🦀".repeat(1_001), "text_too_long", 1_000],
      ["two\nlines", "text_has_control_character", undefined],
      ["bell\u0007", "text_has_control_character", undefined],
    ] as const) {
      const problem = assertProblem(await ada.rest("POST", "/api/todos", { todoText }), 422, code);
      assert.equal(problem.limit, limit);
      if (limit === 1_000) assert.match(problem.detail, /1,?000/);
    }
  });

  test("an unknown todo is 404, never a success", async () => {
    for (const id of [UNKNOWN_ID, "x", "..%2f..", "%F0%9F%A6%80", "1".repeat(3_000)]) {
      assertProblem(await ada.rest("GET", `/api/todos/${id}`), 404, "unknown_todo");
      assertProblem(await ada.rest("DELETE", `/api/todos/${id}`), 404, "unknown_todo");
      assertProblem(await ada.rest("POST", `/api/todos/${id}/complete`), 404, "unknown_todo");
    }
  });

  test("an unknown address below /api and /.well-known is a JSON 404, never the page", async () => {
    for (const path of [
      "/api/",
      "/api/nothing",
      "/api/todos/x/y",
      "/api/todos/",
      "/.well-known/nothing",
      "/.well-known/",
      "/v1/nothing",
      "/dev/nothing",
    ]) {
      const answer = await send(`${origin}${path}`, { headers: { ...headers, accept: "text/html,*/*" } });
      assert.equal(answer.status, 404, path);
      assert.match(answer.mediaType ?? "", /^application\/(problem\+)?json$/, path);
      assert.equal(typeof answer.json, "object", path);
    }
  });

  test("a host that is not this Worker’s is 421", async () => {
    for (const host of [
      "evil.example",
      "localhost.evil.example",
      "127.0.0.1.evil.example",
      "todo-service.workers.dev.evil.example",
    ]) {
      assertProblem(await getAsHost(`${origin}/api/health`, host), 421, "unknown_host");
    }
    assert.equal((await getAsHost(`${origin}/api/health`, new URL(origin).host)).status, 200);
  });
});
