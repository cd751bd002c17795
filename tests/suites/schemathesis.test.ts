// The interface against its own description, by a tool that makes requests out of it: those that keep to the document have to
// be taken, those that do not have to be refused, and every answer has to be one that the document has.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";

// @ts-expect-error: a script without types
import { pythonOf } from "../../scripts/python.mjs";
import { out, root } from "../harness/paths.ts";
import { Person } from "../harness/person.ts";
import { embedded } from "../harness/shared.ts";

const HOME = join(root, "tests", "clients", "schemathesis");
const PHASES = "examples,coverage,fuzzing,stateful";
/** Shorter than a session’s JWT lives. */
const PATIENCE_MS = 240_000;
/** Far fewer than it makes, so that a run which tested next to nothing does not pass. */
const LEAST_CASES = 500;

test("Schemathesis finds nothing: every operation, every check, in every phase", async () => {
  const { origin } = await embedded();
  const { sessionJwt } = await Person.logsIn(origin);
  const python: string = pythonOf("schemathesis", "tests/clients/schemathesis/requirements.txt");
  const args = ["-m", "schemathesis.cli", "--config-file", join(HOME, "schemathesis.toml"), "run", `${origin}/api/openapi.json`];
  const { code, said } = await run(python, [...args, "--checks", "all", "--phases", PHASES], { SESSION_JWT: sessionJwt });
  assert.equal(code, 0, said);
  const [, selected, tested] = /Selected: (\d+)\/\d+\s+Tested: (\d+)/.exec(said) ?? [];
  assert.ok(selected !== undefined && selected === tested, said);
  assert.ok(Number(/(\d+) generated/.exec(said)?.[1]) >= LEAST_CASES, said);
  console.log(said.slice(said.indexOf("API Operations:")).trim());
});

/** Runs a program in the folder of what suites leave behind, and gives what it said and how it ended. */
function run(program: string, args: string[], variables: Record<string, string>): Promise<{ code: unknown; said: string }> {
  const env = { ...process.env, ...variables, NO_COLOR: "1" };
  return new Promise((resolve) => {
    execFile(program, args, { cwd: out, env, timeout: PATIENCE_MS, maxBuffer: 2 ** 26 }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : (error.code ?? error.signal), said: stdout + stderr }),
    );
  });
}
