// A person with two pages and two agents on one list, and the promise that what they see is held against: nothing that the person
// typed is lost, and nothing is shown as saved that is not.

import type { Browser, BrowserContext } from "playwright-core";

import { codeGrant, authorized, redeem } from "../agent.ts";
import { eventually } from "../eventually.ts";
import type { Json } from "../http.ts";
import { callTool } from "../mcp.ts";
import { Person } from "../person.ts";
import { PersonPage, type ShownRow } from "./person-page.ts";

/** There so that what never comes to rest is found; a machine that is busy may take long. */
const SETTLES_WITHIN_MS = 60_000;

/** A session's JWT is good for five minutes; on a machine that is busy a run takes longer. */
const RENEWED_AFTER_MS = 150_000;

export class Broken extends Error {}

export class Agent {
  readonly #origin: string;
  readonly #token: string;

  constructor(origin: string, token: string) {
    this.#origin = origin;
    this.#token = token;
  }

  /** A refusal is an answer like any other. */
  async call(name: string, args: Json): Promise<Json> {
    return (await callTool(this.#origin, this.#token, name, args)).structuredContent;
  }
}

type Assets = (context: BrowserContext) => Promise<void>;

/** A world to play in: its first page, and the ids of the todos that were there, in their order. */
export type Scene = { world: World; page: PersonPage; ids: string[] };

export class World {
  /** Whose list it is; she looks at it, and at its history. */
  ada: Person;
  #renewedAt = Date.now();
  readonly pages: readonly [PersonPage, PersonPage];
  readonly agents: readonly [Agent, Agent];
  /** What was typed, and whether the person gave it up themselves. */
  readonly #typed = new Map<string, "kept" | "given up">();
  /** Every change that was seen so far: the server forgets old ones. */
  readonly #history = new Map<number, Json>();
  #words = 0;

  private constructor(ada: Person, pages: [PersonPage, PersonPage], agents: [Agent, Agent]) {
    this.ada = ada;
    this.pages = pages;
    this.agents = agents;
  }

  /** @param todos added before the pages are opened; their ids are the keys of their rows */
  static async open(browser: Browser, origin: string, todos: readonly string[], assets?: Assets): Promise<{ world: World; ids: string[] }> {
    const ada = await Person.logsIn(origin);
    const ids: string[] = [];
    for (const text of todos) ids.push((await ada.adds(text)).id);
    const agents = (await Promise.all(["Claude", "ChatGPT"].map((name) => agentOf(ada, name)))) as [Agent, Agent];
    // A session each: one can end without the other.
    const people = [await Person.logsIn(origin, ada.email), await Person.logsIn(origin, ada.email)];
    const pages = await Promise.all(people.map((person, index) => PersonPage.open(`page ${index + 1}`, browser, person, assets)));
    const [first] = ids;
    if (first !== undefined) for (const page of pages) await page.row(first).waitFor();
    return { world: new World(ada, pages as [PersonPage, PersonPage], agents), ids };
  }

  /** Opens a world, plays in it, and closes it whatever comes. */
  static async scene(browser: Browser, origin: string, todos: readonly string[], run: (scene: Scene) => Promise<void>): Promise<void> {
    const { world, ids } = await World.open(browser, origin, todos);
    try {
      await run({ world, page: world.pages[0], ids });
    } finally {
      await world.close();
    }
  }

  async close(): Promise<void> {
    for (const page of this.pages) await page.close();
  }

  /** Words that nobody has typed before. */
  words(what: string): string {
    this.#words += 1;
    return `${what} ${this.#words}`;
  }

  /** The person has typed this. */
  typed(text: string): string {
    this.#typed.set(text, "kept");
    return text;
  }

  /** The person has given up what they had typed, or never got to typing it. */
  gaveUp(text: string): void {
    this.#typed.set(text, "given up");
  }

  todos(): Promise<Json[]> {
    return this.ada.todos();
  }

  /** Everything that was ever done, newest last. */
  async history(): Promise<Json[]> {
    let before = "";
    for (;;) {
      const { changes, next } = (await this.ada.rest("GET", `/api/history?limit=100${before}`)).json;
      const isKnown = changes.some(({ number }: Json) => this.#history.has(number));
      for (const change of changes) this.#history.set(change.number, change);
      if (next === undefined || isKnown) return [...this.#history.values()].sort((a, b) => a.number - b.number);
      before = `&before=${next}`;
    }
  }

  // ── The promise ──

  /** At any moment: what a page shows as saved has been at the server. */
  async isTruthful(): Promise<void> {
    const shown = await Promise.all(this.pages.map((page) => page.shown()));
    const states = new Set((await this.todos()).map(stateOf));
    for (const { todo, textBefore } of await this.history()) {
      if (!todo) continue;
      states.add(stateOf(todo));
      // What it was before is not told whole: its text is.
      for (const completed of [true, false]) states.add(stateOf({ ...todo, text: textBefore ?? todo.text, completed }));
    }
    for (const [index, { rows }] of shown.entries()) {
      for (const row of rows) {
        if (row.typed || row.state !== "saved") continue;
        const isKnown = states.has(stateOf(row)) || [...states].some((state) => state.startsWith(`${row.text} · ${row.completed} · `));
        if (!isKnown) throw new Broken(`${this.pages[index]?.name} shows “${stateOf(row)}” as saved, which has never been at the server`);
      }
    }
  }

  /** With everything connected again: it comes to rest, both pages show the list, and nothing is missing. */
  async holds(): Promise<void> {
    if (Date.now() - this.#renewedAt > RENEWED_AFTER_MS) {
      this.ada = await this.ada.renewed();
      this.#renewedAt = Date.now();
    }
    let why = "";
    try {
      await eventually(
        "both pages show the list",
        async () => {
          why = await this.#difference();
          return why === "" ? true : undefined;
        },
        SETTLES_WITHIN_MS,
      );
    } catch {
      throw new Broken(`it does not come to rest: ${why}`);
    }
    await this.isTruthful();
    await this.#nothingIsLost();
    await this.#nothingIsDoubled();
    await this.#undoMeansMine();
    const uncaught = this.pages.flatMap(({ complaints }) => complaints).filter((complaint) => complaint.startsWith("uncaught"));
    if (uncaught.length > 0) throw new Broken(uncaught.join("\n"));
  }

  /** What keeps the pages from being at rest; empty: nothing. */
  async #difference(): Promise<string> {
    const list = await this.todos();
    const ids = new Set(list.map(({ id }) => id));
    for (const page of this.pages) {
      const { rows, isBusy } = await page.shown();
      if (isBusy) return `${page.name} is still saving`;
      const unsaved = rows.filter(({ typed, state }) => typed === null && state !== "saved");
      if (unsaved.length > 0) return `${page.name} has not saved ${unsaved.map(described)}`;
      const edited = new Set(rows.filter(({ typed }) => typed !== null).map(({ key }) => key));
      const theirs = list.filter(({ id }) => !edited.has(id)).map(stateOf);
      const ours = rows.filter(({ typed }) => typed === null).map(stateOf);
      const [missing, surplus] = [without(theirs, ours), without(ours, theirs)];
      // A row that was added on this page is edited under a name of the page's own.
      const unnamed = [...edited].filter((key) => !ids.has(key)).length;
      if (surplus.length > 0 || missing.length > unnamed) return `${page.name} shows [${surplus}] and lacks [${missing}]`;
    }
    return "";
  }

  async #nothingIsLost(): Promise<void> {
    const history = await this.history();
    const found = new Set(history.flatMap(({ todo, textBefore }) => [todo?.text, textBefore]));
    for (const page of this.pages) {
      const { rows, composer } = await page.shown();
      for (const { text, typed } of rows) for (const word of [text, ...(typed ?? [])]) found.add(word);
      found.add(composer);
    }
    for (const [text, fate] of this.#typed) {
      if (fate === "kept" && !found.has(text)) throw new Broken(`“${text}” was typed and is nowhere: not in the list, its history, or a page`);
    }
  }

  async #nothingIsDoubled(): Promise<void> {
    const created = (await this.history()).filter(({ deed }) => deed === "created").map(({ todo }) => todo.text as string);
    const doubled = created.filter((text, index) => created.indexOf(text) !== index);
    if (doubled.length > 0) throw new Broken(`added twice: ${doubled}`);
  }

  /** Whatever the person took back by key was their own. */
  async #undoMeansMine(): Promise<void> {
    const history = await this.history();
    const by = new Map(history.map((entry) => [entry.number, entry.by.kind]));
    const wrong = history.filter(({ by: who, undoes }) => undoes && who.kind === "browser" && by.get(undoes.number) === "app");
    if (wrong.length > 0) throw new Broken(`the person took back what an agent did: change ${wrong.map(({ number }) => number)}`);
  }
}

async function agentOf(person: Person, name: string): Promise<Agent> {
  const grant = await authorized(person, {}, { client_name: name });
  const { access_token } = (await redeem(grant.server, codeGrant(grant))).json;
  return new Agent(person.browser.origin, access_token);
}

function stateOf({ text, completed, dueOn }: Pick<ShownRow, "text" | "completed"> & { dueOn?: string | null }): string {
  return `${text} · ${completed} · ${dueOn ?? ""}`;
}

function described({ text, state }: ShownRow): string {
  return `“${text}” (${state})`;
}

/** The first without the second, each as often as it is there. */
function without(some: readonly string[], others: readonly string[]): string[] {
  const left = [...others];
  return some.filter((one) => {
    const at = left.indexOf(one);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}
