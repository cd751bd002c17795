// Builds what wrangler serves and deploys: the page (frontend/dist) and the Worker (build/).
//
// wrangler runs this (`[build]` in wrangler.toml), on its start and whenever a source file changes. Under `wrangler dev`
// the Worker is compiled for a quick turn-around; for anything else, for speed.
//
//   PREBUILT=1   build nothing: the suites build once and start the Worker many times

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { buildEnvironment, pathWithNode, root, run, setUp } from "./tools.mjs";

/** Says, by its time, when the page was last built to its end. Not among the files that are served. */
const PAGE_BUILT = join(root, "target", "page-built");

if (!process.env.PREBUILT) {
  setUp();
  buildPage();
  buildWorker(process.env.WRANGLER_COMMAND === "dev");
}

function buildPage() {
  const frontend = join(root, "frontend");
  const isSource = (name) => !["dist", "node_modules"].includes(name);
  const sources = readdirSync(frontend).filter(isSource).map((name) => join(frontend, name));
  const isThere = existsSync(join(frontend, "dist", "index.html")) && existsSync(PAGE_BUILT);
  if (isThere && Math.max(...sources.map(newest)) < statSync(PAGE_BUILT).mtimeMs) return;
  // A build that was interrupted must not be taken for one.
  rmSync(PAGE_BUILT, { force: true });
  run("npm", ["run", "--silent", "build", "-w", "frontend"], { env: { ...process.env, PATH: pathWithNode() } });
  mkdirSync(dirname(PAGE_BUILT), { recursive: true });
  writeFileSync(PAGE_BUILT, "");
}

function buildWorker(forDevelopment) {
  const { workerBuild, env } = buildEnvironment();
  const mode = forDevelopment ? ["--profile", "hot", "--no-opt"] : ["--release"];
  run(workerBuild, [...mode, ".", "--locked"], { env });
  if (!forDevelopment) dropNames(join(root, "build", "index_bg.wasm"));
}

/**
 * Takes the names of functions out of a WebAssembly module: a tenth of the upload, and nothing but stack traces reads them.
 * They are one custom section (id 0, WebAssembly core specification, appendix "Custom Sections").
 */
function dropNames(file) {
  const module = readFileSync(file);
  const number = (at) => {
    let [value, length] = [0, 0];
    do value += (module[at + length] & 0x7f) * 2 ** (7 * length);
    while (module[at + length++] & 0x80);
    return { value, end: at + length };
  };
  const kept = [module.subarray(0, 8)];
  for (let start = 8; start < module.length; ) {
    const size = number(start + 1);
    const end = size.end + size.value;
    const name = number(size.end);
    const isNames = module[start] === 0 && module.toString("utf8", name.end, name.end + name.value) === "name";
    if (!isNames) kept.push(module.subarray(start, end));
    start = end;
  }
  writeFileSync(file, Buffer.concat(kept));
}

/** When the newest file below a path was last changed. */
function newest(path) {
  if (!existsSync(path)) return 0;
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}
