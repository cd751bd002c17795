// The databases of a stopped Worker's Durable Objects, as workerd keeps them: one SQLite file for each object, and beside them
// one that says when whose alarm is due.

import { createHash, createHmac } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { WORKER } from "./domain.ts";
import type { Json } from "./http.ts";

export type ObjectClass = "TodoList" | "KeyRing" | "Account" | "ClientRegistration" | "DevMailbox" | "NetworkLimit" | "McpSession";

/** Alarms are kept in nanoseconds. */
const NANOSECONDS_A_MS = 1_000_000n;

function folder(state: string, kind: ObjectClass): string {
  return join(state, "v3", "do", `${WORKER}-${kind}`);
}

/** The id of the object of that name: what `idFromName` gives in workerd (`workerd/server/actor-id-impl.c++`). */
function idOf(kind: ObjectClass, name: string): string {
  const key = createHash("sha256").update(`${WORKER}-${kind}`).digest();
  const digest = (data: string | Buffer) => createHmac("sha256", key).update(data).digest().subarray(0, 16);
  const base = digest(name);
  return Buffer.concat([base, digest(base)]).toString("hex");
}

/** Works on a database and closes it. */
export function withDatabase<T>(file: string, work: (database: DatabaseSync) => T, options: { readOnly?: boolean } = {}): T {
  const database = new DatabaseSync(file, options);
  try {
    // In milliseconds. Without it a read fails at once where the Worker is just writing.
    database.exec("PRAGMA busy_timeout = 5000");
    return work(database);
  } finally {
    database.close();
  }
}

/** One object's storage. The Worker must be stopped while it is written. */
export class StoredObject {
  readonly file: string;
  readonly #alarms: string;
  readonly #id: string;

  private constructor(state: string, kind: ObjectClass, id: string) {
    this.#id = id;
    this.file = join(folder(state, kind), `${id}.sqlite`);
    this.#alarms = join(folder(state, kind), "metadata.sqlite");
  }

  /** The object of that name, whether or not it has stored anything. */
  static named(state: string, kind: ObjectClass, name: string): StoredObject {
    return new StoredObject(state, kind, idOf(kind, name));
  }

  /** Every object of a class that has stored something. */
  static all(state: string, kind: ObjectClass): StoredObject[] {
    const files = existsSync(folder(state, kind)) ? readdirSync(folder(state, kind)) : [];
    const ids = files.flatMap((file) => /^([0-9a-f]{64})\.sqlite$/.exec(file)?.[1] ?? []);
    return ids.map((id) => new StoredObject(state, kind, id));
  }

  exists(): boolean {
    return existsSync(this.file);
  }

  run(statement: string, ...values: (string | number | bigint | null)[]): void {
    withDatabase(this.file, (database) => database.prepare(statement).run(...values));
  }

  /** Also while the Worker runs. */
  rows(query: string, ...values: (string | number)[]): Json[] {
    return withDatabase(this.file, (database) => database.prepare(query).all(...values), { readOnly: true });
  }

  /** The names of its tables, without those that the platform has for itself. */
  tables(): string[] {
    const names = this.rows("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").map(({ name }) => name as string);
    return names.filter((name) => !/^(sqlite_|_cf_|__miniflare_)/.test(name));
  }

  /** Everything that the application has stored in it, the definitions of its tables among it. */
  content(): Json {
    const definitions = this.rows("SELECT name, sql FROM sqlite_master WHERE name NOT LIKE '\\_%' ESCAPE '\\' ORDER BY name");
    return { definitions, tables: Object.fromEntries(this.tables().map((name) => [name, this.rows(`SELECT * FROM ${name}`)])) };
  }

  /** How many migrations have run; `undefined` where that is not noted. */
  get schemaVersion(): number | undefined {
    return this.tables().includes("schema_version") ? this.rows("SELECT version FROM schema_version")[0].version : undefined;
  }

  /** When its alarm is due, in ms since the epoch. */
  get alarm(): number | undefined {
    const query = "SELECT scheduled_time FROM _cf_ALARM WHERE actor_id = ?";
    return withDatabase(
      this.#alarms,
      (database) => {
        const statement = database.prepare(query);
        statement.setReadBigInts(true);
        const row = statement.get(this.#id);
        return row && Number((row["scheduled_time"] as bigint) / NANOSECONDS_A_MS);
      },
      { readOnly: true },
    );
  }

  /** Has its alarm, which must be set, due at another time. */
  set alarm(at: number) {
    const time = BigInt(at) * NANOSECONDS_A_MS;
    withDatabase(this.#alarms, (alarms) => alarms.prepare("UPDATE _cf_ALARM SET scheduled_time = ? WHERE actor_id = ?").run(time, this.#id));
    this.run("UPDATE _cf_METADATA SET value = ? WHERE key = 1", time);
  }
}
