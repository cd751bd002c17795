// Storage that an earlier release has left behind (tests/fixtures/make-storage.ts), made fit to be served now.
//
// Its times are those of the day it was made, and sessions, grants and registrations end. So every time in it is moved by
// the same amount: it was made as long ago as a test says, whatever the calendar says. What counts as a time is any whole number
// between 2023 and 2030 in seconds, milliseconds or nanoseconds, in a column of its own or in JSON; times in words (RFC 3339)
// only tell people when something was, and stay. The origin is another as well, since each instance has a port of its own.
//
// Two things cannot be moved. What was signed or sealed says itself when it ends: access tokens are not used, and `resealed`
// gives a session id another end, with the key of the deployment. An authorization code lives for a minute, which may be less than
// it takes to start: those that were not used are given an hour.

import { execFileSync } from "node:child_process";
import { createHmac } from "node:crypto";
import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { DatabaseSync } from "node:sqlite";

import type { Json } from "./http.ts";
import { StoredObject, withDatabase } from "./objects.ts";
import { root } from "./paths.ts";

/** Bounds of what is a time, in seconds: 2023-11-14 and 2030-03-17. */
const [FIRST, LAST] = [1_700_000_000, 1_900_000_000];

/** How many of each unit a second has. */
const UNITS = [1n, 1_000n, 1_000_000_000n];

const HOUR = 3_600;

/** Puts the storage of a release where workerd will look for it, made `age` seconds ago. Gives what is known of it. */
export function unpack(version: string, age: number, state: string, origin: string): Json {
  execFileSync("tar", ["-xzf", join(root, "tests", "fixtures", `storage-${version}.tar.gz`), "-C", state]);
  const known: Json = JSON.parse(readFileSync(join(state, "known.json"), "utf8"));
  const seconds = Math.round(Date.now() / 1_000 - age - known.madeAt / 1_000);
  for (const file of globSync(join(state, "v3", "do", "**", "*.sqlite"))) {
    withDatabase(file, (database) => {
      move(database, seconds, (text) => text.replaceAll(known.origin, origin));
      if (basename(join(file, "..")).endsWith("-Account") && basename(file) !== "metadata.sqlite") prolongCodes(database);
    });
  }
  return known;
}

function move(database: DatabaseSync, seconds: number, moved: (text: string) => string): void {
  const isTime = (number: number) => number >= FIRST && number <= LAST;
  const inText = (text: string) =>
    moved(text).replace(/(?<![\w.-])\d{10}(\d{3})?(?![\w.-])/g, (digits, ms: string | undefined) => {
      const [time, unit] = ms === undefined ? [Number(digits), 1] : [Number(digits) / 1_000, 1_000];
      return isTime(time) ? String(Number(digits) + seconds * unit) : digits;
    });
  database.function("moved", (text) => inText(String(text)));
  const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB 'sqlite_*'").all();
  for (const { name: table } of tables) {
    for (const { name: column } of database.prepare(`SELECT name FROM pragma_table_info('${table}')`).all()) {
      for (const unit of UNITS) {
        const bounds = `typeof("${column}") = 'integer' AND "${column}" BETWEEN ${BigInt(FIRST) * unit} AND ${BigInt(LAST) * unit}`;
        // Moved once: what is in bounds in one unit is out of them in every other.
        database.exec(`UPDATE ${table} SET "${column}" = "${column}" + ${BigInt(seconds) * unit} WHERE ${bounds}`);
      }
      database.exec(`UPDATE ${table} SET "${column}" = moved("${column}") WHERE typeof("${column}") = 'text'`);
    }
  }
}

function prolongCodes(database: DatabaseSync): void {
  const later = `json_extract(stands_for, '$.expires_at') + ${HOUR}`;
  const unused = "json_extract(stands_for, '$.redeemed') = 0";
  database.exec(`UPDATE grants SET expires_at = expires_at + ${HOUR} WHERE grant_id IN (SELECT grant_id FROM codes WHERE ${unused})`);
  database.exec(`UPDATE codes SET stands_for = json_set(stands_for, '$.expires_at', ${later}) WHERE ${unused}`);
}

/** What a session's id says (`crates/mcp/src/handler/session.rs`). */
export function sealed(id: string): Json {
  return JSON.parse(Buffer.from(id.split(".")[0] ?? "", "base64url").toString());
}

/** The id of a session that says this, good for another hour. The key of the deployment is in its storage. */
export function seal(state: string, content: Json): string {
  const [{ secret }] = StoredObject.named(state, "KeyRing", "deployment").rows("SELECT secret FROM root");
  const purpose = Buffer.from("mcp");
  const length = Buffer.alloc(8);
  length.writeBigUInt64BE(BigInt(purpose.length));
  const key = createHmac("sha256", Buffer.from(secret, "base64url")).update(length).update(purpose).digest();
  const text = Buffer.from(JSON.stringify({ ...content, e: Math.round(Date.now() / 1_000) + HOUR }));
  const tag = createHmac("sha256", key).update("Mcp-Session-Id\0").update(text).digest();
  return `${text.toString("base64url")}.${tag.toString("base64url")}`;
}

/** The same session's id, good for another hour. */
export function resealed(state: string, id: string): string {
  return seal(state, sealed(id));
}
