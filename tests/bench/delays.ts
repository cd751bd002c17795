// How long it takes until another agent of the same person hears of a change, in each era: a session that subscribed and keeps its stream
// open, and a stream of changes.

import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";

import type { Json } from "../harness/http.ts";
import { STATELESS } from "../harness/mcp.ts";
import { Person } from "../harness/person.ts";
import { agentOf, callTool, HANDSHAKE, mcp, result, LIST, type Caller } from "./callers.ts";
import { median } from "./figures.ts";
import type { World } from "./rows.ts";

const PATIENCE_MS = 10_000;

/** Of changes that follow each other faster, all but the first are told after a pause, together. */
const CALM_MS = 200;

/** Medians of each round, in milliseconds: from sending a change until the other hears of it, and until its own answer is there. */
export type Delays = { title: string; heard: number[]; answered: number[] }[];

export async function delays({ servers }: World, rounds: number, changes: number): Promise<Delays> {
  const { here: server } = servers;
  const ways = [
    { title: `a session’s stream, ${HANDSHAKE}`, open: follow },
    { title: `\`subscriptions/listen\`, ${STATELESS}`, open: listen },
  ];
  const measured: Delays = [];
  for (const { title, open } of ways) {
    const person = await Person.logsIn(server.origin);
    const [writer, reader] = await Promise.all([agentOf(person), agentOf(person)]);
    const row = { title, heard: [] as number[], answered: [] as number[] };
    const stream = await Stream.open(await open(reader));
    try {
      // One that is not counted: whoever is told for the first time has connections and code to get ready.
      await change(writer, stream);
      for (let round = 0; round < rounds; round++) {
        await server.idle();
        const all: Awaited<ReturnType<typeof change>>[] = [];
        for (let index = 0; index < changes; index++) {
          await pause(CALM_MS);
          all.push(await change(writer, stream));
        }
        row.heard.push(median(all.map(({ heard }) => heard)));
        row.answered.push(median(all.map(({ answered }) => answered)));
      }
    } finally {
      stream.leave();
    }
    measured.push(row);
  }
  return measured;
}

async function change(writer: Caller, stream: Stream): Promise<{ heard: number; answered: number }> {
  const began = performance.now();
  const since = () => performance.now() - began;
  const heard = stream.next().then(since);
  const answered = result(callTool(writer, HANDSHAKE, "createTodo", { todoText: "Buy milk" }), writer.port).then(since);
  const [hearing, answer] = await Promise.all([heard, answered]);
  return { heard: hearing, answered: answer };
}

/** The stream of a session that has subscribed. */
async function follow(reader: Caller): Promise<Request> {
  await result(mcp(reader, HANDSHAKE, "resources/subscribe", { uri: LIST }), reader.port);
  const { headers } = mcp(reader, HANDSHAKE, "");
  return new Request(`http://localhost:${reader.port}/mcp`, { headers: { ...headers, accept: "text/event-stream" } });
}

async function listen(reader: Caller): Promise<Request> {
  const { headers, body } = mcp(reader, STATELESS, "subscriptions/listen", { notifications: { resourceSubscriptions: [LIST] } });
  return new Request(`http://localhost:${reader.port}/mcp`, { method: "POST", headers, body });
}

/** An event stream, of which only what says that the list has changed is looked at. */
class Stream {
  readonly #leaving = new AbortController();
  #told = Promise.withResolvers<void>();
  #reading: Promise<never> | undefined;

  static async open(request: Request): Promise<Stream> {
    const stream = new Stream();
    const response = await fetch(request, { signal: stream.#leaving.signal });
    assert.equal(response.status, 200);
    assert.ok(response.body);
    stream.#reading = stream.#read(response.body);
    // Whoever waits for a change hears of it.
    stream.#reading.catch(() => undefined);
    return stream;
  }

  /** Settles when the next change is told. */
  async next(): Promise<void> {
    this.#told = Promise.withResolvers();
    const waiting = new AbortController();
    const late = pause(PATIENCE_MS, undefined, { signal: waiting.signal }).then(() => assert.fail("no change was told on the stream"));
    late.catch(() => undefined);
    await Promise.race([this.#told.promise, this.#reading, late]).finally(() => waiting.abort());
  }

  leave(): void {
    this.#leaving.abort();
  }

  async #read(body: ReadableStream<Uint8Array>): Promise<never> {
    let text = "";
    for await (const part of body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)) {
      const events = (text + part).split("\n\n");
      text = events.pop() ?? "";
      if (events.some(tellsOfTheList)) this.#told.resolve();
    }
    throw new Error("the server ended the stream");
  }
}

function tellsOfTheList(event: string): boolean {
  // The first event of a stream has an id and says nothing.
  const [, data] = /^data: ?(\S.*)$/m.exec(event) ?? [];
  if (data === undefined) return false;
  const { method, params }: Json = JSON.parse(data);
  return method === "notifications/resources/updated" && params.uri === LIST;
}
