// Whether the peers declare what this Worker declares, and what it costs to say so.

import assert from "node:assert/strict";

import type { Json } from "../harness/http.ts";
import { HANDSHAKE, mcp, result } from "./callers.ts";
import type { Peer, World } from "./rows.ts";

export type Declared = Record<"here" | Peer, { wire: number; model: number }>;

/** Fails unless all of them list the same tools; gives the bytes of the list, and of what hosts hand to a model of it. */
export async function declarations({ servers, ten }: World): Promise<Declared> {
  const lists = {} as Record<"here" | Peer, Json[]>;
  for (const contestant of ["here", "typescript-sdk", "mcp-agent"] as const) {
    const [caller] = ten[contestant];
    assert.ok(caller);
    lists[contestant] = (await result(mcp(caller, HANDSHAKE, "tools/list"), servers[contestant].port)).tools;
  }
  const plain = (contestant: "here" | Peer) => JSON.parse(JSON.stringify(lists[contestant]).replaceAll(servers[contestant].origin, "")).map(essence);
  for (const peer of ["typescript-sdk", "mcp-agent"] as const) {
    assert.deepEqual(differences(plain("here"), plain(peer), "tools"), [], `${peer} declares something else`);
  }
  return Object.fromEntries(
    Object.entries(lists).map(([contestant, tools]) => {
      const seen = tools.map(({ name, description, inputSchema }) => ({ name, description, inputSchema }));
      return [contestant, { wire: Buffer.byteLength(JSON.stringify(tools)), model: Buffer.byteLength(JSON.stringify(seen)) }];
    }),
  ) as Declared;
}

/** Where two values differ, and in what. */
function differences(here: Json, there: Json, at: string): string[] {
  if (typeof here !== "object" || typeof there !== "object" || here === null || there === null) {
    return here === there ? [] : [`${at}: ${JSON.stringify(here)}, there ${JSON.stringify(there)}`];
  }
  const names = new Set([...Object.keys(here), ...Object.keys(there)]);
  return [...names].flatMap((name) => differences(here[name], there[name], `${at}.${name}`));
}

/**
 * What a tool says, without what says the same in another way: zod writes bounds that every number has, and patterns of
 * formats. Icons are not compared: version 1 of the SDK, which McpAgent runs, has no way to declare them with a tool.
 */
function essence({ name, title, description, annotations, inputSchema, outputSchema }: Json): Json {
  return { name, title, description, annotations, inputSchema: shape(inputSchema), outputSchema: shape(outputSchema) };
}

function shape(schema: Json): Json {
  const { type, properties, items, description, format, minLength, maxLength } = schema;
  const choices: Json[] | undefined = schema.oneOf ?? schema.anyOf;
  const bound = (value?: number) => (value === undefined || Math.abs(value) === Number.MAX_SAFE_INTEGER ? undefined : value);
  const kept = {
    type,
    description,
    format,
    minLength,
    maxLength,
    minimum: bound(schema.minimum),
    maximum: bound(schema.maximum),
    enum: schema.enum ?? (schema.const === undefined ? undefined : [schema.const]),
    properties: properties && Object.fromEntries(Object.entries(properties).map(([name, part]) => [name, shape(part)])),
    items: items && shape(items),
    choices: choices?.map(shape),
  };
  return Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== undefined));
}
