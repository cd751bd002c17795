// What was found, as a table and as a picture: ratios and their spread, and what they were measured on.

import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { cpus, loadavg, release, totalmem, type } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

import { root } from "../harness/paths.ts";
import type { Declared } from "./declared.ts";
import { CONNECTIONS, type Found } from "./load.ts";
import type { Natives } from "./natives.ts";
import type { Contestant, Peer, Row } from "./rows.ts";
import type { Streams } from "./streams.ts";
import type { Starts } from "./starts.ts";

export type Round = Found & { rate: number; processorMicros: number };
export type Measured = Pick<Row, "title" | "floor" | "goals"> & { rounds: Partial<Record<Contestant, Round[]>> };

type Machine = { processors: string; memory: string; system: string; load: number };
type Everything = {
  measured: Measured[];
  starts: Starts;
  streams: Streams;
  alone: Natives;
  declared: Declared;
  started: Machine;
  ended: Machine;
  quick: boolean;
  sliceMs: number;
};

/** More than this of a processor was busy with something else when the bench began. */
const BUSY = 0.5;

export function machine(): Machine {
  const all = cpus();
  return {
    processors: `${all.length} × ${all[0]?.model ?? "?"}`,
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    system: `${type()} ${release()}`,
    load: loadavg()[0] ?? 0,
  };
}

export function write(everything: Everything): void {
  writeFileSync(join(root, "docs", "images", "bench.svg"), chart(everything.measured));
  writeFileSync(join(root, "docs", "BENCHMARKS.md"), report(everything));
  console.log(`docs/BENCHMARKS.md and docs/images/bench.svg are written.`);
}

function report({ measured, starts, streams, alone, declared, started, ended, quick, sliceMs }: Everything): string {
  const rounds = measured[0]?.rounds.here?.length ?? 0;
  const busy = started.load > BUSY ? `**The machine was busy with other work (load ${started.load.toFixed(1)} at the start, ${ended.load.toFixed(1)} at the end): take the figures for no more than a first look.** ` : "";
  return `# Benchmarks

Written by \`make bench\`; do not edit. Ratios hold better than times do: everything ran side by side, in turns, on the same machine.
How it is measured, and what is not measured yet, is told in [tests/bench/README.md](../tests/bench/README.md).

${busy}${new Date().toISOString().slice(0, 10)}, ${started.processors}, ${started.memory}, ${started.system}. ${versions()}. ${rounds} rounds of \
${sliceMs} ms for each figure${quick ? " (`QUICK=1`)" : ""}, ${CONNECTIONS} connections.

![How much of what the floor answers in a second each answers](images/bench.svg)

## Requests a second

How often as many as another: the median of the rounds (the least – the most), and after the arrow what is aimed at. “Floor” is a bare Worker
in Rust that echoes the request’s body, where the row says “object” by way of a Durable Object.

| | of the TypeScript SDK | of \`McpAgent\` | of the floor |
|---|---|---|---|
${measured.map((row) => line(row, ({ rate }) => rate, true)).join("\n")}

## Processor time

How many times as much the others’ workerd took for a request, what it did behind the answer included: more is better here too. workerd
runs a Worker on one thread, so on a machine that does nothing else this says what the table above says; on a busy one it is steadier.

| | the TypeScript SDK | \`McpAgent\` | the floor |
|---|---|---|---|
${measured.map((row) => line(row, ({ processorMicros }) => 1 / processorMicros, false)).join("\n")}

## First request after a start

| | times the bare Worker’s |
|---|---|
${firstLines(starts)}

## Idle event streams

${memory(streams)}

## The engine without a Worker

\`examples/native\` beside the same tools on the official Rust SDK, \`rmcp\`, each under hyper on one thread.

| | of \`rmcp\` |
|---|---|
${alone.map(({ title, engine, sdk }) => `| ${title} | ${spread(engine.map((rate, round) => rate / (sdk[round] ?? 1)))} → 1.5 |`).join("\n")}

## Bytes

| | this Worker | TypeScript SDK | \`McpAgent\` |
|---|---|---|---|
${bytes("\`tools/list\`, the tools as JSON", ({ wire }) => wire, declared)}
${bytes("what of it hosts hand to a model: names, descriptions, input schemas", ({ model }) => model, declared)}
${upload("upload, raw", ({ length }) => length)}
${upload("upload, gzipped", (file) => gzipSync(file, { level: 9 }).length)}

Of this Worker’s upload ${kilobytes(wasm().length)} are WebAssembly (${kilobytes(gzipSync(wasm(), { level: 9 }).length)} gzipped). The peers’ uploads have neither
an identity provider nor an interface for pages in them.
`;
}

function line({ title, floor, goals, rounds }: Measured, figure: (round: Round) => number, withGoals: boolean): string {
  const against = (other: Contestant, goal: number | undefined) => {
    const ratios = ratiosOf(rounds, other, figure);
    return ratios === undefined ? "" : `${spread(ratios)}${goal === undefined || !withGoals ? "" : ` → ${goal}`}`;
  };
  const cells = [
    against("typescript-sdk", goals["typescript-sdk"]),
    against("mcp-agent", goals["mcp-agent"]),
    `${against(floor, goals.floor)}${floor === "hop" ? ", object" : ""}`,
  ];
  return `| ${title} | ${cells.join(" | ")} |`;
}

