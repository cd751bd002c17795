// Workers KV, read and written past the Worker, as anyone with access to the namespace could.

import { execFile } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

import { KV_BINDING, keysOf } from "./domain.ts";
import type { Json } from "./http.ts";
import { pathWithTools, root } from "./paths.ts";
import type { Worker } from "./worker.ts";

/** The names of one user's todo keys. */
export async function todoKeys(worker: Worker, userId: string): Promise<string[]> {
  const keys = await kv(worker, "key", "list", "--prefix", keysOf(userId));
  return (JSON.parse(keys) as { name: string }[]).map(({ name }) => name);
}

/** What KV takes as a key's metadata, in bytes of JSON. */
const MAX_METADATA = 1_024;

/** Gives a user todos whose list nobody has asked for yet. */
export async function putTodos(worker: Worker, userId: string, todos: Json[]): Promise<void> {
  const pairs = todos.map((todo) => {
    const value = JSON.stringify(todo);
    const metadata = Buffer.byteLength(value) <= MAX_METADATA ? { metadata: todo } : {};
    return { key: `${keysOf(userId)}${todo.id}`, value, ...metadata };
  });
  const file = join(worker.state, "todos.json");
  writeFileSync(file, JSON.stringify(pairs));
  await kv(worker, "bulk", "put", file);
  rmSync(file);
}

async function kv(worker: Worker, ...command: string[]): Promise<string> {
  const args = ["kv", ...command, "--binding", KV_BINDING, "--local", "--persist-to", worker.state];
  const { stdout } = await promisify(execFile)(join(root, "node_modules", ".bin", "wrangler"), args, {
    cwd: root,
    env: {
      ...process.env,
      PATH: pathWithTools,
      WRANGLER_SEND_METRICS: "false",
      CLOUDFLARE_CF_FETCH_ENABLED: "false",
      NO_COLOR: "1",
    },
  });
  return stdout;
}
