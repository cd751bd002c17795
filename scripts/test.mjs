// Every check and every suite, in order, each counted; nothing is skipped without being counted as failed. A step that
// fails does not stop those after it. The last line says `N passed, N failed`.
//
//   node scripts/test.mjs             (what `make test` runs after the set-up)
//   node scripts/test.mjs --quick     (what `make check` runs: the steps that need no built Worker)

import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";

import { pathWithNode, root } from "./tools.mjs";

const wasm = ["--target", "wasm32-unknown-unknown"];
/** Programs outside the workspace, which need libraries that nothing deployed has. */
const outside = ["tests/clients/rust", "examples/native"].map((folder) => ["--manifest-path", `${folder}/Cargo.toml`]);
const schemas = join(root, "target", "official-schemas");
const warningsAreErrors = ["--", "-D", "warnings"];

/** Each counts as one check, or as what its runner says it counted. `quick`: part of the inner loop. */
const STEPS = [
  { title: "The layout", quick: true, command: ["node", "scripts/layers.mjs"] },
  {
    title: "The layout's check, against planted breaches",
    quick: true,
    command: ["node", "--test", "scripts/layers/planted.test.mjs"],
    count: nodeTests,
  },
  {
    title: "What builds and weighs the upload, the SQL and the streams in the sources",
    quick: true,
    command: ["node", "--test", ...readdirSync(join(root, "scripts")).filter((name) => name.endsWith(".test.mjs")).map((name) => `scripts/${name}`)],
    count: nodeTests,
  },
  {
    title: "The bench's arithmetic",
    quick: true,
    command: ["node", "--test", "tests/bench/figures.test.ts", "tests/bench/composition.test.ts"],
    count: nodeTests,
  },
  { title: "Rust, format", quick: true, command: ["cargo", "fmt", "--all", "--check"] },
  { title: "Rust, lints", quick: true, command: ["cargo", "clippy", "--workspace", "--all-targets", "--locked", ...warningsAreErrors] },
  {
    title: "Rust, lints of the Worker as WebAssembly",
    quick: true,
    command: ["cargo", "clippy", "--locked", "--package", "todo-service", "--package", "minimal", ...wasm, ...warningsAreErrors],
  },
  {
    title: "Rust, without the embedded identity provider",
    command: ["cargo", "clippy", "--locked", "--package", "todo-service", "--no-default-features", ...wasm, ...warningsAreErrors],
  },
  {
    title: "Rust, documentation of the libraries",
    quick: true,
    command: ["cargo", "doc", "--workspace", "--exclude", "todo-service", "--no-deps", "--locked"],
    env: { RUSTDOCFLAGS: "-D warnings" },
  },
  ...outside.flatMap((program) => [
    { title: `${program[1]}, format`, command: ["cargo", "fmt", "--check", ...program] },
    {
      title: `${program[1]}, lints`,
      command: ["cargo", "clippy", "--locked", ...program, "--target-dir", "target/clients", ...warningsAreErrors],
    },
  ]),
  { title: "The specification's schemas", quick: true, command: ["node", "scripts/official-schemas.mjs", schemas] },
  {
    title: "Rust, tests of the crates",
    quick: true,
    command: ["cargo", "test", "--workspace", "--locked", "--no-fail-fast"],
    env: { MCP_SCHEMAS: schemas },
    count: cargoTests,
  },
  { title: "Page, types", quick: true, command: ["npm", "run", "check", "-w", "frontend"] },
  { title: "Page, tests", quick: true, command: ["npm", "test", "-w", "frontend"], count: nodeTests },
  { title: "Suites, types", quick: true, command: ["npm", "run", "check", "-w", "tests"] },
  { title: "Build of page and Worker, for release", command: ["node", "scripts/build.mjs"] },
  {
    title: "Deploy, dry run",
    command: ["wrangler", "deploy", "--dry-run"],
    env: { PREBUILT: "1" },
    mustSay: /^Total Upload: .+$/m,
  },
  { title: "The upload's size", command: ["node", "scripts/upload-size.mjs"], mustSay: /^The upload takes /m },
  { title: "The official conformance suite", command: ["node", "scripts/conformance.mjs"], env: { PREBUILT: "1" }, count: lastLine },
  { title: "Suites against the built Worker", command: ["npm", "test", "-w", "tests"], count: nodeTests },
];

let passed = 0;
let failed = 0;
const broken = [];

const steps = process.argv.includes("--quick") ? STEPS.filter(({ quick }) => quick) : STEPS;
for (const { title, command, env, count = oneCheck, mustSay } of steps) {
  console.log(`\n━━━ ${title} ━━━`);
  const { output, ok } = await run(command, env);
  const result = count(output, ok && (mustSay === undefined || mustSay.test(output)));
  // Whatever a runner counted: one that ended badly has failed at something.
  if (!ok && result.failed === 0) result.failed = 1;
  passed += result.passed;
  failed += result.failed;
  if (result.failed > 0) broken.push(`${title}: ${result.failed}`);
}

console.log(broken.length > 0 ? `\nFailed:\n${broken.map((line) => `  ${line}`).join("\n")}\n` : "");
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;

/** Runs a command, showing what it says as it says it. */
function run([command, ...args], env = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        ...process.env,
        PATH: pathWithNode(),
        CARGO_TERM_COLOR: "never",
        // What is built once needs nothing kept for the next build, which is half of what a build writes.
        ...(process.env.CI && { CARGO_INCREMENTAL: "0" }),
        NO_COLOR: "1",
        WRANGLER_SEND_METRICS: "false",
        ...env,
      },
    });
    let output = "";
    for (const [from, to] of [
      [child.stdout, process.stdout],
      [child.stderr, process.stderr],
    ]) {
      from.setEncoding("utf8").on("data", (text) => {
        output += text;
        to.write(text);
      });
    }
    child.once("error", (error) => {
      console.error(`✗ ${command}: ${error.message}`);
      resolve({ output, ok: false });
    });
    child.once("close", (code) => resolve({ output, ok: code === 0 }));
  });
}

function oneCheck(_output, ok) {
  return ok ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** `test result: ok. 12 passed; 0 failed; 0 ignored; …`, once for each binary. An ignored test has not passed. */
function cargoTests(output) {
  const result = { passed: 0, failed: 0 };
  for (const [, good, bad, ignored] of output.matchAll(/^test result: \w+\. (\d+) passed; (\d+) failed; (\d+) ignored/gm)) {
    result.passed += Number(good);
    result.failed += Number(bad) + Number(ignored);
  }
  return orNothing(result);
}

/** The summaries of `node --test`, one for each process. Whatever did not pass, for whatever reason, has failed. */
function nodeTests(output) {
  const all = (name) => [...output.matchAll(new RegExp(`^\\S? ?${name} (\\d+)$`, "gm"))];
  const of = (name) => all(name).reduce((sum, [, count]) => sum + Number(count), 0);
  // More that passed than there were: a line of a summary is missing.
  const failed = of("tests") - of("pass");
  return orNothing({ passed: of("pass"), failed: failed < 0 ? 1 : failed });
}

/** `88 passed, 0 failed`, as this script ends itself. */
function lastLine(output) {
  const [, passed, failed] = output.match(/^(\d+) passed, (\d+) failed\s*$/m) ?? [];
  return orNothing({ passed: Number(passed ?? 0), failed: Number(failed ?? 0) });
}

/** A runner that ran nothing has not passed. */
function orNothing(result) {
  return result.passed + result.failed > 0 ? result : { passed: 0, failed: 1 };
}
