// The official conformance suite: against the fixture (tests/conformance) in workerd, both frozen requirement sets, each at
// its own wire, with the scenarios that are run and not scored, then every server scenario that is in neither, at the newest
// wire; against the product, the scenarios that need no tool made for them. No baseline: a scenario that does not pass has
// failed. Then what the suite does not look at: sessions that outlive the Worker, and storage that changes. The last line says `N passed, N failed`.
//
//   node scripts/conformance.mjs             (what `make conformance` runs after the set-up)
//   PREBUILT=1 …                             (the product is built already)

import { spawn } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

import { Fixture, environment, folder, out } from "../tests/conformance/fixture.mjs";
import { Product } from "../tests/conformance/product.ts";
import { bin, buildEnvironment, fail, root, run } from "./tools.mjs";

const SETS = ["2025-11-25", "2026-07-28"];
/** Scenarios whose only check the suite itself skips, whatever the server ("pending subscriptions/listen rewrite"). */
const UNWRITTEN = ["tasks-status-notifications"];
/** What asks only what any server has to answer. The other scenarios call tools, prompts or resources of the suite's own. */
const OF_ANY_SERVER = {
  "2025-11-25": [
    "server-initialize",
    "server-session-lifecycle",
    "ping",
    "tools-list",
    "resources-list",
    "prompts-list",
    "server-sse-multiple-streams",
    "dns-rebinding-protection",
  ],
  "2026-07-28": [
    "tools-list",
    "resources-list",
    "sep-2164-resource-not-found",
    "prompts-list",
    "caching",
    "server-sse-multiple-streams",
    "http-header-validation",
    "dns-rebinding-protection",
    "input-required-result-unsupported-methods",
  ],
};
const SUITE_MS = 10 * 60_000;

const suite = createRequire(join(root, "tests", "package.json")).resolve("@modelcontextprotocol/conformance/package.json");
const program = join(dirname(suite), "dist", "index.js");

build();
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
let passed = 0;
let failed = 0;
const alreadyRun = new Set();

const fixture = await Fixture.start();
try {
  for (const set of SETS) {
    const { scenarios, seconds } = await check(fixture, set, ["--requirements", set]);
    const scored = scenarios.filter(({ reason }) => reason === undefined);
    tell(`${set}, ${count(scored)}/${scored.length} of the requirement set; with the unscored`, { scenarios, seconds });
  }
  const others = (await known()).filter((name) => !alreadyRun.has(name));
  tell("In neither set", await checkEach(fixture, others, SETS.at(-1)));
} finally {
  fixture.stop();
}

const product = await Product.start();
try {
  for (const set of SETS) tell(`The product, ${set}`, await checkEach(product, OF_ANY_SERVER[set], set));
} finally {
  await product.stop();
}

for (const file of ["sessions.test.mjs", "migrations.test.mjs"]) {
  const options = ["--test", "--test-force-exit", "--test-timeout=120000", "--test-reporter=spec"];
  const { output } = await collect(bin("node"), [...options, join(folder, file)]);
  console.log(output);
  const of = (name) => Number(output.match(new RegExp(`^\\S? ?${name} (\\d+)$`, "m"))?.[1] ?? 0);
  passed += of("pass");
  failed += of("tests") > 0 ? of("tests") - of("pass") : 1;
}
if (passed + failed === 0) failed = 1;
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;

/** Says how it went, and counts. */
function tell(title, { scenarios, seconds }) {
  console.log(`${title}: ${count(scenarios)}/${scenarios.length} (${seconds.toFixed(0)} s)`);
  for (const { name, ok, reason } of scenarios) if (!ok) console.log(`  ✗ ${name}${reason ? ` (${reason})` : ""}`);
  passed += count(scenarios);
  failed += scenarios.length - count(scenarios);
}

/** Every scenario the suite has for a server. */
async function known() {
  const { output } = await collect(bin("node"), [program, "list", "--server"]);
  return [...output.matchAll(/^ {2}- (\S+) \[/gm)].map(([, name]) => name);
}

function count(scenarios) {
  return scenarios.filter(({ ok }) => ok).length;
}

function build() {
  const { workerBuild, env } = buildEnvironment();
  run(workerBuild, ["--profile", "hot", "--no-opt", folder, "--locked"], { env, stdio: ["ignore", "ignore", "inherit"] });
  run(bin("node"), [join(root, "scripts", "build.mjs")], { env: { ...env, WRANGLER_COMMAND: "dev" }, stdio: ["ignore", "ignore", "inherit"] });
}

/** Runs scenarios one by one, at the wire of one revision. */
async function checkEach(server, names, revision) {
  const all = { scenarios: [], seconds: 0 };
  for (const name of names) {
    const { scenarios, seconds } = await check(server, `${name}-${revision}`, ["--scenario", name, "--spec-version", revision, "--force"], name);
    all.scenarios.push(...scenarios);
    all.seconds += seconds;
  }
  return all;
}

/**
 * Runs some scenarios and reads what the suite says at its end: a line for each, then why some do not score. Of a single one
 * it says only how many checks passed.
 */
async function check(server, title, which, single) {
  const start = Date.now();
  const { output } = await collect(bin("node"), [program, "server", "--url", server.url, ...which, "-o", join(out, title)]);
  writeFileSync(join(out, `${title}.log`), output);
  const scenarios = single === undefined ? summary(output, title) : [alone(output, single)];
  for (const { name } of scenarios) alreadyRun.add(name);
  const isWritten = ({ name }) => !UNWRITTEN.includes(name);
  for (const { name } of scenarios.filter((scenario) => !isWritten(scenario))) {
    console.log(`  – ${name}: skipped by the suite itself, for every server`);
  }
  return { scenarios: scenarios.filter(isWritten), seconds: (Date.now() - start) / 1_000 };
}

function summary(output, title) {
  const summary = output.split("=== SUMMARY ===")[1] ?? fail(`the suite gave no summary for ${title}:\n${output.slice(-2_000)}`);
  const reasons = new Map([...summary.matchAll(/^ {2}[✓✗] (\S+) \(([\w-]+)\)$/gm)].map(([, name, reason]) => [name, reason]));
  return [...summary.matchAll(/^([✓✗]) (\S+): (\d+) passed, \d+ failed/gm)].map(([, mark, name, good]) => ({
    name,
    // A scenario that checked nothing has not passed.
    ok: mark === "✓" && Number(good) > 0,
    reason: reasons.get(name),
  }));
}

function alone(output, name) {
  const [, good, bad, warned] = output.match(/^Passed: (\d+)\/\d+, (\d+) failed, (\d+) warnings/m) ?? [];
  return { name, ok: Number(good) > 0 && bad === "0" && warned === "0" };
}

function collect(command, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: out, stdio: ["ignore", "pipe", "pipe"], env: environment(), timeout: SUITE_MS });
    let output = "";
    for (const from of [child.stdout, child.stderr]) from.setEncoding("utf8").on("data", (text) => (output += text));
    child.once("error", reject);
    child.once("close", (code) => resolve({ output, code }));
  });
}

