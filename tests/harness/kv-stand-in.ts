// A stand-in for the Workers KV namespace, which fails in every way that KV can, and counts.
//
// It keeps keys, values and metadata in the process of the suite, so that they outlive a Worker that is killed, and serves them on
// the loopback. A Worker that is started with it (`Worker.start({ kv })`) has kv-stand-in-worker.js around its own code, which puts an
// object in place of the binding `TODOS` that asks here. The Worker's code is the built one, and cannot tell.
//
// How it behaves is a list of rules, the first that fits an operation holds; without a rule it works, at once. Over HTTP, for what is
// not a suite: `PUT /rules` with them as JSON, `PUT /stale` with `true` or `false`, `GET /counts?startingWith=…`.

import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json as readJson } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";

import { keysOf } from "./domain.ts";
import type { Json } from "./http.ts";

/** `bulk` is a `get` of many keys: one operation for the limits of an invocation. */
export type Operation = "get" | "bulk" | "put" | "delete" | "list";

export type Rule = {
  /** Which operations; all of them unless told. */
  operations?: Operation[];
  /** Only of keys, or lists of prefixes, that start with this. */
  startingWith?: string;
  /** Only of lists that go on where a page ended. */
  laterPages?: boolean;
  /** How often it holds; without end unless told. */
  times?: number;
  /** How long it takes, in ms, before anything is done. */
  delay?: number;
  /** The status it answers without doing anything: 429 is KV's throttling, 500 and 503 are outages. */
  refuse?: number;
  /** The status it answers although it has done it. */
  doubt?: number;
  /** It answers reads of values as if they were not there, though their keys are listed. */
  hide?: boolean;
};

type Entry = { value: string; metadata: Json };
type Asked = { operation: Operation; key?: string; keys?: string[]; value?: string; metadata?: Json; prefix?: string; limit?: number; cursor?: string };
type Answered = { status: number; result?: Json };

/** How many operations of each kind. */
export type Counts = Record<Operation, number>;

/** One operation that was asked for: of which key or prefix, when (ms since the epoch), and what it was answered. */
export type Noted = { operation: Operation; of: string; at: number; status: number };

const PAGE = 1_000;
const MAX_KEY_BYTES = 512;
const MAX_METADATA_BYTES = 1_024;
const MAX_BULK_KEYS = 100;
const SECOND_MS = 1_000;

/** A todo that nothing but KV knows of. */
export const onlyInKv = (index: number) => ({
  id: `01JD000000${String(index).padStart(16, "0")}`,
  text: `of KV alone ${index}`,
  completed: false,
  createdAt: "2026-11-01T00:00:00.000Z",
  version: 0,
});

export class KvStandIn {
  readonly url: string;
  /** What is stored: what a read shows, unless reads are stale. */
  readonly entries = new Map<string, Entry>();
  /** Whether a second write of a key within a second is refused with 429, as Cloudflare does. */
  oneWriteASecond = false;
  readonly #server: Server;
  #rules: Rule[] = [];
  #shown: Map<string, Entry> | undefined;
  /** Every operation that was asked for, those among them that were refused. */
  readonly noted: Noted[] = [];
  readonly #written = new Map<string, number>();

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on("request", (request, response) => void this.#serve(request, response));
  }

  static async start(): Promise<KvStandIn> {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    return new KvStandIn(server);
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  /** From now on it behaves like this, and no longer as it was told before. */
  behave(...rules: Rule[]): void {
    this.#rules = rules.map((rule) => ({ ...rule }));
  }

  /** Reads show what is stored now, whatever is written later, until told otherwise. */
  set stale(stale: boolean) {
    this.#shown = stale ? new Map(this.entries) : undefined;
  }

  /** How many operations there were, of keys or prefixes that start with this, since so many were noted. */
  counts(startingWith = "", since = 0): Counts {
    const counts: Counts = { get: 0, bulk: 0, put: 0, delete: 0, list: 0 };
    for (const { operation, of } of this.noted.slice(since)) if (of.startsWith(startingWith)) counts[operation] += 1;
    return counts;
  }

  /** The todos of a user as they are stored, by id. */
  todos(userId: string): Map<string, Json> {
    const prefix = keysOf(userId);
    const own = [...this.entries].filter(([key]) => key.startsWith(prefix));
    return new Map(own.map(([key, { value }]) => [key.slice(prefix.length), JSON.parse(value)]));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { status, result } = await this.#answer(request).catch((error: Error): Answered => ({ status: 400, result: error.message }));
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(result ?? null));
  }

