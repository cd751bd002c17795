// The engine without a Worker: examples/native beside the same on the official Rust SDK, each under hyper on one thread.

import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

import { eventually } from "../harness/eventually.ts";
import type { Json } from "../harness/http.ts";
import { root } from "../harness/paths.ts";
import { STATELESS } from "../harness/mcp.ts";
import { HANDSHAKE, mcp, result, type Caller } from "./callers.ts";
import { load } from "./load.ts";

const built = join(root, "target", "bench", "native", "release");

/** Requests a second of each round, of the engine and of the SDK. */
export type Natives = { title: string; engine: number[]; sdk: number[] }[];

export async function natives(port: number, rounds: number, milliseconds: number): Promise<Natives> {
  const ports = { engine: port, sdk: port + 1 };
  const programs = [await started(join(built, "native"), ports.engine), await started(join(built, "rmcp-peer"), ports.sdk)];
  try {
    const measured: Natives = [];
    for (const era of [HANDSHAKE, STATELESS] as const) {
      for (const [title, method, params, check] of [
        ["`tools/list`", "tools/list", {}, ({ tools }: Json) => assert.deepEqual(tools.map(({ name }: Json) => name).sort(), ["count", "greet"])],
        ["`tools/call`", "tools/call", { name: "count", arguments: { to: 0 } }, ({ structuredContent }: Json) => assert.deepEqual(structuredContent, { sum: 0 })],
      ] as const) {
        const row = { title: `${title}, ${era}`, engine: [] as number[], sdk: [] as number[] };
        for (let index = 0; index < rounds; index++) {
          for (const name of ["engine", "sdk"] as const) {
            const nobody: Caller = { port: ports[name], token: "", session: undefined, cookie: "", todos: [] };
            const request = mcp(nobody, era, method, params);
            if (index === 0) check(await result(request, ports[name]));
            const found = await load([request], { port: ports[name], milliseconds, status: 200, again: true });
            assert.equal(found.wrong, 0, found.firstWrong);
            row[name].push(found.right / found.seconds);
          }
        }
        measured.push(row);
      }
    }
    return measured;
  } finally {
    for (const program of programs) await ended(program);
  }
}

async function started(program: string, port: number): Promise<ChildProcess> {
  const child = spawn(program, { env: { ...process.env, PORT: String(port) }, stdio: "ignore" });
  const failed = once(child, "exit").then(() => Promise.reject(new Error(`${program} ended`)));
  failed.catch(() => undefined);
  await Promise.race([eventually(`${program} answers`, () => fetch(`http://127.0.0.1:${port}/mcp`)), failed]);
  return child;
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const exited = once(child, "exit");
  child.kill();
  await exited;
}
