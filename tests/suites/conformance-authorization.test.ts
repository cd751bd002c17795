// The official conformance suite's scenarios for authorization servers, against the embedded identity provider.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { before, describe, test } from "node:test";

import { agrees, discover, register } from "../harness/agent.ts";
import { send, type Json } from "../harness/http.ts";
import { out, pathWithTools } from "../harness/paths.ts";
import { Person } from "../harness/person.ts";
import { embedded } from "../harness/shared.ts";
import { Worker } from "../harness/worker.ts";

const SCENARIOS = ["authorization-code-grant", "authorization-server-metadata-endpoint"];

describe("Conformance, authorization server", () => {
  let origin: string;
  let server: Json;
  let ada: Person;
  before(async () => {
    origin = (await embedded()).origin;
    ({ server } = await discover(origin));
    ada = await Person.logsIn(origin);
  });

  // The suite redeems its code without a secret wherever a server takes public clients at all, also when it was given one,
  // so a client with a secret cannot pass here; `strict-oauth-client` has those.
  test("every check of every scenario succeeds, without a warning", async () => {
    const port = await Worker.freePort();
    const { client_id } = (await register(server, { redirect_uris: [`http://127.0.0.1:${port}/callback`] })).json;
    const results = join(out, "conformance-authorization");
    rmSync(results, { recursive: true, force: true });
    const options = ["--url", origin, "--client-id", client_id, "--resource", `${origin}/mcp`, "-p", String(port), "-o", results];
    const suite = spawn("conformance", ["authorization", ...options], {
      env: { ...process.env, PATH: pathWithTools, NO_COLOR: "1" },
      stdio: ["ignore", "pipe", "inherit"],
      timeout: 60_000,
    });
    const ended = once(suite, "exit");
    let said = "";
    for await (const line of createInterface({ input: suite.stdout })) {
      said += `${line}\n`;
      // It asks for a person with a browser.
      if (line.startsWith(server.authorization_endpoint)) await send(String(await agrees(ada, new URL(line))));
    }
    assert.deepEqual(await ended, [0, null], said);
    const files = readdirSync(results, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith("checks.json"));
    assert.deepEqual(files.map((name) => SCENARIOS.find((scenario) => name.includes(scenario))).sort(), SCENARIOS);
    for (const name of files) {
      for (const check of JSON.parse(readFileSync(join(results, name), "utf8"))) {
        assert.equal(check.status, "SUCCESS", JSON.stringify(check));
      }
    }
  });
});
