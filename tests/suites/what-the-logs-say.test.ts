// Runs last (run.mjs): no token, code or cookie that any suite was given stands in any log of any Worker it ran against.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, test } from "node:test";

import { unstable_readConfig as readConfig } from "wrangler";

import { connected } from "../harness/agent.ts";
import { ask } from "../harness/mcp.ts";
import { out, root } from "../harness/paths.ts";
import { Person } from "../harness/person.ts";
import { embedded } from "../harness/shared.ts";
import type { Worker } from "../harness/worker.ts";

/** What secrets look like here, whoever was given them. */
const SECRETS: Record<string, RegExp> = {
  "a JWT": /eyJ[\w-]{8,}\.eyJ[\w-]{8,}/,
  "an opaque token": /\b(?:session|code|refresh)_[\w-]{40,}/,
  "Basic credentials": /\bBasic [\w+/=]{16,}/,
  "Bearer credentials": /\bBearer [\w.-]{16,}/,
  "a private key": /"d":\s*"[\w-]{40,}"|BEGIN [A-Z ]*PRIVATE KEY/,
  "the browser’s cookie": /login_browser=[\w-]{20,}/,
  "a parameter that carries one": /[?&](?:access_token|code|refresh_token|token|code_verifier|client_secret)=/,
};

describe("What the logs say", () => {
  let worker: Worker;
  let secrets: string[];
  before(async () => {
    worker = await embedded();
    const { origin } = worker;
    const ada = await Person.logsIn(origin);
    const tokens = await connected(ada);
    await ask(origin, tokens.access_token, "ping");
    await ask(origin, `${tokens.access_token}x`, "ping");
    secrets = [ada.sessionToken, ada.sessionJwt, tokens.access_token, tokens.refresh_token, tokens.id_token, ada.email];
  });

  /** Looked for when the tests run: every suite before has written its own by then. */
  const logs = (): string[] => readdirSync(out).filter((name) => name.endsWith(".log"));

  test("there are logs to read", () => {
    assert.ok(worker.log().includes("/v1/oauth2/token"), "requests are logged");
    // Those of the suites before, where they are run in parts.
    if (process.env["SUITES"] !== undefined)
      for (const part of ["browser", "others"]) assert.ok(readFileSync(join(out, `embedded-${part}.log`), "utf8").includes("/v1/oauth2/token"), part);
  });

  test("the patterns know a secret when they see one", () => {
    const [session = "", jwt = "", , refresh = ""] = secrets;
    for (const [text, name] of [
      [session, "an opaque token"],
      [refresh, "an opaque token"],
      [jwt, "a JWT"],
    ] as const)
      assert.match(text, SECRETS[name] as RegExp);
  });

  test("no secret in any of them", () => {
    for (const log of logs()) {
      const text = readFileSync(join(out, log), "utf8");
      for (const [name, pattern] of Object.entries(SECRETS)) {
        const at = text.search(pattern);
        assert.equal(at, -1, `${log}: ${name}: …${text.slice(Math.max(0, at - 60), at + 30)}…`);
      }
      for (const secret of secrets) assert.ok(!text.includes(secret), `${log}: a secret of the person just logged in`);
    }
  });

  test("what Cloudflare keeps of a request on its own has no query, which may hold a token", () => {
    const { observability } = readConfig({ config: join(root, "wrangler.toml") });
    assert.equal(observability?.redact_query_string, true);
    assert.deepEqual({ ...observability?.logs }, { enabled: true, invocation_logs: false });
  });
});
