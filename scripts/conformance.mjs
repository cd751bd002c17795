// The official conformance suite against the fixture (tests/conformance) in workerd: both frozen requirement sets, each at
// its own wire, with the scenarios that are run and not scored. No baseline: a scenario that does not pass has failed. The
// last line says `N passed, N failed`.
//
//   node scripts/conformance.mjs             (what `make conformance` runs after the set-up)

import { spawn } from "node:child_process";
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { bin, buildEnvironment, fail, pathWithNode, root, run } from "./tools.mjs";

const SETS = ["2025-11-25", "2026-07-28"];
const START_MS = 60_000;
const SUITE_MS = 10 * 60_000;

const fixture = join(root, "tests", "conformance");
const out = join(root, "tests", "out", "conformance");
const suite = createRequire(join(root, "tests", "package.json")).resolve("@modelcontextprotocol/conformance/package.json");
const program = join(dirname(suite), "dist", "index.js");

build();
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const state = mkdtempSync(join(tmpdir(), "conformance-fixture-"));
const server = await serve();
let passed = 0;
let failed = 0;
try {
  for (const set of SETS) {
    const scenarios = await check(set);
    const scored = scenarios.filter(({ reason }) => reason === undefined);
    console.log(`${set}: ${count(scored)} of the requirement set; ${count(scenarios) - count(scored)}/${scenarios.length - scored.length} unscored`);
    for (const { name, ok, reason } of scenarios.filter(({ ok }) => !ok)) console.log(`  ✗ ${name}${reason ? ` (${reason})` : ""}`);
    passed += count(scenarios);
    failed += scenarios.length - count(scenarios);
  }
} finally {
  end(server);
  rmSync(state, { recursive: true, force: true });
}
if (passed + failed === 0) failed = 1;
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;

function count(scenarios) {
  return scenarios.filter(({ ok }) => ok).length;
}

function build() {
  const { workerBuild, env } = buildEnvironment();
  run(workerBuild, ["--profile", "hot", "--no-opt", fixture, "--locked"], { env, stdio: ["ignore", "ignore", "inherit"] });
}

/** Serves the fixture as `make dev` serves the Worker, in a process group of its own. */
async function serve() {
  const [port, inspectorPort] = [await freePort(), await freePort()];
  const logFile = join(out, "fixture.log");
  const log = openSync(logFile, "w");
  const args = ["dev", "--ip", "127.0.0.1", "--port", port, "--inspector-port", inspectorPort];
  args.push("--persist-to", state, "--show-interactive-dev-session=false");
  const child = spawn(bin("wrangler"), args.map(String), {
    cwd: fixture,
    detached: true,
    stdio: ["ignore", log, log],
    env: { ...environment(), WRANGLER_SEND_METRICS: "false", CLOUDFLARE_CF_FETCH_ENABLED: "false" },
  });
  closeSync(log);
  process.once("exit", () => end(child));
  const url = `http://localhost:${port}/mcp`;
  for (const start = Date.now(); Date.now() - start < START_MS; await new Promise((wait) => setTimeout(wait, 100))) {
    if (child.exitCode !== null) break;
    if (await fetch(url).catch(() => undefined)) return Object.assign(child, { url });
  }
  end(child);
  return fail(`the fixture does not start:\n${readFileSync(logFile, "utf8").slice(-4_000)}`);
}

function end(child) {
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // It has ended already.
  }
}

/** Runs one requirement set and reads what the suite says at its end: a line for each scenario, then why some do not score. */
async function check(set) {
  const args = [program, "server", "--url", server.url, "--requirements", set, "-o", join(out, set)];
  const { output } = await collect(bin("node"), args);
  writeFileSync(join(out, `${set}.log`), output);
  const summary = output.split("=== SUMMARY ===")[1] ?? fail(`the suite gave no summary for ${set}:\n${output.slice(-2_000)}`);
  const reasons = new Map([...summary.matchAll(/^ {2}[✓✗] (\S+) \(([\w-]+)\)$/gm)].map(([, name, reason]) => [name, reason]));
  // A scenario that checked nothing has not passed.
  return [...summary.matchAll(/^([✓✗]) (\S+): (\d+) passed, \d+ failed/gm)].map(([, mark, name, good]) => ({
    name,
    ok: mark === "✓" && Number(good) > 0,
    reason: reasons.get(name),
  }));
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

function environment() {
  return { ...process.env, PATH: pathWithNode(), NO_COLOR: "1" };
}

function freePort() {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
