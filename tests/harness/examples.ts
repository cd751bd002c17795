// The programs in examples/, built and started as their READMEs say.

import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { eventually } from "./eventually.ts";
import { out, pathWithTools, root } from "./paths.ts";
import { Worker } from "./worker.ts";

const START_MS = 60_000;
const build = promisify(execFile);

/** A program that serves `/mcp` on the loopback. */
export type Example = { url: URL; log(): string; stop(): Promise<void> };

/** examples/native, whose streams are silent no longer than `silenceMs`. Takes half a minute to build the first time. */
export async function native(silenceMs: number): Promise<Example> {
  const target = join(root, "target", "clients");
  const manifest = join(root, "examples/native/Cargo.toml");
  await build("cargo", ["build", "--quiet", "--locked", "--manifest-path", manifest, "--target-dir", target]);
  const port = await Worker.freePort();
  const env = { ...process.env, PORT: String(port), SILENCE_MS: String(silenceMs) };
  return start("native", port, (log) => spawn(join(target, "debug/native"), { env, detached: true, stdio: ["ignore", log, log] }));
}

/** examples/minimal, in workerd, as a debug build. Takes a minute to build the first time. */
export async function minimal(): Promise<Example> {
  const cwd = join(root, "examples/minimal");
  const env = { ...process.env, PATH: pathWithTools, NO_COLOR: "1", WRANGLER_SEND_METRICS: "false", CLOUDFLARE_CF_FETCH_ENABLED: "false" };
  await build("node", ["../../scripts/build-example.mjs"], { cwd, env: { ...env, WRANGLER_COMMAND: "dev" }, maxBuffer: 1 << 26 });
  const port = await Worker.freePort();
  const state = mkdtempSync(join(tmpdir(), "minimal-"));
  const args = ["dev", "--ip", "127.0.0.1", "--port", port, "--inspector-port", await Worker.freePort()];
  args.push("--persist-to", state, "--show-interactive-dev-session=false");
  const example = await start("minimal", port, (log) =>
    spawn(join(root, "node_modules/.bin/wrangler"), args.map(String), { cwd, detached: true, stdio: ["ignore", log, log], env: { ...env, PREBUILT: "1" } }),
  );
  const stop = async (): Promise<void> => {
    await example.stop();
    rmSync(state, { recursive: true, force: true, maxRetries: 5 });
  };
  return { ...example, stop };
}

async function start(name: string, port: number, run: (log: number) => ChildProcess): Promise<Example> {
  mkdirSync(out, { recursive: true });
  const file = join(out, `example-${name}.log`);
  const log = openSync(file, "w");
  const child = run(log);
  closeSync(log);
  const end = (): void => {
    try {
      // The group, so that workerd goes with wrangler.
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    } catch {
      // It has ended already.
    }
  };
  process.once("exit", end);
  const url = new URL(`http://127.0.0.1:${port}/mcp`);
  const ended = once(child, "exit").then(() => Promise.reject(new Error(`${name} ended:\n${readFileSync(file, "utf8").slice(-4_000)}`)));
  ended.catch(() => undefined);
  await Promise.race([eventually(`${name} answers`, () => fetch(url, { method: "PUT" }), START_MS), ended]);
  const stop = async (): Promise<void> => {
    const exited = child.exitCode === null && child.signalCode === null ? once(child, "exit") : undefined;
    end();
    await exited;
    process.off("exit", end);
  };
  return { url, log: () => readFileSync(file, "utf8"), stop };
}
