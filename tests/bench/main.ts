// The bench: every row against every contestant, round after round, each round with all of them so that what else the machine does
// hits all alike. What it found is written to docs/BENCHMARKS.md and docs/images/bench.svg.
//
//   node tests/bench/main.ts [--quick]      (after everything has been built: scripts/bench.mjs)

import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { WORKER } from "../harness/domain.ts";
import { root } from "../harness/paths.ts";
import { addMany, addTen, atPeer, Issuer } from "./callers.ts";
import { declarations } from "./declared.ts";
import { delays } from "./delays.ts";
import { answerTo, load } from "./load.ts";
import { natives } from "./natives.ts";
import { neighbours } from "./neighbours.ts";
import { machine, write } from "./report.ts";
import type { Measured, Round } from "./rounds.ts";
import { CONTESTANTS, ofFloor, PEOPLE, people, rows, type Contestant, type Peer, type Row, type World } from "./rows.ts";
import { Server, type Options } from "./servers.ts";
import { idleStreams } from "./streams.ts";
import { firstRequests } from "./starts.ts";

const quick = process.argv.includes("--quick");
const ROUNDS = 5;
const SLICE_MS = quick ? 200 : 2_000;
/** A neighbour’s calls, one at a time beside 64, are few in a shorter time. */
const LEAST_BESIDE_MS = 500;
const GROWING = 8;
/** Lists longer than ten. Ten thousand take a minute to make, and as long to settle. */
const MANY = quick ? [1_000] : [1_000, 10_000];
/** A turn with fewer right answers than this says nothing; it is taken again, as often as this. */
const [FEWEST, TRIES] = [16, 5];
const PREPARATION_MS = 30_000;
/** What lets people and agents in without a mail server; `.env`, which is not deployed, also has every answer say what was asked for it. */
const VARIABLES = { SHOW_LOGIN_CODES: "on", LOOPBACK_CLIENTS: "on", SERVER_TIMING: "off" };
/** Wrong answers that are no accident of the machine. */
const MOST_WRONG = 0.001;

/** Storage is kept in memory where the system has such a place: a disk’s time to sync says nothing of a Worker at Cloudflare. */
const state = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "todo-service-bench-"));
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    rmSync(state, { recursive: true, force: true });
    process.exit(1);
  });
}
const started = await machine();
const issuer = await Issuer.start();
const options = placed();
const servers = {} as Record<Contestant, Server>;
let failed = 0;
try {
  for (const peer of ["here", "typescript-sdk", "mcp-agent", "echo"] as const) servers[peer] = await Server.start(options[peer]);
  servers.hop = servers.store = servers.copy = servers.echo;
  say("Logging people in, and giving them todos …");
  const world = await settled();
  const declared = await declarations(world);
  const measured: Measured[] = [];
  for (const row of rows(MANY)) measured.push(await measure(row, world));
  say("One person beside another who writes …");
  const beside = await neighbours(world, options.here.state, ROUNDS, Math.max(SLICE_MS, LEAST_BESIDE_MS));
  say("Changes on their way from one agent to another …");
  const heard = await delays(world, ROUNDS, quick ? 10 : 50);
  for (const server of new Set(Object.values(servers))) await server.stop();
  say("Idle event streams …");
  const streams = await idleStreams(options, issuer, quick ? 160 : 992, !quick);
  say("First requests after a start …");
  const starts = await firstRequests(options, world, ROUNDS);
  say("The engine without a Worker …");
  const alone = await natives(options.echo.port + 1, ROUNDS, SLICE_MS);
  write({ measured, starts, streams, beside, heard, alone, declared, started, ended: await machine(), quick, sliceMs: SLICE_MS });
} finally {
  for (const server of new Set(Object.values(servers))) await server.stop().catch(() => undefined);
  issuer.stop();
  rmSync(state, { recursive: true, force: true });
}
process.exitCode = failed > 0 ? 1 : 0;

/** Where each is, and what it needs to know. The ports stay, as the issuer in a token is an address. */
function placed(): Record<"here" | Peer | "echo", Options> {
  const first = 18_100 + (process.pid % 1_000) * 8;
  const peers = join(root, "tests", "bench", "peers");
  const built = join(root, "target", "bench", "peers");
  const of = (name: string, index: number, config: string, main: string, variables: (port: number) => Record<string, string>): Options => {
    const port = first + index;
    mkdirSync(join(state, name));
    return { name, config, main, port, state: join(state, name), variables: variables(port) };
  };
  const trusting = (port: number) => ({ ISSUER: issuer.origin, AUDIENCE: issuer.audience, ORIGIN: `http://localhost:${port}` });
  const peer = (name: Peer, index: number) => of(name, index, join(peers, name, "wrangler.toml"), join(built, name, "index.js"), trusting);
  const floor = join(root, "tests", "bench", "floor");
  return {
    here: of(WORKER, 0, join(root, "wrangler.toml"), join(root, "build", "index.js"), () => VARIABLES),
    "typescript-sdk": peer("typescript-sdk", 1),
    "mcp-agent": peer("mcp-agent", 2),
    echo: of("echo", 3, join(floor, "wrangler.toml"), join(floor, "build", "index.js"), () => ({})),
  };
}

