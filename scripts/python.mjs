// Python programs that the suites use: each has an environment of its own below target/, made from a requirements file that
// names every package to the version, and made anew when that file changes.
//
//   const python = pythonOf("clients", "tests/clients/python/requirements.txt");     // the path of its interpreter

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { root } from "./tools.mjs";

/** The interpreter of the environment `name`, with everything in it that the requirements file names. */
export function pythonOf(name, requirements) {
  const home = join(root, "target", "python", name);
  const wanted = createHash("sha256").update(readFileSync(join(root, requirements))).digest("hex");
  const stamp = join(home, "requirements.sha256");
  const python = join(home, "bin", "python");
  if (existsSync(python) && existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return python;
  console.log(`Installing what ${requirements} names …`);
  rmSync(home, { recursive: true, force: true });
  mkdirSync(home, { recursive: true });
  makeEnvironment(home);
  run(python, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "-r", join(root, requirements)]);
  writeFileSync(stamp, wanted);
  return python;
}

function makeEnvironment(home) {
  const make = () => run("python3", ["-m", "venv", home]);
  try {
    make();
  } catch (error) {
    // Debian keeps the module apart; elsewhere, or without the right to install, somebody else has to.
    if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) {
      throw new Error("Python 3.10 or later with its module venv is needed (Debian: apt-get install python3-venv).", { cause: error });
    }
    console.log("Installing Debian’s Python, once for this machine …");
    run("apt-get", ["update", "-qq"]);
    run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "python3", "python3-venv"]);
    make();
  }
}

function run(command, args) {
  execFileSync(command, args, { stdio: ["ignore", "ignore", "inherit"], env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } });
}
