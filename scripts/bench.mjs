// Measures this Worker beside what others make and beside the least that the platform asks: builds all of them for release, runs
// tests/bench/main.ts, which writes docs/BENCHMARKS.md. What is measured and how: tests/bench/README.md.
//
//   node scripts/bench.mjs            (what `make bench` runs after the set-up)
//   node scripts/bench.mjs --quick    (shorter: two minutes once everything is built)

import { existsSync, statSync } from "node:fs";
import { join } from "node:path";

import { bin, buildEnvironment, pathWithNode, root, run } from "./tools.mjs";

const bench = join(root, "tests", "bench");
const target = join(root, "target", "bench");
const quiet = { stdio: ["ignore", "ignore", "inherit"] };
const { workerBuild, env } = buildEnvironment();

console.log("Building this Worker, once more without its identity provider, the floors and the peers, for release …");
for (const which of [[], ["--without-provider"]]) {
  run(bin("node"), [join(root, "scripts", "build.mjs"), ...which], { env: { ...env, WRANGLER_COMMAND: "deploy" }, ...quiet });
}
run(workerBuild, ["--release", join(bench, "floor"), "--locked"], { env: { ...env, CARGO_TARGET_DIR: join(target, "floor") }, ...quiet });
buildNative(join(bench, "load"), "load");
buildNative(join(bench, "native"), "native");
buildNative(join(root, "examples", "native"), "native");
if (!peersAreCurrent()) run("npm", ["ci", "--no-workspaces", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"], { cwd: bench });
for (const peer of ["typescript-sdk", "mcp-agent"]) {
  const args = ["deploy", "--dry-run", "--minify", "--config", join(bench, "peers", peer, "wrangler.toml"), "--outdir", join(target, "peers", peer)];
  run(bin("wrangler"), args, { ...quiet, env: { ...process.env, PATH: pathWithNode(), WRANGLER_SEND_METRICS: "false" } });
}
run(bin("node"), [join(bench, "main.ts"), ...process.argv.slice(2)], { env: { ...process.env, PATH: pathWithNode() } });
// A budget, and the last thing: what was measured is written by then.
run(bin("node"), [join(root, "scripts", "upload-size.mjs"), "--without-provider"]);

/** With the profile of tests/bench/native/Cargo.toml, so that what is compared is compiled alike. */
function buildNative(folder, into) {
  const args = ["--quiet", "--release", "--locked", "--manifest-path", join(folder, "Cargo.toml"), "--target-dir", join(target, into)];
  run("cargo", ["build", ...args], { env: { ...process.env, CARGO_PROFILE_RELEASE_LTO: "true", CARGO_PROFILE_RELEASE_CODEGEN_UNITS: "1" } });
}

function peersAreCurrent() {
  const installed = join(bench, "node_modules", ".package-lock.json");
  return existsSync(installed) && statSync(installed).mtimeMs >= statSync(join(bench, "package-lock.json")).mtimeMs;
}
