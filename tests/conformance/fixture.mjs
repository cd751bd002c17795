// The built fixture, served by `wrangler dev`: workerd, real Durable Objects, storage that survives a restart.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { bin, pathWithNode, root } from "../../scripts/tools.mjs";

const START_MS = 60_000;

export const folder = join(root, "tests", "conformance");
export const out = join(root, "tests", "out", "conformance");

export function environment() {
  return { ...process.env, PATH: pathWithNode(), NO_COLOR: "1", WRANGLER_SEND_METRICS: "false", CLOUDFLARE_CF_FETCH_ENABLED: "false" };
}

export class Fixture {
  #port;
  #state = mkdtempSync(join(tmpdir(), "conformance-fixture-"));
  #process;

  static async start() {
    const fixture = new Fixture();
    fixture.#port = await freePort();
    await fixture.#serve();
    process.once("exit", () => fixture.#kill());
    return fixture;
  }

  get url() {
    return `http://localhost:${this.#port}/mcp`;
  }

  get origin() {
    return `http://localhost:${this.#port}`;
  }

  /** Where workerd keeps the objects' databases. */
  get state() {
    return this.#state;
  }

  /** Kills the Worker and all its objects between two instructions, and serves the same storage again, or what was made of it. */
  async restart(meanwhile = () => undefined) {
    const ended = once(this.#process, "exit");
    this.#kill();
    await ended;
    meanwhile();
    await this.#serve();
  }

  stop() {
    this.#kill();
    rmSync(this.#state, { recursive: true, force: true, maxRetries: 5 });
  }

  async #serve() {
    mkdirSync(out, { recursive: true });
    const logFile = join(out, "fixture.log");
    const log = openSync(logFile, "a");
    const args = ["dev", "--ip", "127.0.0.1", "--port", this.#port, "--inspector-port", await freePort()];
    args.push("--persist-to", this.#state, "--show-interactive-dev-session=false");
    // A process group of its own, so that workerd goes when wrangler does.
    this.#process = spawn(bin("wrangler"), args.map(String), { cwd: folder, detached: true, stdio: ["ignore", log, log], env: environment() });
    closeSync(log);
    for (const start = Date.now(); Date.now() - start < START_MS; await new Promise((wait) => setTimeout(wait, 100))) {
      if (this.#process.exitCode !== null) break;
      if (await fetch(this.url).catch(() => undefined)) return;
    }
    this.#kill();
    throw new Error(`the fixture does not start:\n${readFileSync(logFile, "utf8").slice(-4_000)}`);
  }

  #kill() {
    try {
      process.kill(-this.#process.pid, "SIGKILL");
    } catch {
      // It has ended already.
    }
  }
}

function freePort() {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
