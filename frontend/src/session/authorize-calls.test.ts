import assert from "node:assert/strict";
import { test } from "node:test";
import { refusalOf } from "./authorize-answers.ts";
import { leftOut } from "./authorize-calls.ts";

test("what Stytch’s component drops of a request is said all the same, and nothing else", () => {
  const search = "?client_id=c&state=s&max_age=0&response_mode=fragment&request=&request_uri=https%3A%2F%2Fa&code_challenge_method=plain";
  assert.deepEqual(leftOut(search), {
    max_age: "0",
    response_mode: "fragment",
    request_uri: "https://a",
    code_challenge_method: "plain",
  });
});

test("a refusal keeps what the page can go on with", () => {
  const details = { redirect_uri: "https://a.example/cb?error=x", request_mark: "1.x" };
  assert.deepEqual(refusalOf({ error_type: "invalid_scope", error_message: "No.", error_details: details }), {
    type: "invalid_scope",
    reason: "No.",
    wayBack: "https://a.example/cb?error=x",
    requestMark: "1.x",
  });
  const { type, reason, wayBack } = refusalOf(new TypeError("Failed to fetch"));
  assert.deepEqual([type, wayBack], [null, null]);
  assert.match(reason, /can’t be reached/);
});
