// The built Worker, served by `wrangler dev` as a newcomer would serve it: workerd, real Durable Objects, real Workers KV.

import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { eventually } from "./eventually.ts";
import { withStandIn, type KvStandIn } from "./kv-stand-in.ts";
import { out, pathWithTools, root } from "./paths.ts";

const START_MS = 120_000;
const STOP_MS = 15_000;
/** A look at a server that starts: what has taken the connection and does not answer is asked again. */
const LOOK_MS = 10_000;

type Options = {
  /** Names its log in tests/out. */
  name: string;
  /** The Worker's variables. Nothing else is read: neither .env nor a developer's own .dev.vars. */
  variables: Record<string, string>;
  /** Bindings that wrangler.toml does not have, as they would stand in it. */
  bindings?: string;
  /** Where to serve, when another instance has to know before. */
  port?: number;
  /** Puts something into the storage before it is served for the first time. */
  stored?: (state: string, origin: string) => void;
  /** A checkout of the project that is built already, in place of this one. */
  project?: string;
  /** What stands in place of Workers KV. */
  kv?: KvStandIn;
};

type Restart = {
  variables?: Record<string, string>;
  /** What is done to the storage in between. */
  meanwhile?: () => void;
  /** SIGKILL: between two instructions. */
  signal?: "SIGTERM" | "SIGKILL";
};

/** One Worker with its own port and its own storage. */
export class Worker {
  readonly origin: string;
  /** Where workerd keeps KV and the objects' databases. */
  readonly state: string;
  readonly #log: string;
  readonly #port: number;
  readonly #variables: string;
  /** The configuration to serve with: the project's own, or a copy of it with more bindings. */
  readonly #config: string;
  readonly #project: string;
  #process: ChildProcess | undefined;

  private constructor({ name, variables, bindings, stored, project = root, kv }: Options, port: number) {
    mkdirSync(out, { recursive: true });
    this.#log = join(out, `${name}.log`);
    writeFileSync(this.#log, "");
    this.#port = port;
    // As people type it. 127.0.0.1 would be another origin, with other cookies and another issuer.
    this.origin = `http://localhost:${port}`;
    this.state = mkdtempSync(join(tmpdir(), `todo-service-${name}-`));
    this.#variables = join(this.state, "variables.env");
    this.#set(variables);
    this.#project = project;
    const own = bindings !== undefined || kv !== undefined;
    this.#config = join(own ? this.state : project, "wrangler.toml");
    stored?.(this.state, this.origin);
    if (own) writeFileSync(this.#config, withBindings(project, bindings ?? "", kv && this.#around(kv)));
  }

  static async start(options: Options): Promise<Worker> {
    const worker = new Worker(options, options.port ?? (await freePort()));
    await worker.#serve();
    return worker;
  }

  /** What it has logged so far. */
  log(): string {
    return readFileSync(this.#log, "utf8");
  }

  /** A port that nothing listens at. */
  static freePort(): Promise<number> {
    return freePort();
  }

  /** How much memory its workerd takes, in bytes: that of its isolates, and what else the process has. */
  memory(): number {
    const processes = execFileSync("ps", ["-A", "-o", "pgid=,rss=,comm="], { encoding: "utf8" }).split("\n");
    const own = processes.map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line)).filter((line) => Number(line?.[1]) === this.#process?.pid && line?.[3]?.includes("workerd"));
    return own.reduce((sum, line) => sum + Number(line?.[2]) * 1_024, 0);
  }

  /** Ends it as a deploy or Ctrl-C would, and throws its storage away. */
  async stop(): Promise<void> {
    await this.#end("SIGTERM");
    rmSync(this.state, { recursive: true, force: true });
  }

  /** Ends it in an orderly way and serves the same storage again; with other variables, or after something was done to it. */
  async restart({ variables, meanwhile, signal = "SIGTERM" }: Restart = {}): Promise<void> {
    await this.#end(signal);
    if (variables) this.#set(variables);
    meanwhile?.();
    await this.#serve();
  }

  /** Kills every one of its processes between two instructions (SIGKILL) and serves the same storage again. */
  async crash(): Promise<void> {
    await this.restart({ signal: "SIGKILL" });
  }

  /** Writes the Worker with a stand-in for its KV, and says where. */
  #around(kv: KvStandIn): string {
    const config = readFileSync(join(this.#project, "wrangler.toml"), "utf8");
    const classes = [...config.matchAll(/^class_name = "(.+)"$/gm)].flatMap(([, name]) => name ?? []);
    const file = join(this.state, "with-stand-in.js");
    writeFileSync(file, withStandIn(join(this.#project, "build", "index.js"), classes, kv.url));
    return file;
  }

  #set(variables: Record<string, string>): void {
    const lines = Object.entries(variables).map(([key, value]) => `${key}=${JSON.stringify(value)}\n`);
    writeFileSync(this.#variables, lines.join(""));
  }

  async #serve(): Promise<void> {
    const log = openSync(this.#log, "a");
    const args = ["dev", "--config", this.#config, "--ip", "127.0.0.1", "--port", String(this.#port), "--inspector-port", String(await freePort())];
    args.push("--persist-to", this.state, "--env-file", this.#variables, "--show-interactive-dev-session=false");
    const child = spawn(join(root, "node_modules", ".bin", "wrangler"), args, {
      cwd: this.#project,
      // A process group of its own, so that workerd goes when wrangler does.
      detached: true,
      stdio: ["ignore", log, log],
      env: {
        ...process.env,
        PATH: pathWithTools,
        PREBUILT: "1",
        WRANGLER_SEND_METRICS: "false",
        // Nothing beyond loopback: no sample of `request.cf`.
        CLOUDFLARE_CF_FETCH_ENABLED: "false",
        NO_COLOR: "1",
      },
    });
    closeSync(log);
    this.#process = child;
    running.add(child);
    const ended = new Promise<never>((_, reject) => {
      child.once("error", reject);
      child.once("exit", (code) => {
        running.delete(child);
        reject(new Error(`wrangler dev ended with ${code}:\n${readFileSync(this.#log, "utf8").slice(-4_000)}`));
      });
    });
    // Also when nobody waits for the start any more.
    ended.catch(() => undefined);
    // Any answer will do: a Worker that is not set up answers 503, and that is what some suite wants to see.
    const answers = eventually(`${this.origin} answers`, () => fetch(`${this.origin}/api/health`, { signal: AbortSignal.timeout(LOOK_MS) }), START_MS);
    await Promise.race([answers, ended]);
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#process;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    signalGroup(child, signal);
    const impatience = setTimeout(() => signalGroup(child, "SIGKILL"), STOP_MS);
    await exited;
    clearTimeout(impatience);
    // Whoever of the group is left when its leader has gone.
    signalGroup(child, "SIGKILL");
  }
}

/** A project's configuration with bindings added, its paths made such that they hold from anywhere, and perhaps another main module. */
function withBindings(project: string, bindings: string, main?: string): string {
  const config = readFileSync(join(project, "wrangler.toml"), "utf8");
  const rooted = config.replace(/^(main|directory) = "(.+)"$/gm, (_, name, path) => {
    return `${name} = ${JSON.stringify(name === "main" && main !== undefined ? main : join(project, path))}`;
  });
  return `${rooted.replace(/^\[build\]\n(?:.+\n)*/m, "")}${bindings}`;
}

const running = new Set<ChildProcess>();
process.once("exit", () => running.forEach((child) => signalGroup(child, "SIGKILL")));

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, "close");
  return port;
}