async function settled(): Promise<World> {
  const { here } = servers;
  const many = new Map<number, World["growing"][number]>();
  for (const count of MANY) {
    const [caller] = await people(here.origin, 1);
    assert.ok(caller);
    await addMany(caller, count);
    many.set(count, caller);
  }
  const ten = { here: await people(here.origin, PEOPLE) } as World["ten"];
  for (const peer of ["typescript-sdk", "mcp-agent"] as const) {
    ten[peer] = await Promise.all(Array.from({ length: PEOPLE }, () => atPeer(servers[peer].port, issuer)));
  }
  await Promise.all(Object.values(ten).flat().map(addTen));
  const growing = await people(here.origin, GROWING);
  for (const server of new Set(Object.values(servers))) await server.idle();
  return { servers, issuer, ten, growing, many };
}

async function measure(row: Row, world: World): Promise<Measured> {
  const rounds: Partial<Record<Contestant, Round[]>> = {};
  for (let index = 0; index < ROUNDS; index++) {
    for (const contestant of CONTESTANTS) {
      const round = await roundOf(row, contestant, world, index === 0);
      if (round !== undefined) (rounds[contestant] ??= []).push(round);
    }
  }
  const wrong = Object.entries(rounds).flatMap(([contestant, all]) => {
    const wrong = all.reduce((sum, round) => sum + round.wrong, 0);
    const right = all.reduce((sum, round) => sum + round.right, 0);
    return wrong > right * MOST_WRONG ? [`${contestant}: ${wrong} of ${wrong + right} answers were wrong: ${all.find(({ firstWrong }) => firstWrong)?.firstWrong}`] : [];
  });
  for (const line of wrong) say(`✗ ${row.title}, ${line}`);
  failed += wrong.length;
  say(`${row.title}: ${Object.entries(rounds).map(([name, all]) => `${name} ${Math.round(all.map(({ rate }) => rate).sort((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0)}/s`).join(", ")}`);
  return { title: row.title, floor: row.floor, least: row.least, goals: row.goals, rounds };
}

async function roundOf(row: Row, contestant: Contestant, world: World, isFirst: boolean): Promise<Round | undefined> {
  const isFloor = contestant !== "here" && contestant !== "typescript-sdk" && contestant !== "mcp-agent";
  if (isFloor && row.floor !== contestant && row.least !== contestant) return undefined;
  const asked = await row.requests(isFloor ? "here" : contestant, world);
  const first = asked[0];
  if (first === undefined) return undefined;
  const requests = isFloor ? asked.slice(0, 64).map((request, place) => ofFloor(contestant, request, place)) : asked;
  const server = servers[contestant];
  const reset = async () => {
    const back = isFloor ? [] : (row.reset?.(contestant, world) ?? []);
    if (back.length > 0) await load(back, { port: server.port, milliseconds: PREPARATION_MS, status: row.status, again: false });
  };
  await reset();
  if (isFirst && !isFloor) {
    const { status, text } = await answerTo(first, server.port);
    assert.equal(status, row.status, `${contestant}, ${row.title}: ${text.slice(0, 500)}`);
    row.check(text);
    await reset();
  }
  await server.idle();
  let before = server.processorSeconds();
  const turn = { port: server.port, milliseconds: SLICE_MS, status: isFloor ? 200 : row.status, again: true };
  let found = await load(requests, turn);
  // On a busy machine a short turn may pass before the Worker has had the processor.
  for (let tries = 1; found.right < FEWEST && tries < TRIES; tries++) {
    before = server.processorSeconds();
    found = await load(requests, turn);
  }
  if (found.right === 0) throw new Error(`${contestant}, ${row.title}: not one right answer. ${found.firstWrong}`);
  await server.idle();
  const spent = server.processorSeconds() - before;
  return { ...found, rate: found.right / found.seconds, processorMicros: (spent / found.right) * 1e6 };
}

function say(line: string): void {
  console.log(line);
}
