// The first request after a start: the isolate is there, and nobody has asked it for anything yet.

import { mcp, HANDSHAKE, type Caller } from "./callers.ts";
import { load, type Request } from "./load.ts";
import { ofFloor, type Peer, type World } from "./rows.ts";
import { Server, type Options } from "./servers.ts";

/** Milliseconds of each round, by what was asked. */
export type Starts = { title: string; millis: number[] }[];

export async function firstRequests(options: Record<"here" | Peer | "echo", Options>, { ten }: World, rounds: number): Promise<Starts> {
  const get = (path: string): Request => ({ method: "GET", path, headers: {}, body: "" });
  const list = (caller?: Caller) => mcp(caller!, HANDSHAKE, "tools/list");
  const asked = [
    { title: "a bare Worker in Rust: echo", of: "echo", request: ofFloor("echo", list(ten.here[0])) },
    { title: "this Worker: `/api/health`", of: "here", request: get("/api/health") },
    { title: "this Worker: metadata", of: "here", request: get("/.well-known/oauth-protected-resource/mcp") },
    { title: "this Worker: `tools/list`", of: "here", request: list(ten.here[0]) },
    { title: "TypeScript SDK: `tools/list`", of: "typescript-sdk", request: list(ten["typescript-sdk"][0]) },
    { title: "`McpAgent`: `tools/list`", of: "mcp-agent", request: list(ten["mcp-agent"][0]) },
  ] as const;
  const millis = new Map<string, number[]>(asked.map(({ title }) => [title, []]));
  for (let index = 0; index < rounds; index++) {
    for (const { title, of, request } of asked) {
      const server = await Server.start(options[of]);
      try {
        const found = await load([request], { port: server.port, milliseconds: 10_000, status: 200, again: false, connections: 1 });
        if (found.right !== 1) throw new Error(`${title}: ${found.firstWrong}`);
        millis.get(title)?.push(found.p50 / 1_000);
      } finally {
        await server.stop();
      }
    }
  }
  return [...millis].map(([title, millis]) => ({ title, millis }));
}
