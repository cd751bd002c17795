// Requests as bytes, and the load generator (load/) that sends them.

import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

import { root } from "../harness/paths.ts";

export const CONNECTIONS = 16;

const program = join(root, "target", "bench", "load", "release", "load");
const scratch = join(root, "target", "bench", "requests");

export type Request = { method: string; path: string; headers: Record<string, string>; body: string };

/** What one run of the generator found; times in microseconds. */
export type Found = { right: number; wrong: number; seconds: number; p50: number; p99: number; bytes: number; cpu: number; firstWrong: string };

type Run = { port: number; milliseconds: number; status: number; again: boolean; connections?: number };

export async function load(requests: Request[], { port, milliseconds, status, again, connections = CONNECTIONS }: Run): Promise<Found> {
  mkdirSync(scratch, { recursive: true });
  // Of its own, as two may run side by side.
  const file = join(scratch, randomUUID());
  writeFileSync(file, Buffer.concat(requests.map((request) => encoded(request, port))));
  const args = [`127.0.0.1:${port}`, connections, milliseconds, status, file, ...(again ? ["again"] : [])];
  try {
    const { stdout } = await promisify(execFile)(program, args.map(String));
    return JSON.parse(stdout);
  } finally {
    rmSync(file);
  }
}

/** Its length in four bytes, and the request as it is sent. */
function encoded({ method, path, headers, body }: Request, port: number): Buffer {
  const content = Buffer.from(body);
  const fields = { host: `localhost:${port}`, ...headers, ...(method === "GET" ? {} : { "content-length": content.length }) };
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n`);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(head.length + content.length);
  return Buffer.concat([length, head, content]);
}

/** Sends one request and gives what came, for a look at its content. */
export async function answerTo({ method, path, headers, body }: Request, port: number): Promise<{ status: number; text: string }> {
  const response = await fetch(`http://localhost:${port}${path}`, { method, headers, ...(method === "GET" ? {} : { body }) });
  return { status: response.status, text: await response.text() };
}
