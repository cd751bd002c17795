// What was found, as a table and as a picture: ratios and their spread, and what they were measured on.

import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { cpus, release, totalmem, type } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { root } from "../harness/paths.ts";
import { bytes } from "./bytes.ts";
import { chart } from "./chart.ts";
import type { Declared } from "./declared.ts";
import type { Delays } from "./delays.ts";
import { median, ratios, spread, TOO_SMALL } from "./figures.ts";
import { CONNECTIONS } from "./load.ts";
import type { Natives } from "./natives.ts";
import type { Neighbours } from "./neighbours.ts";
import { ratiosOf, type Measured, type Round } from "./rounds.ts";
import type { Contestant } from "./rows.ts";
import type { Kind, Streams } from "./streams.ts";
import type { Starts } from "./starts.ts";

/** `busy`: how many processors were at work with something else. */
type Machine = { processors: string; memory: string; system: string; busy: number };
type Everything = {
  measured: Measured[];
  starts: Starts;
  streams: Streams;
  beside: Neighbours;
  heard: Delays;
  alone: Natives;
  declared: Declared;
  started: Machine;
  ended: Machine;
  quick: boolean;
  sliceMs: number;
};

/** With more of a processor than this at work for something else, what is measured is no more than a first look. */
const BUSY = 0.5;
/** How long the machine is looked at, while the bench does nothing. Its load average would be that of what was built before. */
const LOOK_MS = 5_000;

export async function machine(): Promise<Machine> {
  const all = cpus();
  const before = performance.now();
  await sleep(LOOK_MS);
  return {
    processors: `${all.length} × ${all[0]?.model ?? "?"}`,
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    system: `${type()} ${release()}`,
    busy: (worked(cpus()) - worked(all)) / (performance.now() - before),
  };
}

/** How long the processors have worked since the machine started, in milliseconds. */
function worked(processors: ReturnType<typeof cpus>): number {
  return processors.reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0);
}

export function write(everything: Everything): void {
  // Both are made before either is written, so that they are of one run.
  const [text, picture] = [report(everything), chart(everything.measured)];
  writeFileSync(join(root, "docs", "BENCHMARKS.md"), text);
  writeFileSync(join(root, "docs", "images", "bench.svg"), picture);
  console.log(`docs/BENCHMARKS.md and docs/images/bench.svg are written.`);
}

function report({ measured, starts, streams, beside, heard, alone, declared, started, ended, quick, sliceMs }: Everything): string {
  const rounds = measured[0]?.rounds.here?.length ?? 0;
  const wasBusy = Math.max(started.busy, ended.busy) > BUSY;
  const busy = wasBusy ? `**The machine was busy with other work (${started.busy.toFixed(1)} of its processors at the start, ${ended.busy.toFixed(1)} at the end): take the figures for no more than a first look.** ` : "";
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

## What a change takes at the least

The floor with an object does nothing but echo. Beside it stand one that writes a row of SQLite before it answers, in an object for each person, and one
that besides writes a value to KV behind its answer, both through the platform crate. That much any Worker has to do for a change that it keeps;
where a todo changes several times a second, this one writes it to KV once in three seconds.

| | the least | of the floor that only echoes | this Worker, of the least |
|---|---|---|---|
${measured.flatMap((row) => leastLine(row) ?? []).join("\n")}

## First request after a start

| | times the bare Worker’s |
|---|---|
${firstLines(starts)}

## Idle event streams

${memory(streams)}

## Beside somebody who writes

How many times as long as on an idle Worker one person’s \`listTodos\` of 10 takes, one call at a time, while somebody else does what the
row says: medians, compared within a round. Then the median of the writer’s own answers.

| somebody else … | times the idle median | their own answer |
|---|---|---|
${beside.map(neighbourLine).join("\n")}

## From one agent to another

From sending a \`createTodo\` until another agent of the same person has heard of it on its stream, and how many times as long that is as until
the \`createTodo\` itself is answered.

| heard on | median | times the answer |
|---|---|---|
${heard.map(delayLine).join("\n")}

## The engine without a Worker

\`examples/native\` beside the same tools on the official Rust SDK, \`rmcp\`, each under hyper on one thread.

| | of \`rmcp\` |
|---|---|
${alone.map(({ title, engine, sdk }) => `| ${title} | ${spread(ratios(engine, sdk))} → 1.5 |`).join("\n")}

## Bytes

${bytes(declared)}
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

function neighbourLine({ title, goal, idle, beside, own }: Neighbours[number]): string {
  return `| ${title} | ${spread(ratios(beside, idle))}${goal === undefined ? "" : ` → ${goal}`} | ${(median(own) / 1_000).toFixed(1)} ms |`;
}

const LEAST = { store: "a row written", copy: "and a value in KV" };

function leastLine({ title, floor, least, rounds }: Measured): string | undefined {
  if (least === undefined) return undefined;
  const [platform, own] = [ratiosOf(rounds, floor, ({ rate }) => rate, least), ratiosOf(rounds, least, ({ rate }) => rate)];
  return `| ${title} | ${LEAST[least]} | ${platform ? spread(platform) : ""} | ${own ? spread(own) : ""} |`;
}

function delayLine({ title, heard, answered }: Delays[number]): string {
  return `| ${title} | ${median(heard).toFixed(1)} ms | ${spread(ratios(heard, answered))} |`;
}

function memory(streams: Streams): string {
  const { session, listening, agent, bare, withObject } = streams;
  const own = [session, listening];
  const line = (title: string, of: (one: Streams[Kind]) => string) => `| ${title} | ${[...own, agent, bare, withObject].map(of).join(" | ")} |`;
  const aimed = (one: Streams[Kind], figure: string, goal: string) => (own.includes(one) ? `${figure} → ${goal}` : figure);
  const share = ({ each }: Streams[Kind]) => (each === undefined || agent.each === undefined ? TOO_SMALL : `**${(each / agent.each).toFixed(2)}**`);
  const each = ({ each }: Streams[Kind]) => (each === undefined ? TOO_SMALL : `${(each / 1e3).toFixed(0)} KB`);
  const left = ({ left }: Streams[Kind]) => (left === undefined ? "not measured" : `${(Math.max(left, 0) / 1e6).toFixed(1)} MB`);
  const again = ({ again }: Streams[Kind]) => again?.toFixed(2) ?? "not measured";
  return `With ${session.count} open: those of sessions (2025-11-25), each with an object of its own; those of \`subscriptions/listen\` (2026-07-28), which
need no session; and those of \`McpAgent\`, of sessions too. Beside them what the platform takes at the least: a bare Worker’s stream on
which nothing comes, alone and with a hibernatable WebSocket to an object of its own.

| | sessions’ | \`subscriptions/listen\` | \`McpAgent\` | a bare Worker’s | with an object |
|---|---|---|---|---|---|
${line("memory of one stream", each)}
${line("of \`McpAgent\`’s", (one) => (one === agent ? "1" : aimed(one, share(one), "0.35")))}
${line("left after all of their clients vanished", (one) => aimed(one, left(one), "5 MB"))}
${line("memory with as many opened after them, times that with the first", again)}

V8 gives back memory when it likes: take this for an order of magnitude. What it holds it has for the next ones. Were something kept of each
stream that has vanished, the last row would say 2.`;
}

function firstLines(starts: Starts): string {
  const floor = starts[0]?.millis ?? [];
  return starts.map(({ title, millis }, index) => `| ${title} | ${index === 0 ? "1" : spread(ratios(millis, floor))} |`).join("\n");
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
