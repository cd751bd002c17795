// A person and two agents at work at random, for as many acts as they are let. The same seed leads to the same choices; what they
// meet depends on the moment, as in life.

import { setTimeout as pause } from "node:timers/promises";

import { agentDoes, ACTS } from "./acts.ts";
import type { PersonPage, ShownRow } from "./person-page.ts";
import { Broken, type World } from "./world.ts";

/** Between 0 and 1, from a seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** An act has numbers of its own: how many the acts before it took, which depends on what they met, does not shift its choices. */
function randomOf(seed: number, act: number): () => number {
  return randomFrom(Math.imul(seed, 0x85eb_ca6b) ^ Math.imul(act + 1, 0x9e37_79b1));
}

export type Options = {
  seed: number;
  /** How many acts there are at least, however long they take. */
  acts: number;
  /** Until when it goes on after that, in milliseconds since the epoch; left out, it does not. */
  until?: number;
  /** How often everything is connected again and held against the promise. */
  actsBetween?: number;
  /** Stops the server and starts it again; left out, it never is. */
  restart?: () => Promise<void>;
};

/** How many sessions end at most: the server sends a browser ten codes in a quarter of an hour, and either page may have them all. */
const SESSIONS_END = 8;

/** How many of the last acts are told of when the promise is broken. */
const TOLD = 40;

/** Gives how many acts there were. Throws {@link Broken}, with what led to it. */
export async function runAtRandom(world: World, { seed, acts: atLeast, until = 0, actsBetween = 14, restart }: Options): Promise<number> {
  const run = new Run(world);
  let acts = 0;
  let restarts = 0;
  try {
    while (acts < atLeast || Date.now() < until) {
      const random = randomOf(seed, acts);
      await run.act(random);
      acts += 1;
      if (acts % 5 === 0) await world.isTruthful();
      if (acts % actsBetween !== 0) continue;
      if (restart && restarts < 2 && random() < 0.1) {
        restarts += 1;
        run.note("the server is restarted");
        await restart();
      }
      await run.rest();
    }
    await run.rest();
    return acts;
  } catch (error) {
    if (!(error instanceof Broken)) throw new Error(`after:\n${run.trace.slice(-TOLD).join("\n")}`, { cause: error });
    throw new Broken(`${error.message}\n\nseed ${seed}, after ${acts} acts, the last of them:\n${run.trace.slice(-TOLD).join("\n")}`);
  }
}

class Run {
  readonly trace: string[] = [];
  readonly #world: World;
  #random: () => number = () => 0;
  /** Pages whose connection is not what it should be, or whose session has ended. */
  readonly #ended = new Set<PersonPage>();
  #sessionsEnded = 0;

  constructor(world: World) {
    this.#world = world;
  }

  note(what: string): void {
    this.trace.push(what);
  }

