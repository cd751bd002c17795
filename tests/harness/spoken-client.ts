// Official clients in other languages (tests/clients), as objects: programs that are told what to do line by line.

import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";

// @ts-expect-error: a script without types
import { pythonOf } from "../../scripts/python.mjs";
import type { Json } from "./http.ts";
import { root } from "./paths.ts";

export type SpokenClient = { ask(what: string, ...args: Json[]): Promise<Json>; close(): Promise<void> };

const rust = { manifest: join(root, "tests/clients/rust/Cargo.toml"), target: join(root, "target/clients") };

/** `mode` as `mcp.Client` takes it: `legacy`, `auto`, or a revision. */
export function startPython(url: URL, mode: string, transport: "http" | "sse", token: string): SpokenClient {
  const python: string = pythonOf("clients", "tests/clients/python/requirements.txt");
  return start(python, [join(root, "tests/clients/python/agent.py"), String(url), mode, transport], token);
}

/** Takes half a minute the first time, and nothing from then on. */
export async function buildRust(): Promise<void> {
  await promisify(execFile)("cargo", ["build", "--quiet", "--locked", "--manifest-path", rust.manifest, "--target-dir", rust.target]);
}

/** `mode`: `legacy`, `auto`, or a revision. */
export function startRust(url: URL, mode: string, token: string): SpokenClient {
  return start(join(rust.target, "debug/rust-agent"), [String(url), mode], token);
}

function start(program: string, args: string[], token: string): SpokenClient {
  const child = spawn(program, args, { env: { ...process.env, TOKEN: token }, stdio: ["pipe", "pipe", "pipe"] });
  let complaints = "";
  child.stderr.setEncoding("utf8").on("data", (text) => (complaints += text));
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async ask(what, ...args) {
      child.stdin.write(`${JSON.stringify({ do: what, with: args })}\n`);
      const { value, done } = await answers.next();
      if (done) throw new Error(`The client ended: ${complaints}`);
      const { result, error } = JSON.parse(value);
      if (error !== undefined) throw new Error(error);
      return result;
    },
    async close() {
      const ended = once(child, "exit");
      child.stdin.end();
      await ended;
    },
  };
}
