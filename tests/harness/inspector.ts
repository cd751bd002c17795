// The MCP Inspector's command line: each call is a process, and a connection, of its own.

import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

import type { Json } from "./http.ts";
import { pathWithTools, root } from "./paths.ts";

const program = join(root, "node_modules", ".bin", "mcp-inspector");

/** How it ends when a tool answered with `isError`; it has printed the answer. */
const TOOL_ERROR = 5;

/** What it prints; fails with its exit `code` if it is not content. `era`: `legacy`, `modern` or `auto`. */
export async function inspector(url: string, era: string, token: string, method: string, ...args: string[]): Promise<Json> {
  const command = ["--cli", url, "--protocol-era", era, "--header", `Authorization: Bearer ${token}`, "--format", "json"];
  const run = promisify(execFile)(program, [...command, "--method", method, ...args], {
    cwd: root,
    env: { ...process.env, PATH: pathWithTools },
  });
  const { stdout } = await run.catch(({ code, stdout, stderr }) => {
    if (code === TOOL_ERROR) return { stdout };
    throw Object.assign(new Error(`The Inspector ended with ${code}: ${stderr}`), { code });
  });
  const answer = JSON.parse(stdout);
  return answer.result ?? answer;
}
