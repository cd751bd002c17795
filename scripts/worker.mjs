// Builds the Worker from Rust: in a hurry for development, or for release, also without what a deployment can leave out.

import { copyFileSync, existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

import { bin, buildEnvironment, pathWithNode, root, run, target } from "./tools.mjs";
import { withoutUnmadeClasses } from "./wasm-classes.mjs";
import { withShortNames } from "./wasm-names.mjs";
import { namedByPlace, order } from "./wasm-order.mjs";
import { withoutProxies } from "./worker-shim.mjs";

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

/** What a module may make use of: that which worker-build allows. */
const FEATURES = [
  "mutable-globals",
  "sign-ext",
  "nontrapping-float-to-int",
  "bulk-memory",
  "multivalue",
  "reference-types",
  "exception-handling",
].map((feature) => `--enable-${feature}`);

/**
 * What LLVM does for speed also where it is told to mind the size: it computes anew in one branch what another has (PRE), and adds up the
 * addresses in loops (LSR). Without, the upload is 1.4 % smaller. Two dozen other switches were tried and are of no use.
 */
const FOR_SIZE = ["enable-pre=false", "enable-load-pre=false", "disable-lsr"].map((option) => `-Cllvm-args=--${option}`);

export function buildForDevelopment() {
  build(["--profile", "hot", "--no-opt"], RELEASES.whole);
  const script = join(root, RELEASES.whole.folder, "index.js");
  writeFileSync(script, withoutProxies(readFileSync(script, "utf8")));
}

/**
 * The names of functions are a tenth of the upload, so that they are left out. What the module is made of is read from the named copy.
 * Its functions are put into the order in which it compresses best: 4 % of the upload.
 */
export function buildForRelease(release) {
  // Cargo's other variable, `RUSTFLAGS`, takes no path with a space in it.
  const asked = (process.env.RUSTFLAGS ?? "").split(" ").filter(Boolean);
  build(["--release"], release, { CARGO_ENCODED_RUSTFLAGS: [...asked, ...withoutPlaces(), ...FOR_SIZE].join("\x1f") });
  const path = join(root, release.folder, "index_bg.wasm");
  const script = join(root, release.folder, "index.js");
  const used = withoutUnmadeClasses(readFileSync(path), readFileSync(script, "utf8"));
  writeFileSync(path, used.module);
  writeFileSync(script, withoutProxies(used.script));
  optimize(path, ["--remove-unused-module-elements", "--debuginfo"]);
  copyFileSync(path, join(root, release.named));
  const module = readFileSync(path);
  writeFileSync(path, namedByPlace(module, order(module)));
  // The level has it write the code as tersely as it stood there. No names are written without `--debuginfo`.
  optimize(path, ["--reorder-functions-by-name"]);
  const short = withShortNames(readFileSync(path), readFileSync(script, "utf8"));
  writeFileSync(path, short.module);
  writeFileSync(script, short.script);
}

function optimize(path, passes) {
  const env = { ...process.env, PATH: pathWithNode() };
  run(bin("wasm-opt"), [path, "--output", path, "--optimize-level=2", ...passes, ...FEATURES], { env });
}

/**
 * Paths in the module say nothing of this machine, so that the upload weighs the same everywhere, and they are short: the folder of each
 * registry is left out, and of ours `crates`. What a registry's folder is called is seen once something was fetched.
 */
function withoutPlaces() {
  const sources = join(process.env.CARGO_HOME || join(homedir(), ".cargo"), "registry", "src");
  if (!existsSync(sources)) run("cargo", ["fetch", "--locked", "--quiet", "--target", target]);
  const registries = existsSync(sources) ? readdirSync(sources).map((registry) => join(sources, registry)) : [];
  return [...registries, "crates"].map((place) => `--remap-path-prefix=${place}=`);
}

function build(mode, { folder, cargo, features }, more = {}) {
  const { workerBuild, env } = buildEnvironment();
  const apart = cargo && { CARGO_TARGET_DIR: join(root, cargo) };
  run(workerBuild, [...mode, "--out-dir", folder, ".", "--locked", ...features], { env: { ...env, ...more, ...apart } });
}
