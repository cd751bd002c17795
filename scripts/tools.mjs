// The tools that build the Worker, each in the one version the lock files name, kept per user:
//
//   ${XDG_CACHE_HOME:-~/.cache}/todo-service/tools/{name}-{version}/bin/{name}
//
// so that a second clone finds them. They come from package registries only: worker-build would fetch wasm-bindgen
// and wasm-opt from elsewhere if it were not told where they are.

import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "todo-service", "tools");
export const target = "wasm32-unknown-unknown";

/** Runs a command in the project's root and stops everything if it fails. */
export function run(command, args, options = {}) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: "inherit", ...options });
  if (error) fail(`${command}: ${error.message}`);
  if (status !== 0) fail(`${command} ${args.join(" ")} ended with ${status}`);
}

export function fail(message) {
  console.error(`\n✗ ${message}`);
  process.exit(1);
}

/** Makes every tool ready, saying what it does when there is something to do. */
export function setUp() {
  const steps = [
    ["npm packages (wrangler, the page's and the suites' libraries)", packagesAreCurrent, installPackages],
    [`Rust's ${target} target`, targetIsInstalled, () => run("rustup", ["target", "add", target])],
    ...cargoTools().map((tool) => [
      `${tool.name} ${tool.version}, built once for all clones (a minute or two)`,
      () => existsSync(tool.path),
      () => installCargoTool(tool),
    ]),
  ].filter(([, isReady]) => !isReady());
  steps.forEach(([title, , install], index) => {
    console.log(`▸ Set-up ${index + 1}/${steps.length}: ${title}`);
    install();
  });
}

/** The environment in which worker-build finds every tool and downloads nothing. */
export function buildEnvironment() {
  const [workerBuild, wasmBindgen] = cargoTools();
  return {
    workerBuild: workerBuild.path,
    env: {
      ...process.env,
      WASM_BINDGEN_BIN: wasmBindgen.path,
      WASM_OPT_BIN: bin("wasm-opt"),
      ESBUILD_BIN: bin("esbuild"),
      PATH: pathWithNode(),
    },
  };
}

/** A command that an npm package brought. */
export function bin(name) {
  return join(root, "node_modules", ".bin", name);
}

/** PATH with the pinned Node first: wrangler wants a newer one than many machines have. */
export function pathWithNode() {
  return `${join(root, "node_modules", ".bin")}:${process.env.PATH}`;
}

function cargoTools() {
  const lock = readFileSync(join(root, "Cargo.lock"), "utf8");
  const version = (crate) =>
    lock.match(new RegExp(`name = "${crate}"\\nversion = "([^"]+)"`))?.[1] ?? fail(`Cargo.lock does not name ${crate}`);
  const tool = (name, version, args) => ({ name, version, args, path: join(cache, `${name}-${version}`, "bin", name) });
  return [
    tool("worker-build", version("worker"), []),
    // Its version must be the library's, to the last digit.
    tool("wasm-bindgen", version("wasm-bindgen"), ["--no-default-features", "--bin", "wasm-bindgen"]),
  ];
}

function installCargoTool({ name, version, args, path }) {
  const home = dirname(dirname(path));
  const unfinished = `${home}.${process.pid}`;
  mkdirSync(unfinished, { recursive: true });
  const crate = name === "wasm-bindgen" ? "wasm-bindgen-cli" : name;
  // A debug build of the tool takes a third of the time and does its work in the same second.
  run("cargo", ["install", crate, "--version", version, "--debug", "--root", unfinished, ...args]);
  rmSync(home, { recursive: true, force: true });
  renameSync(unfinished, home);
}

function targetIsInstalled() {
  try {
    const libraries = execFileSync("rustc", ["--print", "target-libdir", "--target", target], { encoding: "utf8" });
    return existsSync(libraries.trim());
  } catch {
    return fail("Rust is missing. Install it with rustup: https://rustup.rs");
  }
}

function packagesAreCurrent() {
  const installed = join(root, "node_modules", ".package-lock.json");
  return existsSync(installed) && statSync(installed).mtimeMs >= statSync(join(root, "package-lock.json")).mtimeMs;
}

function installPackages() {
  run("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"]);
  const now = new Date();
  utimesSync(join(root, "node_modules", ".package-lock.json"), now, now);
}
