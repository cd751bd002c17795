// The official Python client (tests/clients/python/agent.py), as an object.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

// @ts-expect-error: a script without types
import { pythonOf } from "../../scripts/python.mjs";
import type { Json } from "./http.ts";
import { root } from "./paths.ts";

export type PythonClient = { ask(what: string, ...args: Json[]): Promise<Json>; close(): Promise<void> };

/** `mode` as `mcp.Client` takes it; `transport` is `http` or `sse`. */
export function startPython(url: string, mode: string, transport: "http" | "sse", token: string): PythonClient {
  const python: string = pythonOf("clients", "tests/clients/python/requirements.txt");
  const child = spawn(python, [join(root, "tests/clients/python/agent.py"), url, mode, transport], {
    env: { ...process.env, TOKEN: token },
    stdio: ["pipe", "pipe", "pipe"],
  });
  let complaints = "";
  child.stderr.setEncoding("utf8").on("data", (text) => (complaints += text));
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async ask(what, ...args) {
      child.stdin.write(`${JSON.stringify({ do: what, with: args })}\n`);
      const { value, done } = await answers.next();
      if (done) throw new Error(`The Python client ended: ${complaints}`);
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