/** This Worker’s figure of each round, or another contestant’s, divided by the other’s of the same round. */
function ratiosOf(rounds: Measured["rounds"], other: Contestant, figure: (round: Round) => number, of: Contestant = "here"): number[] | undefined {
  return rounds[other]?.flatMap((round, index) => {
    const own = rounds[of]?.[index];
    return own === undefined ? [] : [figure(own) / figure(round)];
  });
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function spread(values: number[]): string {
  const digits = (value: number) => value.toFixed(value < 10 ? 2 : 1);
  return `**${digits(median(values))}** (${digits(Math.min(...values))} – ${digits(Math.max(...values))})`;
}

function memory(streams: Streams): string {
  const [here, agent] = streams;
  if (here === undefined || agent === undefined) return "Not measured.";
  const left = ({ left }: Streams[number]) => (left === undefined ? "not measured" : `${(left / 1e6).toFixed(1)} MB`);
  return `With ${here.count} open, one takes **${(here.each / agent.each).toFixed(2)}** (→ 0.35) of what one takes with \`McpAgent\`. Left after all of their clients
vanished: ${left(here)} (→ 5 MB), with \`McpAgent\` ${left(agent)}. V8 gives back memory when it likes: take this for an order of magnitude.`;
}

function firstLines(starts: Starts): string {
  const floor = starts[0]?.millis ?? [];
  return starts
    .map(({ title, millis }, index) => (index === 0 ? `| ${title} | 1 |` : `| ${title} | ${spread(millis.map((value, round) => value / (floor[round] ?? 1)))} |`))
    .join("\n");
}

function bytes(title: string, figure: (declared: Declared["here"]) => number, { here, ...peers }: Declared): string {
  return `| ${[title, here, peers["typescript-sdk"], peers["mcp-agent"]].map((of) => (typeof of === "string" ? of : figure(of).toLocaleString("en"))).join(" | ")} |`;
}

function upload(title: string, figure: (file: Buffer) => number): string {
  const script = (peer: Peer) => readFileSync(join(root, "target", "bench", "peers", peer, "index.js"));
  const here = figure(wasm()) + figure(readFileSync(join(root, "build", "index.js")));
  return `| ${[title, ...[here, figure(script("typescript-sdk")), figure(script("mcp-agent"))].map(kilobytes)].join(" | ")} |`;
}

function wasm(): Buffer {
  return readFileSync(join(root, "build", "index_bg.wasm"));
}

function kilobytes(count: number): string {
  return `${Math.round(count / 1_000).toLocaleString("en")} KB`;
}

function versions(): string {
  const of = (folder: string, name: string) => {
    // Where a package does not show its manifest, it lies beside what it does show.
    const file = join(folder, "node_modules", name, "package.json");
    return `${name} ${JSON.parse(readFileSync(file, "utf8")).version}`;
  };
  const bench = join(root, "tests", "bench");
  const peers = ["@modelcontextprotocol/server", "@modelcontextprotocol/sdk", "agents", "jose"].map((name) => of(bench, name));
  const rust = execFileSync("rustc", ["--version"], { encoding: "utf8" }).split(" ").slice(0, 2).join(" ");
  const commit = execFileSync("git", ["rev-parse", "--short", "HEAD"], { cwd: root, encoding: "utf8" }).trim();
  return [`Commit ${commit}`, of(root, "workerd"), rust, ...peers].join(", ");
}

const COLOURS: [Contestant, string, string][] = [
  ["here", "#2f6fde", "this Worker"],
  ["typescript-sdk", "#c26a1c", "TypeScript SDK"],
  ["mcp-agent", "#8a8f98", "McpAgent"],
];

/** A bar for each contestant in each row that has a peer: how much of what the floor answers in a second, which is the line, it answers. */
function chart(measured: Measured[]): string {
  const rows = measured.filter(({ rounds }) => rounds["typescript-sdk"] !== undefined);
  const [width, left, top, bar, gap] = [860, 380, 44, 9, 14];
  const floor = 440;
  const height = top + rows.length * (3 * bar + gap) + 10;
  const parts = rows.flatMap((row, index) => {
    const y = top + index * (3 * bar + gap);
    const bars = COLOURS.flatMap(([contestant, colour], place) => {
      const shares = row.rounds[contestant] && ratiosOf(row.rounds, row.floor, ({ rate }) => rate, contestant);
      if (shares === undefined) return [];
      const length = Math.min(median(shares) * floor, width - left);
      return [`<rect x="${left}" y="${y + place * bar}" width="${length.toFixed(1)}" height="${bar - 1}" fill="${colour}"/>`];
    });
    return [`<text x="${left - 8}" y="${y + 2 * bar}" text-anchor="end">${row.title.replaceAll("`", "")}</text>`, ...bars];
  });
  const keys = COLOURS.map(([, colour, name], index) => `<rect x="${left + index * 115}" y="14" width="10" height="10" fill="${colour}"/><text x="${left + 15 + index * 115}" y="23">${name}</text>`);
  const line = `<line x1="${left + floor}" x2="${left + floor}" y1="30" y2="${height - 8}" class="floor"/><text x="${left + floor}" y="23" text-anchor="middle">the floor</text>`;
  const style = "text{font:12px system-ui,sans-serif;fill:#1b1f24}.floor{stroke:#1b1f24;stroke-width:2}@media(prefers-color-scheme:dark){text{fill:#e6e9ee}.floor{stroke:#e6e9ee}}";
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="Requests a second, as shares of the floor’s"><style>${style}</style>${[...keys, line, ...parts].join("")}</svg>\n`;
}
