// The page's types of the REST interface, from the document that the Worker serves at /api/openapi.json. The suite `openapi`
// fails when they are not in step. (openapi-typescript would do this, but needs TypeScript 5's compiler interface.)
//
//   node scripts/api-types.ts [http://localhost:3000]

import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

type Schema = {
  $ref?: string;
  type?: string | string[];
  const?: unknown;
  enum?: unknown[];
  oneOf?: Schema[];
  anyOf?: Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  description?: string;
};

export const FILE = fileURLToPath(new URL("../frontend/src/api/schema.ts", import.meta.url));

/** A TypeScript module with a type for each schema of the document. */
export function typesOf(document: { components: { schemas: Record<string, Schema> } }): string {
  const types = Object.entries(document.components.schemas)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, schema]) => `${comment(schema, "")}export type ${name} = ${typeOf(schema, "")};\n`);
  return `// Written by scripts/api-types.ts from /api/openapi.json. Do not edit.\n\n${types.join("\n")}`;
}

function typeOf(schema: Schema, indent: string): string {
  if (schema.$ref) return schema.$ref.split("/").at(-1) ?? "unknown";
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  const choices = schema.oneOf ?? schema.anyOf;
  if (choices) return choices.map((choice) => typeOf(choice, indent)).join(" | ");
  const types = [schema.type ?? "unknown"].flat();
  return types.map((type) => oneType(type, schema, indent)).join(" | ");
}

function oneType(type: string, schema: Schema, indent: string): string {
  switch (type) {
    case "integer":
      return "number";
    case "array":
      return `Array<${typeOf(schema.items ?? {}, indent)}>`;
    case "object":
      return objectOf(schema, indent);
    default:
      return type;
  }
}

function objectOf({ properties = {}, required = [] }: Schema, indent: string): string {
  const inner = `${indent}  `;
  const members = Object.entries(properties).map(([name, schema]) => {
    const optional = required.includes(name) ? "" : "?";
    return `${comment(schema, inner)}${inner}${name}${optional}: ${typeOf(schema, inner)};\n`;
  });
  return `{\n${members.join("")}${indent}}`;
}

function comment({ description }: Schema, indent: string): string {
  return description === undefined ? "" : `${indent}/** ${description.replaceAll(/\s+/g, " ")} */\n`;
}

if (import.meta.main) {
  const origin = process.argv[2] ?? "http://localhost:3000";
  const answer = await fetch(`${origin}/api/openapi.json`);
  if (!answer.ok) throw new Error(`${origin} answered ${answer.status}`);
  writeFileSync(FILE, typesOf((await answer.json()) as Parameters<typeof typesOf>[0]));
  console.log(`Wrote ${FILE}`);
}
