// Workers KV, read past the Worker, as anyone with access to the namespace could.

import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

import { pathWithTools, root } from "./paths.ts";
import type { Worker } from "./worker.ts";

/** The names of one user's todo keys. */
export async function todoKeys(worker: Worker, userId: string): Promise<string[]> {
  const args = ["kv", "key", "list", "--binding", "TODOS", "--local", "--persist-to", worker.state];
  const { stdout } = await promisify(execFile)(
    join(root, "node_modules", ".bin", "wrangler"),
    [...args, "--prefix", `todos:${userId}:`],
    { cwd: root, env: { ...process.env, PATH: pathWithTools, WRANGLER_SEND_METRICS: "false", CLOUDFLARE_CF_FETCH_ENABLED: "false", NO_COLOR: "1" } },
  );
  return (JSON.parse(stdout) as { name: string }[]).map(({ name }) => name);
}
