// The JSON Schemas that the specification publishes for its messages, as files, for the tests of crates/mcp.
//
// No package publishes them as files; the official conformance suite carries those it validates with inside its program.
// They are cut out of the pinned version and written to {directory}/schema/{revision}/schema.json.
//
//   node scripts/official-schemas.mjs target/official-schemas

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { runInNewContext } from "node:vm";

import { fail, root } from "./tools.mjs";

/** In the order in which the program has them. */
const REVISIONS = ["2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28"];

const directory = process.argv[2] ?? fail("say where to put the schemas");
const suite = createRequire(join(root, "tests", "package.json")).resolve("@modelcontextprotocol/conformance/package.json");
const program = readFileSync(join(dirname(suite), "dist", "index.js"), "utf8");

const starts = [...program.matchAll(/\{\$schema:`[^`]*json-schema\.org[^`]*`,(?:definitions|\$defs):/g)].map((match) => match.index);
if (starts.length !== REVISIONS.length) fail(`the conformance suite has ${starts.length} schemas, not ${REVISIONS.length}`);

REVISIONS.forEach((revision, index) => {
  const schema = runInNewContext(`(${objectAt(starts[index])})`);
  const isStateless = "DiscoverResult" in (schema.$defs ?? schema.definitions);
  if (isStateless !== (revision === "2026-07-28")) fail(`the conformance suite has its schemas in another order`);
  const folder = join(directory, "schema", revision);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "schema.json"), JSON.stringify(schema));
});

/** The text of the object literal that starts here: to the brace that closes it, strings set aside. */
function objectAt(start) {
  let depth = 0;
  let quote;
  for (let at = start; at < program.length; at++) {
    const character = program[at];
    if (quote) {
      if (character === "\\") at++;
      else if (character === quote) quote = undefined;
    } else if (`"'\``.includes(character)) quote = character;
    else if (character === "{") depth++;
    else if (character === "}" && --depth === 0) return program.slice(start, at + 1);
  }
  return fail("the conformance suite ends within a schema");
}
