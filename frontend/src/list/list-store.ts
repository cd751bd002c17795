// Everything a page knows of a person's list, and everything they can do to it. The parts are apart: what is typed (editing.ts),
// what is taken back (undoing.ts), what others did (watching.ts), how commands reach the server (sync.ts), what stays in the
// browser (kept/). Here they are put together.

import type { Failure } from "../api/failure.ts";
import type { HistoryPage, Provenance, TodosApi } from "../api/todos.ts";
import type { Kept } from "../kept/kept.ts";
import { ADD_BACK, didWords } from "../texts/list.ts";
import { doneTo } from "./activity.ts";
import { Cell } from "./cell.ts";
import { isUnderWay, type Command, type Given } from "./commands.ts";
import type { Delta } from "./delta.ts";
import { Editing } from "./editing.ts";
import { EMPTY_LIST, keyOf, known, nameOf, reduce, rowsOf, type Event, type List, type Pins, type Row } from "./list.ts";
import { Notices } from "./notices.ts";
import { Settling } from "./settling.ts";
import { Sync, type SyncState } from "./sync.ts";
import { Undoing } from "./undoing.ts";
import { Watching } from "./watching.ts";

/** Where things are kept (kept/keeper.ts). */
export type Keeping = {
  keep<Part extends keyof Kept>(part: Part, value: Kept[Part]): void;
  looked(): number | null;
  keepLooked(version: number): void;
};

/** For the board, which a host shows where nothing can be kept. */
const KEEPS_NOTHING: Keeping = { keep: () => undefined, looked: () => null, keepLooked: () => undefined };

/** For how long the reason of a refusal is waited for. */
const REASON_MS = 3_000;

export class ListStore {
  readonly state = new Cell<SyncState>({ phase: "loading", failure: null, offline: false });
  /** The version of the list; null before the first reading. */
  readonly version = new Cell<number | null>(null);
  readonly rows = new Cell<readonly Row[]>([]);
  /** Whether the list goes on after the rows: the rest of it is on its way. */
  readonly goesOn = new Cell(false);
  /** Commands that are not part of the list yet, oldest first. */
  readonly given = new Cell<readonly Given[]>([]);
  readonly notices = new Notices();
  readonly editing: Editing;
  readonly undoing: Undoing;
  readonly watching: Watching;

  readonly #api: TodosApi;
  readonly #keeping: Keeping;
  readonly #list = new Cell<List>(EMPTY_LIST);
  readonly #sync: Sync;
  readonly #settling = new Settling(() => this.#show());
  #pins: Pins = new Map();

