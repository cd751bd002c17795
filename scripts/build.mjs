// Builds what wrangler serves and deploys: the page (frontend/dist) and the Worker (build/).
//
// wrangler runs this (`[build]` in wrangler.toml), on its start and whenever a source file changes. Under `wrangler dev`
// the Worker is compiled for a quick turn-around; for anything else, for speed.
//
//   PREBUILT=1   build nothing: the suites build once and start the Worker many times

import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

import { buildEnvironment, pathWithNode, root, run, setUp } from "./tools.mjs";

if (!process.env.PREBUILT) {
  setUp();
  buildPage();
  buildWorker(process.env.WRANGLER_COMMAND === "dev");
}

function buildPage() {
  const dist = join(root, "frontend", "dist", "index.html");
  const sources = ["src", "public", "index.html", "package.json", "vite.config.ts"].map((name) => join(root, "frontend", name));
  if (existsSync(dist) && Math.max(...sources.map(newest)) < statSync(dist).mtimeMs) return;
  run("npm", ["run", "--silent", "build", "-w", "frontend"], { env: { ...process.env, PATH: pathWithNode() } });
}

function buildWorker(forDevelopment) {
  const { workerBuild, env } = buildEnvironment();
  const mode = forDevelopment ? ["--profile", "hot", "--no-opt"] : ["--release"];
  run(workerBuild, [...mode, ".", "--locked"], { env });
}

/** When the newest file below a path was last changed. */
function newest(path) {
  if (!existsSync(path)) return 0;
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}
