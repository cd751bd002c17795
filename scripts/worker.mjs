// Builds the Worker from Rust: in a hurry for development, or for release, also without what a deployment can leave out.

import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { buildEnvironment, root, run } from "./tools.mjs";
import { withoutNames } from "./wasm-sections.mjs";

/**
 * A release as it is deployed, and one without the embedded identity provider (docs/STYTCH.md): its folder, and where its module is kept
 * with the names of its functions. What cargo makes is called the same with and without a feature, so that in one place each would be
 * linked anew after the other: the second has a place of its own.
 */
export const RELEASES = {
  whole: { folder: "build", named: "target/todo-service.named.wasm", features: [] },
  withoutProvider: {
    folder: "target/bench/without-provider",
    named: "target/bench/without-provider.named.wasm",
    cargo: "target/bench/without-provider-cargo",
    features: ["--no-default-features"],
  },
};

export function buildForDevelopment() {
  build(["--profile", "hot", "--no-opt"], RELEASES.whole);
}

/** The names of functions are a tenth of the upload, so that they are left out. What the module is made of is read from the named copy. */
export function buildForRelease(release) {
  build(["--release"], release);
  const module = join(root, release.folder, "index_bg.wasm");
  copyFileSync(module, join(root, release.named));
  writeFileSync(module, withoutNames(readFileSync(module)));
}

function build(mode, { folder, cargo, features }) {
  const { workerBuild, env } = buildEnvironment();
  const apart = cargo && { CARGO_TARGET_DIR: join(root, cargo) };
  run(workerBuild, [...mode, "--out-dir", folder, ".", "--locked", ...features], { env: { ...env, ...apart } });
}
