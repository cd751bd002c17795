// The Workers that are measured, each in a workerd of its own (serve.mjs), and what their processes have used.

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";

import { pathWithTools, root } from "../harness/paths.ts";

const BENCH = join(root, "tests", "bench");
const START_MS = 60_000;

/** A Worker is idle when it used less than this share of a processor, twice in a row; it is not waited for any longer than this. */
const IDLE_SHARE = 0.05;
const LOOK_MS = 20;
const IDLE_MS = 5_000;

export type Options = { name: string; config: string; main: string; port: number; state: string; variables?: Record<string, string> };

export class Server {
  readonly origin: string;
  readonly port: number;
  readonly #process: ChildProcess;
  readonly #workerd: number;
  /** What each thread had used when it was last looked at: what it used is not lost with it. */
  readonly #threads = new Map<string, number>();

  private constructor(process: ChildProcess, port: number, workerd: number) {
    this.#process = process;
    this.#workerd = workerd;
    this.port = port;
    // As the embedded identity provider names itself, and as clients write it.
    this.origin = `http://localhost:${port}`;
  }

  static async start(options: Options): Promise<Server> {
    const child = spawn(join(root, "node_modules", ".bin", "node"), [join(BENCH, "serve.mjs"), JSON.stringify(options)], {
      cwd: root,
      // It ends when this end of its input closes.
      stdio: ["pipe", "pipe", "pipe"],
      env: { ...process.env, PATH: pathWithTools, NO_COLOR: "1" },
    });
    let complaints = "";
    child.stderr.setEncoding("utf8").on("data", (text) => (complaints = (complaints + text).slice(-4_000)));
    const late = setTimeout(() => child.kill("SIGKILL"), START_MS);
    try {
      for await (const line of createInterface({ input: child.stdout })) {
        if (!line.startsWith("{")) continue;
        const { port, workerd } = JSON.parse(line);
        return new Server(child, port, workerd);
      }
    } finally {
      clearTimeout(late);
    }
    throw new Error(`${options.config} did not start:\n${complaints}`);
  }

  /** May be told twice. */
  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = once(this.#process, "exit");
    this.#process.stdin?.end();
    const late = setTimeout(() => this.#process.kill("SIGKILL"), START_MS);
    await ended;
    clearTimeout(late);
  }

  /** Seconds of processor time that workerd has used (`schedstat` below `/proc`, in nanoseconds, of every thread); it never falls. */
  processorSeconds(): number {
    const tasks = `/proc/${this.#workerd}/task`;
    for (const task of readdirSync(tasks)) this.#threads.set(task, nanosecondsOf(join(tasks, task)) ?? this.#threads.get(task) ?? 0);
    return [...this.#threads.values()].reduce((sum, nanoseconds) => sum + nanoseconds, 0) / 1e9;
  }

  /** Bytes of memory that workerd has for itself. */
  memory(): number {
    const [, kibibytes] = /^RssAnon:\s+(\d+) kB/m.exec(readFileSync(`/proc/${this.#workerd}/status`, "utf8")) ?? [];
    return Number(kibibytes) * 1_024;
  }

  /** Waits until what it does behind its answers is done, so that it does not take the processor from the next. */
  async idle(): Promise<void> {
    const deadline = Date.now() + IDLE_MS;
    for (let quiet = 0; quiet < 2 && Date.now() < deadline; ) {
      const before = this.processorSeconds();
      await pause(LOOK_MS);
      quiet = (this.processorSeconds() - before) * 1_000 < LOOK_MS * IDLE_SHARE ? quiet + 1 : 0;
    }
  }
}

/** `undefined` of a thread that has just ended. */
function nanosecondsOf(task: string): number | undefined {
  try {
    return Number(readFileSync(join(task, "schedstat"), "utf8").split(" ")[0]);
  } catch {
    return undefined;
  }
}
