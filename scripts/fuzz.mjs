// Makes up conversations with the MCP engine (crates/mcp/fuzz) until so many have been held without a finding. What is kept
// of earlier runs is where it starts; `make test` holds those again, without a fuzzer.
//
//   node scripts/fuzz.mjs [cases]          (what `make fuzz` runs; a million unless told)
//   node scripts/fuzz.mjs --keep           takes into the repository, of what was found since, whatever reaches more code
//
// libFuzzer, which the crate libfuzzer-sys brings, needs a C++ compiler. The flags are those by which it sees what was reached
// (LLVM, SanitizerCoverage); a stable toolchain takes them.

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { fail, root, run } from "./tools.mjs";

const project = join(root, "crates", "mcp", "fuzz");
const kept = join(project, "corpus");
const found = join(root, "target", "fuzz", "found");
const findings = join(root, "target", "fuzz", "findings");
/** An explicit target keeps the flags from the programs that only build. */
const host = execFileSync("rustc", ["-vV"], { encoding: "utf8" }).match(/^host: (.+)$/m)[1];
const COVERAGE = [
  "-Cpasses=sancov-module",
  "-Cllvm-args=-sanitizer-coverage-level=4",
  "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
  "-Cllvm-args=-sanitizer-coverage-pc-table",
  "-Cllvm-args=-sanitizer-coverage-trace-compares",
  "-Ccodegen-units=1",
  "--cfg=fuzzing",
];
const LIMITS = ["-max_len=8192", "-timeout=10", "-rss_limit_mb=2048"];

const [wanted = "1000000"] = process.argv.slice(2);
for (const folder of [found, findings]) mkdirSync(folder, { recursive: true });
const fuzzer = build();
if (wanted === "--keep") keep();
else fuzz(Number(wanted));

function build() {
  const target = join(root, "target", "fuzz", "build");
  const options = ["--manifest-path", join(project, "Cargo.toml"), "--release", "--locked", "--target", host, "--target-dir", target];
  run("cargo", ["build", ...options], { env: { ...process.env, RUSTFLAGS: COVERAGE.join(" ") } });
  return join(target, host, "release", "http");
}

function fuzz(cases) {
  if (!Number.isSafeInteger(cases) || cases < 1) fail(`${wanted} is no number of cases`);
  const dictionary = `-dict=${join(project, "words.dict")}`;
  run(fuzzer, [`-runs=${cases}`, ...LIMITS, dictionary, `-artifact_prefix=${findings}/`, "-print_final_stats=1", found, kept]);
  console.log(`${cases} conversations, and nothing found. What was new of them is in target/fuzz/found.`);
}

/** libFuzzer names what it merges by its hash; what people wrote keeps its name, so both are told apart by what is in them. */
function keep() {
  const merged = join(root, "target", "fuzz", "merged");
  rmSync(merged, { recursive: true, force: true });
  mkdirSync(merged);
  // As few as reach every edge; how often they do is not worth the space.
  run(fuzzer, ["-set_cover_merge=1", "-use_counters=0", "-use_cmp=0", ...LIMITS, merged, kept, found]);
  const known = new Set(readdirSync(kept).map((name) => hash(join(kept, name))));
  for (const name of readdirSync(merged)) {
    const text = readFileSync(join(merged, name));
    if (!known.has(hash(join(merged, name)))) writeFileSync(join(kept, `found-${name.slice(0, 12)}`), text);
  }
  if (!existsSync(kept)) fail("nothing is kept");
  console.log(`${readdirSync(kept).length} conversations are kept.`);
}

function hash(file) {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}
