// What many suites insist on in the same words.

import assert from "node:assert/strict";

import type { Answer, Json } from "./http.ts";

/** An error as RFC 9457 has it, with a stable code. Gives the document. */
export function assertProblem(answer: Answer, status: number, code?: string): Json {
  assert.equal(answer.status, status, answer.text);
  assert.equal(answer.mediaType, "application/problem+json");
  const problem = answer.json;
  assert.equal(problem.status, status);
  for (const member of ["type", "title", "detail", "code"]) assert.equal(typeof problem[member], "string", member);
  if (code !== undefined) assert.equal(problem.code, code);
  return problem;
}

/** 401 at /mcp, with the challenge of RFC 6750 and RFC 9728. (That pages can read it, `mcp-addresses` tells.) */
export function assertChallenge(answer: Answer, origin: string, error: "invalid_token" | undefined): void {
  assert.equal(answer.status, 401, answer.text);
  const challenge = answer.headers.get("www-authenticate") ?? "";
  assert.match(challenge, /^Bearer /);
  assert.equal(parameter(challenge, "resource_metadata"), `${origin}/.well-known/oauth-protected-resource/mcp`);
  assert.equal(parameter(challenge, "error"), error);
  if (error === undefined) assert.equal(parameter(challenge, "error_description"), undefined);
}

export function parameter(challenge: string, name: string): string | undefined {
  return new RegExp(`(?:^Bearer |, )${name}="([^"]*)"`).exec(challenge)?.[1];
}

/** A JSON-RPC error with its code. Gives the error. */
export function assertRpcError(answer: Answer, status: number, code: number): Json {
  assert.equal(answer.status, status, answer.text);
  assert.equal(answer.mediaType, "application/json");
  assert.equal(answer.json.jsonrpc, "2.0");
  assert.equal(answer.json.error?.code, code, answer.text);
  assert.equal(typeof answer.json.error.message, "string");
  return answer.json.error;
}