  async act(random: () => number): Promise<void> {
    this.#random = random;
    if (this.#random() < 0.3) return this.#agentActs();
    const page = this.#one(this.#world.pages);
    if (this.#ended.has(page)) return this.#logInAgain(page);
    const { rows, composer } = await page.shown();
    const edited = rows.filter(({ typed }) => typed !== null);
    const plain = rows.filter(({ typed }) => typed === null);
    const acts: [weight: number, act: () => Promise<void>][] = [
      [4, () => this.#adds(page)],
      [plain.length > 0 ? 4 : 0, () => this.#begins(page, this.#one(plain))],
      [edited.length > 0 ? 4 : 0, () => this.#types(page, this.#one(edited))],
      [edited.length > 0 ? 7 : 0, () => this.#saves(page, this.#one(edited))],
      [edited.length > 0 ? 1 : 0, () => this.#discards(page, this.#one(edited))],
      [plain.length > 0 ? 4 : 0, () => this.#toggles(page, this.#one(plain))],
      [plain.length > 3 ? 2 : 0, () => this.#removes(page, this.#one(plain))],
      [3, () => this.#undoes(page, rows)],
      [1, () => this.#redoes(page)],
      [1, () => this.#writes(page, composer)],
      [5, () => this.#linked(page)],
      [1, () => this.#opensAnew(page)],
      [this.#sessionsEnded < SESSIONS_END ? 0.4 : 0, () => this.#endsSession(page)],
    ];
    const total = acts.reduce((sum, [weight]) => sum + weight, 0);
    let left = this.#random() * total;
    const [, act] = acts.find(([weight]) => (left -= weight) < 0) ?? (acts[0] as (typeof acts)[0]);
    await act();
    if (this.#random() < 0.3) await pause(this.#random() * 300);
  }

  /** Everything is connected again, and held against the promise. */
  async rest(): Promise<void> {
    this.note("— at rest —");
    for (const page of this.#world.pages) {
      if (this.#ended.has(page)) await this.#logInAgain(page);
      await page.link("up");
    }
    await this.#world.holds();
  }

  #one<T>(some: readonly T[]): T {
    const one = some[Math.floor(this.#random() * some.length)];
    if (one === undefined) throw new Error("nothing to choose from");
    return one;
  }

  async #agentActs(): Promise<void> {
    const index = this.#random() < 0.5 ? 0 : 1;
    const agent = this.#world.agents[index] as World["agents"][0];
    const todos = await this.#world.todos();
    if (todos.length < 4 || this.#random() < 0.2) {
      const text = this.#world.words("added by an agent");
      this.note(`agent ${index + 1} adds “${text}”`);
      await agent.call("createTodo", { todoText: text });
      return;
    }
    const todo = this.#one(todos);
    if (this.#random() < 0.2) {
      const dueOn = `2030-01-${String(1 + Math.floor(this.#random() * 28)).padStart(2, "0")}`;
      this.note(`agent ${index + 1} sets ${dueOn} for “${todo.text}”`);
      await agent.call("updateTodo", { todoID: todo.id, dueOn });
      return;
    }
    const act = this.#one(ACTS);
    this.note(`agent ${index + 1}: ${act} “${todo.text}”`);
    await agentDoes(act, this.#world, agent, todo.id);
  }

  async #adds(page: PersonPage): Promise<void> {
    const { composer } = await page.shown();
    const text = this.#world.words("added by hand");
    if (composer) this.#world.gaveUp(composer);
    this.note(`${page.name}: add “${text}”`);
    await page.add(this.#world.typed(text));
  }

  /** A text that is not sent off. */
  async #writes(page: PersonPage, before: string): Promise<void> {
    const text = this.#world.words("begun by hand");
    if (before) this.#world.gaveUp(before);
    this.note(`${page.name}: write “${text}” and leave it`);
    await page.page.getByRole("textbox", { name: "New todo" }).fill(this.#world.typed(text));
  }

  async #begins(page: PersonPage, row: ShownRow): Promise<void> {
    this.note(`${page.name}: begin to edit “${row.text}”`);
    if (await page.startEdit(row.key)) await this.#types(page, { ...row, typed: [row.text] });
  }

  async #types(page: PersonPage, row: ShownRow): Promise<void> {
    const text = this.#world.words("edited by hand");
    if (!(await page.type(row.key, text))) return;
    this.note(`${page.name}: type “${text}” over “${row.typed?.[0]}”`);
    this.#world.typed(text);
    if (row.typed?.[0]) this.#world.gaveUp(row.typed[0]);
  }

  async #saves(page: PersonPage, row: ShownRow): Promise<void> {
    this.note(`${page.name}: save “${row.typed?.[0]}”`);
    await page.insist(row.key);
  }

  async #discards(page: PersonPage, row: ShownRow): Promise<void> {
    this.note(`${page.name}: discard “${row.typed?.[0]}”`);
    if (row.typed?.[0]) this.#world.gaveUp(row.typed[0]);
    await page.discard(row.key);
  }

  async #toggles(page: PersonPage, row: ShownRow): Promise<void> {
    this.note(`${page.name}: ${row.completed ? "reopen" : "complete"} “${row.text}”`);
    await page.toggle(row.key);
  }

  async #removes(page: PersonPage, row: ShownRow): Promise<void> {
    this.note(`${page.name}: delete “${row.text}”`);
    // What never reached the server is gone with its row.
    if (row.state !== "saved") this.#world.gaveUp(row.text);
    await page.remove(row.key);
  }

  async #undoes(page: PersonPage, rows: readonly ShownRow[]): Promise<void> {
    await page.undo();
    const { notice, rows: after } = await page.shown();
    this.note(`${page.name}: undo → “${notice}”`);
    // What is gone with it, and was never sent, was taken back by the person.
    const left = new Set(after.map(({ text }) => text));
    for (const { text, state } of rows) if (state !== "saved" && !left.has(text)) this.#world.gaveUp(text);
  }

  async #redoes(page: PersonPage): Promise<void> {
    await page.redo();
    this.note(`${page.name}: redo`);
  }

  async #linked(page: PersonPage): Promise<void> {
    const link = this.#one(["down", "down", "deaf", "deaf", "held", "up"] as const);
    this.note(`${page.name}: the connection is ${link}`);
    await page.link(link);
  }

  async #opensAnew(page: PersonPage): Promise<void> {
    const how = this.#random() < 0.5 ? "reload" : "crash";
    this.note(`${page.name}: ${how}`);
    await page[how]();
  }

  async #endsSession(page: PersonPage): Promise<void> {
    this.note(`${page.name}: the session ends`);
    this.#ended.add(page);
    this.#sessionsEnded += 1;
    await page.endSession();
  }

  async #logInAgain(page: PersonPage): Promise<void> {
    this.note(`${page.name}: log in again`);
    this.#ended.delete(page);
    await page.logInAgain();
  }
}