  async #answer(request: IncomingMessage): Promise<Answered> {
    const body: Json = request.method === "GET" ? undefined : await readJson(request);
    const { pathname, searchParams } = new URL(request.url ?? "/", this.url);
    switch (`${request.method} ${pathname}`) {
      case "POST /":
        return this.#operate(body);
      case "PUT /rules":
        this.behave(...body);
        return { status: 200 };
      case "PUT /stale":
        this.stale = body;
        return { status: 200 };
      case "GET /counts":
        return { status: 200, result: this.counts(searchParams.get("startingWith") ?? "") };
      default:
        return { status: 404 };
    }
  }

  async #operate(asked: Asked): Promise<Answered> {
    const noted = { operation: asked.operation, of: named(asked), at: Date.now(), status: 0 };
    this.noted.push(noted);
    const answered = await this.#ruled(asked);
    noted.status = answered.status;
    return answered;
  }

  async #ruled(asked: Asked): Promise<Answered> {
    const rule = this.#rules.find((rule) => fits(rule, asked));
    if (rule?.times !== undefined) rule.times -= 1;
    if (rule?.delay !== undefined) await pause(rule.delay);
    if (rule?.refuse !== undefined) return { status: rule.refuse };
    const answered = this.#done(asked);
    if (rule?.hide && asked.operation === "get") return { status: 200 };
    if (rule?.hide && asked.operation === "bulk") return { status: 200, result: asked.keys?.map((key) => [key, null]) };
    return rule?.doubt === undefined ? answered : { status: rule.doubt };
  }

  #done({ operation, key = "", keys = [], value = "", metadata = null, prefix = "", limit = PAGE, cursor }: Asked): Answered {
    const shown = this.#shown ?? this.entries;
    if (Buffer.byteLength(key) > MAX_KEY_BYTES) return { status: 414 };
    if (operation === "put" || operation === "delete") {
      if (this.oneWriteASecond && Date.now() - (this.#written.get(key) ?? 0) < SECOND_MS) return { status: 429 };
      if (metadata !== null && Buffer.byteLength(JSON.stringify(metadata)) > MAX_METADATA_BYTES) return { status: 413 };
      this.#written.set(key, Date.now());
      if (operation === "put") this.entries.set(key, { value, metadata });
      else this.entries.delete(key);
      return { status: 200 };
    }
    if (operation === "get") return { status: 200, result: shown.get(key) ?? null };
    if (operation === "bulk") {
      if (keys.length < 1 || keys.length > MAX_BULK_KEYS) return { status: 400 };
      return { status: 200, result: keys.map((key) => [key, shown.get(key) ?? null]) };
    }
    const after = cursor === undefined ? "" : Buffer.from(cursor, "base64url").toString();
    const names = [...shown.keys()].filter((name) => name.startsWith(prefix) && name > after).sort();
    const page = names.slice(0, Math.min(limit, PAGE));
    const rest = names.length > page.length && { cursor: Buffer.from(page.at(-1) ?? "").toString("base64url") };
    const listed = page.map((name) => ({ name, ...(shown.get(name)?.metadata && { metadata: shown.get(name)?.metadata }) }));
    return { status: 200, result: { keys: listed, list_complete: !rest, ...rest, cacheStatus: null } };
  }
}

function named({ key, keys, prefix }: Asked): string {
  return key ?? keys?.[0] ?? prefix ?? "";
}

function fits({ operations, startingWith, laterPages, times }: Rule, asked: Asked): boolean {
  return (
    (operations?.includes(asked.operation) ?? true) &&
    named(asked).startsWith(startingWith ?? "") &&
    (laterPages !== true || asked.cursor !== undefined) &&
    (times ?? 1) > 0
  );
}

/** The source of a Worker that is `main`, with the stand-in in place of its binding `TODOS`. */
export function withStandIn(main: string, classes: string[], url: string): string {
  const names = classes.map((name) => `export const ${name} = around(built.${name});`);
  const wrapper = JSON.stringify(new URL("kv-stand-in-worker.js", import.meta.url).pathname);
  return `import * as built from ${JSON.stringify(main)};
import { around as aroundWith } from ${wrapper};

const around = (exported) => aroundWith(exported, ${JSON.stringify(url)});

export default around(built.default);
${names.join("\n")}
`;
}