  constructor(api: TodosApi, onSessionEnded: (code: string | null) => void, keeping: Keeping = KEEPS_NOTHING) {
    this.#api = api;
    this.#keeping = keeping;
    const version = () => this.version.get();
    this.#sync = new Sync(
      api,
      { list: this.#list, state: this.state, dispatch: (event) => this.#dispatch(event) },
      {
        onAnswered: (given, delta) => {
          if (delta?.change) this.watching.made(delta.change);
          this.undoing.answered(given, this.#sync.madeBy(given.id) !== undefined);
        },
        onRefused: (given, failure, again) => {
          this.undoing.forget(given.id);
          this.editing.reopen(given);
          void this.#sayRefused(given, failure, again);
        },
        onPostponed: (given, failure) => this.undoing.postponed(given, failure),
        onConflict: (given) => {
          this.undoing.forget(given.id);
          this.editing.reopen(given);
        },
        onHeard: (deltas) => this.watching.told(deltas.flatMap(({ change }) => change ?? [])),
        onBeginning: (at) => void this.watching.reachBack(at),
        onJumped: (from) => void this.watching.jumped(from),
        onSessionEnded,
      },
    );
    this.watching = new Watching({
      version,
      history: (before) => api.history(before),
      looked: () => keeping.looked(),
      keepLooked: (looked) => keeping.keepLooked(looked),
    });
    this.undoing = new Undoing(
      {
        give: (command, about) => this.#send(command, about),
        drop: (id) => this.#sync.drop(id),
        find: (id) => this.#list.get().given.find((given) => given.id === id),
        keyOf: (todo) => keyOf(this.#list.get(), todo),
        undoingOf: (change) => this.undoingOf(change),
      },
      this.notices,
    );
    this.editing = new Editing(
      {
        give: (command) => this.#give(command),
        drop: (id) => this.#giveUp(id),
        nameOf: (key) => nameOf(this.#list.get(), key),
        rowOf: (key) => this.#row(key),
        editsOf: (key) => this.#list.get().given.filter(({ command }) => command.kind === "edit" && command.key === key),
        version: () => this.#seen(),
        onPins: (pins) => {
          this.#pins = pins;
          this.#show();
        },
        keep: (part, value) => keeping.keep(part, value),
      },
      this.notices,
    );
  }

  stop(): void {
    this.#sync.stop();
  }

  readonly refresh = (): Promise<boolean> => this.#sync.refresh();

  readonly hear = (delta: Delta): void => this.#sync.hear([delta]);

  history(before?: number): Promise<HistoryPage> {
    return this.#api.history(before);
  }

  /** Who added a todo and who changed it last; null where that cannot be found out. */
  async provenance(todo: string): Promise<Provenance | null> {
    try {
      return (await this.#api.provenance?.(todo)) ?? null;
    } catch {
      return null;
    }
  }

  /** The row of a todo, if the list has it. */
  rowOf(todo: string): Row | undefined {
    return this.#row(keyOf(this.#list.get(), todo));
  }

  /** The command that takes a change back, until the list shows that it did. */
  undoingOf(change: number): Given | undefined {
    return this.#list.get().given.find((given) => this.#sync.undoneBy(given) === change);
  }

  add(text: string): void {
    this.#give({ kind: "add", key: crypto.randomUUID(), text: text.trim(), dueOn: null });
  }

  complete(row: Row): void {
    this.#give({ kind: "complete", key: row.key });
  }

  reopen(row: Row): void {
    this.#give({ kind: "reopen", key: row.key });
  }

  remove(row: Row): void {
    if (row.state === "refused") this.discard(row);
    else this.#give({ kind: "remove", key: row.key });
  }

  clearCompleted(): void {
    this.#give({ kind: "clear" });
  }

  /** Sends what was not saved once more, with whatever waits behind it or before. */
  retry({ key }: Row): void {
    for (const { id, command, state } of this.#list.get().given) {
      if ("key" in command && command.key === key && state !== "sent" && state !== "answered") this.#sync.retry(id);
    }
  }

  /** Gives up what was not saved. A text that was typed can be had back. */
  discard({ given, key }: Row): void {
    if (!given) return;
    this.#giveUp(given.id);
    if (given.command.kind !== "add") return;
    const { command } = given;
    const back = () => this.#give(command);
    this.notices.say(didWords({ kind: "remove", key }, command.text) ?? [], { label: ADD_BACK, run: back });
  }

  /** What was given more than a day ago and never confirmed is sent, or given up. */
  decideEarlier(send: boolean): void {
    for (const { id, state } of this.#list.get().given) {
      if (state === "asking" && send) this.#sync.retry(id);
      else if (state === "asking") this.#sync.drop(id);
    }
  }

  /** What was kept when the page was closed. */
  restore(kept: readonly Kept[]): void {
    for (const { commands } of kept) {
      // Whether one that was under way arrived is not known.
      for (const given of commands) this.#dispatch({ type: "given", given: isUnderWay(given) ? { ...given, state: "waiting" } : given });
    }
    for (const one of kept) this.editing.restore(one);
    const edits = kept.flatMap(({ drafts, commands }) => [...drafts.map(([, draft]) => draft), ...commands.filter(({ command }) => command.kind === "edit")]);
    void this.watching.reachBack(Math.min(...edits.map(({ seen }) => seen)));
    this.#sync.pump();
  }

  /** What the person does: it is sent, and can be taken back. */
  #give(command: Command): void {
    this.undoing.gave(this.#send(command, this.#about(command)));
  }

  #send(command: Command, about: string): Given {
    const id = crypto.randomUUID();
    const given: Given = { id, command, about, at: Date.now(), seen: this.#seen(), state: "waiting", tries: 0 };
    this.#dispatch({ type: "given", given });
    this.#sync.pump();
    return given;
  }

  /** The version of what the person has before them. */
  #seen(): number {
    return known(this.#list.get())?.version ?? 0;
  }

  #giveUp(id: string): void {
    this.undoing.forget(id);
    this.#sync.drop(id);
  }

  /** The text of what a command is about, or how many todos it is about. */
  #about(command: Command): string {
    if (command.kind === "clear") return String(this.rows.get().filter(({ completed }) => completed).length);
    if (command.kind === "add") return command.text;
    const text = command.key === null ? undefined : this.#row(command.key)?.text;
    return text ?? (command.kind === "edit" ? command.base.text : "");
  }

  /** With the reason, which may be among what is read just now where a todo is gone. */
  async #sayRefused(given: Given, failure: Failure, again: Promise<void>): Promise<void> {
    if (failure.code === "unknown_todo" && !this.#doneSince(given)) {
      await Promise.race([again.then(() => this.watching.caughtUp()), new Promise((late) => setTimeout(late, REASON_MS))]);
    }
    this.undoing.refused(given, failure, this.#doneSince(given));
  }

  /** What somebody did last to the todo of a command since it was given; since what it takes back was done. */
  #doneSince(given: Given) {
    const { command, seen } = given;
    if (!("key" in command) || command.key === null) return undefined;
    const todo = nameOf(this.#list.get(), command.key);
    return doneTo(this.watching.activity.get(), todo, this.#sync.undoneBy(given) ?? seen).at(-1);
  }

  #row(key: string): Row | undefined {
    return this.rows.get().find((row) => row.key === key);
  }

  #dispatch(event: Event): void {
    const before = this.#list.get();
    const after = reduce(before, event);
    this.#list.set(after);
    this.version.set(after.saved?.version ?? null);
    if (after.given !== before.given) this.#keepCommands();
    if (after.keys !== before.keys) this.editing.keepDrafts();
    if (after.saved !== before.saved) this.watching.rememberLooked();
    this.#show();
  }

  #show(): void {
    const list = this.#list.get();
    const rows = () => rowsOf(list, this.#pins, this.#settling.keys);
    const after = rows();
    this.rows.set(this.#settling.holds(this.rows.get(), after) ? rows() : after);
    this.goesOn.set(list.beginning !== null);
    this.given.set(list.given);
  }

  /** By the server's names where they are known: after a reload a row, and what is to be undone, has no other. */
  #keepCommands(): void {
    const list = this.#list.get();
    const named = (given: Given): Given => {
      const { command } = given;
      if (command.kind === "add" || command.kind === "clear") return given;
      if (command.kind !== "undo") return { ...given, command: { ...command, key: nameOf(list, command.key) } };
      const key = command.key === null ? null : nameOf(list, command.key);
      const change = this.#sync.undoneBy(given);
      return { ...given, command: { ...command, key, ...(change !== undefined && { of: { change } }) } };
    };
    this.#keeping.keep("commands", list.given.filter(({ state }) => state !== "answered").map(named));
  }
}
