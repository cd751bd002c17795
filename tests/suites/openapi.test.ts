// The interface described: a document that is one, that names every path there is, and that the answers keep to.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, describe, test } from "node:test";

import { Ajv2020 } from "ajv/dist/2020.js";

import { FILE, typesOf } from "../../scripts/api-types.ts";
import { send, type Json } from "../harness/http.ts";
import { Person } from "../harness/person.ts";
import { embedded } from "../harness/shared.ts";

describe("OpenAPI", () => {
  let origin: string;
  let document: Json;
  let ada: Person;
  before(async () => {
    origin = (await embedded()).origin;
    const answer = await send(`${origin}/api/openapi.json`);
    assert.equal(answer.status, 200, answer.text);
    assert.equal(answer.mediaType, "application/json");
    document = answer.json;
    ada = await Person.logsIn(origin);
  });

  /** What a reference of the document leads to. */
  const at = (reference: string): Json =>
    reference.replace("#/", "").split("/").reduce((found: Json, name) => found?.[name], document);

  /** Checks a value against a schema of the document. */
  function assertFits(schema: Json, value: Json, what: string): void {
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    const validate = ajv.compile({ ...schema, components: document.components });
    assert.ok(validate(value), `${what}: ${JSON.stringify(validate.errors)} ${JSON.stringify(value)}`);
  }

  const rest = (method: string, path: string, json?: unknown, headers: Record<string, string> = {}) =>
    send(`${origin}${path}`, {
      method,
      headers: { cookie: `stytch_session_jwt=${ada.sessionJwt}`, origin, ...headers },
      ...(json === undefined ? {} : { json }),
    });

  test("is a 3.1 document in which every reference leads somewhere and every operation has a name of its own", () => {
    assert.match(document.openapi, /^3\.1\./);
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, reference]) => String(reference));
    assert.ok(references.length > 0);
    for (const reference of references) assert.ok(at(reference), reference);
    const operations = Object.values<Json>(document.paths).flatMap((path) => Object.values<Json>(path));
    const ids = operations.map(({ operationId }) => operationId).filter((id) => id !== undefined);
    assert.equal(new Set(ids).size, ids.length);
  });

  test("names the paths and methods that there are", () => {
    const methods = Object.entries<Json>(document.paths).map(([path, operations]) => [
      path,
      Object.keys(operations).filter((name) => name !== "parameters").sort(),
    ]);
    assert.deepEqual(Object.fromEntries(methods), {
      "/api/todos": ["get", "post"],
      "/api/todos/clear-completed": ["post"],
      "/api/todos/{id}": ["delete", "get", "patch"],
      "/api/todos/{id}/complete": ["post"],
      "/api/todos/{id}/reopen": ["post"],
      "/api/todos/{id}/provenance": ["get"],
      "/api/history": ["get"],
      "/api/history/{number}/undo": ["post"],
    });
  });

  test("the page’s types are the document’s (if not: node scripts/api-types.ts, while the Worker is served)", () => {
    assert.equal(readFileSync(FILE, "utf8"), typesOf(document));
  });

  test("every answer, long or minimal or a refusal, is what the document says", async () => {
    const { id } = await ada.adds("Buy milk");
    const minimal = { prefer: "return=minimal" };
    for (const [method, template, path, json] of [
      ["POST", "/api/todos", "/api/todos", { todoText: "Call mum", dueOn: "2026-12-24" }],
      ["GET", "/api/todos", "/api/todos", undefined],
      ["GET", "/api/todos/{id}", `/api/todos/${id}`, undefined],
      ["GET", "/api/todos/{id}/provenance", `/api/todos/${id}/provenance`, undefined],
      ["PATCH", "/api/todos/{id}", `/api/todos/${id}`, { text: "Buy oat milk", dueOn: null }],
      ["POST", "/api/todos/{id}/complete", `/api/todos/${id}/complete`, undefined],
      ["POST", "/api/todos/{id}/reopen", `/api/todos/${id}/reopen`, undefined],
      ["POST", "/api/todos/{id}/complete", `/api/todos/${id}/complete`, undefined],
      ["POST", "/api/todos/clear-completed", "/api/todos/clear-completed", undefined],
      ["GET", "/api/history", "/api/history?limit=3", undefined],
      ["POST", "/api/history/{number}/undo", "/api/history/999/undo", undefined],
      ["POST", "/api/history/{number}/undo", `/api/history/${2 ** 53}/undo`, undefined],
      ["POST", "/api/todos", "/api/todos", { todoText: "" }],
    ] as const) {
      const { requestBody, responses } = document.paths[template][method.toLowerCase()];
      for (const headers of [{}, minimal]) {
        const answer = await rest(method, path, json, headers);
        const named = responses[answer.status];
        assert.ok(named, `${method} ${path}: ${answer.status} is not described`);
        const { content } = named.$ref ? at(named.$ref) : named;
        assertFits(content[answer.mediaType ?? ""].schema, answer.json, `${method} ${path}`);
        if (json !== undefined && answer.status === 200)
          assertFits(requestBody.content["application/json"].schema, json, "the body");
      }
    }
  });
});
