// What is weighed: what is declared, what is uploaded, and what that is made of.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

import { root } from "../harness/paths.ts";
// @ts-expect-error: a script without types
import { RELEASES } from "../../scripts/worker.mjs";
import { composition, type Part } from "./composition.ts";
import type { Declared } from "./declared.ts";
import { kilobytes } from "./figures.ts";
import type { Peer } from "./rows.ts";

type Release = { folder: string; named: string };
const { whole, withoutProvider }: Record<"whole" | "withoutProvider", Release> = RELEASES;

const raw = ({ length }: Buffer) => length;
const gzipped = (file: Buffer) => gzipSync(file, { level: 9 }).length;

export function bytes(declared: Declared): string {
  const { sections, crates } = composition(readFileSync(join(root, whole.named)));
  return `| | this Worker | without its identity provider | TypeScript SDK | \`McpAgent\` |
|---|---|---|---|---|
${declaration("\`tools/list\`, the tools as JSON", ({ wire }) => wire, declared)}
${declaration("what of it hosts hand to a model: names, descriptions, input schemas", ({ model }) => model, declared)}
${upload("upload, raw", raw)}
${upload("upload, gzipped", gzipped)}
${line("of it WebAssembly, raw", [wasm(whole), wasm(withoutProvider)].map(raw).map(kilobytes))}
${line("of it WebAssembly, gzipped", [wasm(whole), wasm(withoutProvider)].map(gzipped).map(kilobytes))}

The peers’ uploads have neither an identity provider nor an interface for pages in them.

What this Worker’s WebAssembly is made of, before it is compressed, and its code by crate. A function belongs to the first crate in its name
that is not Rust’s own library; what was inlined belongs to whoever it was inlined into.

| | bytes | share |
|---|---|---|
${parts(sections)}

| | bytes | share of the functions |
|---|---|---|
${parts(crates)}`;
}

function line(title: string, cells: string[]): string {
  return `| ${[title, ...cells, ...Array<string>(4 - cells.length).fill("")].join(" | ")} |`;
}

function declaration(title: string, figure: (declared: Declared["here"]) => number, { here, ...peers }: Declared): string {
  const [own, ...others] = [here, peers["typescript-sdk"], peers["mcp-agent"]].map((of) => figure(of).toLocaleString("en"));
  return line(title, [own ?? "", "the same", ...others]);
}

function upload(title: string, figure: (file: Buffer) => number): string {
  const here = (release: Release) => figure(wasm(release)) + figure(readFileSync(join(root, release.folder, "index.js")));
  const there = (peer: Peer) => figure(readFileSync(join(root, "target", "bench", "peers", peer, "index.js")));
  return line(title, [here(whole), here(withoutProvider), there("typescript-sdk"), there("mcp-agent")].map(kilobytes));
}

function wasm({ folder }: Release): Buffer {
  return readFileSync(join(root, folder, "index_bg.wasm"));
}

function parts(all: Part[]): string {
  const total = all.reduce((sum, { bytes }) => sum + bytes, 0);
  const share = (bytes: number) => `${((bytes / total) * 100).toFixed(1)} %`;
  return [...all, { title: "together", bytes: total }].map(({ title, bytes }) => `| ${title} | ${bytes.toLocaleString("en")} | ${share(bytes)} |`).join("\n");
}
