// Builds the Worker in the current folder, an example's, into its build/. Its wrangler.toml names this.
//
// Under `wrangler dev` it is a debug build: quick to make, and a panic says where. For anything else it is a release.
//
//   PREBUILT=1   build nothing: the suites build it once

import { buildEnvironment, run, setUp } from "./tools.mjs";

if (!process.env.PREBUILT) {
  setUp();
  const { workerBuild, env } = buildEnvironment();
  const mode = process.env.WRANGLER_COMMAND === "dev" ? "--dev" : "--release";
  run(workerBuild, [mode, process.cwd(), "--locked"], { env });
}
