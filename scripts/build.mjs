// Builds what wrangler serves and deploys: the page (frontend/dist) and the Worker (build/).
//
// wrangler runs this (`[build]` in wrangler.toml), on its start and whenever a source file changes. Under `wrangler dev`
// the Worker is compiled for a quick turn-around; for anything else, for speed.
//
//   PREBUILT=1   build nothing: the suites build once and start the Worker many times
//
//   node scripts/build.mjs --without-provider    for release, without the embedded identity provider, into target/bench/without-provider/

import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { pathWithNode, root, run, setUp } from "./tools.mjs";
import { buildForDevelopment, buildForRelease, RELEASES } from "./worker.mjs";

/** Says, by its time, when the page was last built to its end. Not among the files that are served. */
const PAGE_BUILT = join(root, "target", "page-built");

if (!process.env.PREBUILT) {
  setUp();
  buildPage();
  if (process.argv.includes("--without-provider")) buildForRelease(RELEASES.withoutProvider);
  else if (process.env.WRANGLER_COMMAND === "dev") buildForDevelopment();
  else buildForRelease(RELEASES.whole);
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

/** When the newest file below a path was last changed. */
function newest(path) {
  if (!existsSync(path)) return 0;
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}
