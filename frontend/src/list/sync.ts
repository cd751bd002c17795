// Carries commands to the server and brings the list back. Commands on different todos go side by side; what gets no answer is
// sent again, under its own name, for as long as the page is there.

import { asFailure, Failure } from "../api/failure.ts";
import type { TodosApi } from "../api/todos.ts";
import type { Cell } from "./cell.ts";
import { isRemembered, needsNoList, waitsFor, type Given, type Problem } from "./commands.ts";
import type { Delta, Saved } from "./delta.ts";
import { idOf, type Event, type List } from "./list.ts";
import { fieldsOf, merge } from "./merge.ts";

/** How many commands are under way at once. */
const SIDE_BY_SIDE = 6;

/** Between two additions, so that they arrive in the order in which they were typed. */
const BETWEEN_ADDITIONS_MS = 40;

/** Before a command is sent again; each time twice as long. */
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;

/** For how long a missing delta may still come over the live connection before the list is read instead. */
const GAP_MS = 250;

/** How often an edit is fitted to a todo that others keep changing. */
const MOST_FITTINGS = 8;

export type SyncState = {
  /** `loading` and `failed` are about the first reading; once there is a list it stays. */
  phase: "loading" | "failed" | "ready";
  /** Why the first reading failed. */
  failure: Problem | null;
  /** The last request got no answer. */
  offline: boolean;
};

export type Listener = {
  /** The server did it; `delta` says what, where it did anything. */
  onAnswered(given: Given, delta: Delta | null): void;
  /** The server said no; the list is read `again` to see why. */
  onRefused(given: Given, failure: Failure, again: Promise<void>): void;
  /** There was no answer, or none that says anything: it is sent again, by itself. */
  onPostponed(given: Given, failure: Failure): void;
  /** An edit of a todo that somebody else has changed, in the same field, or deleted. */
  onConflict(given: Given): void;
  /** What happened, once each, also what this page did itself. */
  onHeard(deltas: readonly Delta[]): void;
  /** The list is being read for the first time, at that version, and its first todos are shown. */
  onBeginning(version: number): void;
  /** The list was read, at a version of which nothing was told. */
  onJumped(from: number): void;
  /** `code`: the server’s own name for the reason, where it gave one. */
  onSessionEnded(code: string | null): void;
};

export class Sync {
  readonly #api: TodosApi;
  readonly #list: Cell<List>;
  readonly #state: Cell<SyncState>;
  readonly #dispatch: (event: Event) => void;
  readonly #listener: Listener;
  /** When commands that got no answer are sent again. */
  readonly #again = new Map<string, ReturnType<typeof setTimeout>>();
  readonly #fittings = new Map<string, number>();
  /** The number of the change that each carried-out command made. */
  readonly #made = new Map<string, number>();
  #reading: Promise<boolean> | null = null;
  #gap: ReturnType<typeof setTimeout> | undefined;
  #spacing: ReturnType<typeof setTimeout> | undefined;
  #lastAddition = 0;
  #stopped = false;

  constructor(
    api: TodosApi,
    { list, state, dispatch }: { list: Cell<List>; state: Cell<SyncState>; dispatch: (event: Event) => void },
    listener: Listener,
  ) {
    this.#api = api;
    this.#list = list;
    this.#state = state;
    this.#dispatch = dispatch;
    this.#listener = listener;
  }

  stop(): void {
    this.#stopped = true;
    for (const timer of [...this.#again.values(), this.#gap, this.#spacing]) clearTimeout(timer);
  }

  /** Sends whatever may be sent. */
  pump(): void {
    this.#doubtOld();
    const { given, saved } = this.#list.get();
    const underWay = given.filter(({ state }) => state === "sent").length;
    let room = SIDE_BY_SIDE - underWay;
    for (const [index, next] of given.entries()) {
      if (this.#stopped || room <= 0) return;
      if (next.state !== "waiting" || this.#again.has(next.id)) continue;
      if (!saved && !needsNoList(next)) continue;
      if (given.slice(0, index).some((earlier) => waitsFor(next, earlier))) continue;
      if (next.command.kind === "add" && this.#isTooSoon()) continue;
      room -= 1;
      void this.#send(next);
    }
  }

  /** The number of the change that an undoing takes back, where it is known. */
  undoneBy(given: Given): number | undefined {
    if (given.command.kind !== "undo") return undefined;
    const { of } = given.command;
    return "change" in of ? of.change : this.#made.get(of.command);
  }

  /** The number of the change that a command made; none: it is not carried out, or there was nothing left to do. */
  madeBy(id: string): number | undefined {
    return this.#made.get(id);
  }

  /** Sends a command again that was waiting for its time, or that was refused. */
  retry(id: string): void {
    this.#stopWaiting(id);
    this.#dispatch({ type: "retried", id, at: Date.now() });
    this.pump();
  }

  /** Gives a command up. What it may have done, the list tells. */
  drop(id: string): void {
    this.#stopWaiting(id);
    this.#dispatch({ type: "dropped", id });
    this.pump();
  }

  /** Reads the list, if it has changed. False: there was no answer. */
  refresh(): Promise<boolean> {
    this.#reading ??= this.#read().finally(() => {
      this.#reading = null;
    });
    return this.#reading;
  }

  /** Takes in what was told over the live connection. */
  hear(deltas: readonly Delta[]): void {
    const version = this.#list.get().saved?.version ?? -1;
    const news = deltas.filter((delta) => delta.version > version || delta.reload);
    this.#dispatch({ type: "heard", deltas: news });
    this.#listener.onHeard(news);
    this.#fillGap(news.some(({ reload }) => reload));
  }

  /**
   * What has waited for more than a day waits for the person. Also what was never sent: it stands behind what was, or is not what
   * they want any more.
   */
  #doubtOld(): void {
    if (this.#stopped) return;
    const now = Date.now();
    for (const given of this.#list.get().given) {
      if (given.state === "waiting" && !isRemembered(given, now)) this.#dispatch({ type: "doubted", id: given.id });
    }
  }

  #isTooSoon(): boolean {
    const wait = this.#lastAddition + BETWEEN_ADDITIONS_MS - performance.now();
    if (wait <= 0) {
      this.#lastAddition = performance.now();
      return false;
    }
    clearTimeout(this.#spacing);
    this.#spacing = setTimeout(() => this.pump(), wait);
    return true;
  }

  async #send(given: Given): Promise<void> {
    const { id } = given;
    this.#dispatch({ type: "sent", id });
    try {
      const outcome = await this.#carryOut(given);
      if (outcome === "conflict") {
        this.#dispatch({ type: "dropped", id });
        this.#listener.onConflict(given);
      } else {
        this.#done(given, outcome);
      }
    } catch (error) {
      this.#notDone(given, asFailure(error));
    }
    this.pump();
  }

  /** Null: there was nothing to do. */
  async #carryOut(given: Given): Promise<Delta | null | "conflict"> {
    const { id: key, command } = given;
    if (command.kind === "add") return this.#api.create(key, command.text, command.dueOn);
    if (command.kind === "clear") return this.#api.clearCompleted(key);
    if (command.kind === "undo") {
      const change = this.undoneBy(given);
      return change === undefined ? null : this.#api.undo(key, change);
    }
    const list = this.#list.get();
    const id = idOf(list, command.key);
    switch (command.kind) {
      case "complete":
      case "reopen":
      case "remove":
        // Gone already, by another hand.
        if (id === null) throw new Failure("refused", "", "unknown_todo");
        return this.#api[command.kind](key, id);
      case "edit": {
        const theirs = list.saved?.todos.find((todo) => todo.id === id);
        if (id === null || !theirs) return "conflict";
        const { patch, conflicts } = merge(command.base, command.patch, fieldsOf(theirs));
        if (conflicts.length > 0) return "conflict";
        if (Object.keys(patch).length > 0) return this.#api.edit(key, id, patch, theirs.version);
        // Sent before, it is what made the todo so: its answer says which change it was.
        return given.tries > 0 ? this.#api.edit(key, id, command.patch, theirs.version) : null;
      }
    }
  }

  #done(given: Given, delta: Delta | null): void {
    // An addition that was carried out before is answered with the todo as it was then: its version is that change's number.
    const made = delta?.change?.number ?? (given.command.kind === "add" ? delta?.todos[0]?.version : undefined);
    if (made !== undefined) this.#made.set(given.id, made);
    this.#fittings.delete(given.id);
    this.#reached();
    this.#dispatch({
      type: "answered",
      id: given.id,
      delta: delta?.change ? delta : null,
      todo: delta?.todos[0]?.id,
      done: delta?.version ?? 0,
    });
    this.#listener.onAnswered(given, delta);
    this.#fillGap(delta?.reload === true);
  }

  #notDone(given: Given, failure: Failure): void {
    const { id, command } = given;
    const problem = { kind: failure.kind, message: failure.message };
    this.#state.update((state) => ({ ...state, offline: failure.kind === "unreachable" }));
    switch (failure.kind) {
      case "session-ended":
        this.#dispatch({ type: "postponed", id, problem, state: "waiting" });
        return this.#listener.onSessionEnded(failure.code);
      case "unreachable":
      case "server":
        if (!this.#api.resends) return this.#giveUp(given, failure);
        this.#waitFor(given);
        this.#dispatch({ type: "postponed", id, problem, state: "waiting" });
        return this.#listener.onPostponed(given, failure);
      case "refused":
        // It is what was wanted, whoever did it.
        if (command.kind === "remove" && failure.code === "unknown_todo") return this.#done(given, null);
        if (command.kind === "edit" && failure.code === "outdated" && this.#mayFit(id)) return void this.#fit(id);
        if (command.kind === "edit" && failure.code === "unknown_todo") return void this.#fit(id);
        this.#giveUp(given, failure);
    }
  }

  /** An addition stays, with its text, until the person decides. */
  #giveUp(given: Given, failure: Failure): void {
    const { id, command } = given;
    const problem = { kind: failure.kind, message: failure.message };
    this.#dispatch(command.kind === "add" ? { type: "postponed", id, problem, state: "refused" } : { type: "dropped", id });
    // It may be that the list is not what the person had before them.
    this.#listener.onRefused(given, failure, this.#readAgain());
  }

  /** The todo is not what the edit was made for: it is read, and the edit fitted to it. */
  async #fit(id: string): Promise<void> {
    await this.#readAgain();
    this.#dispatch({ type: "retried", id, at: Date.now() });
    this.pump();
  }

  #mayFit(id: string): boolean {
    const fittings = (this.#fittings.get(id) ?? 0) + 1;
    this.#fittings.set(id, fittings);
    return fittings <= MOST_FITTINGS;
  }

  #waitFor({ id, tries }: Given): void {
    const longest = Math.min(FIRST_WAIT_MS * 2 ** tries, LONGEST_WAIT_MS);
    const again = () => {
      this.#again.delete(id);
      this.pump();
    };
    this.#again.set(id, setTimeout(again, longest * (0.75 + Math.random() / 2)));
  }

  #stopWaiting(id: string): void {
    clearTimeout(this.#again.get(id));
    this.#again.delete(id);
  }

  /** There was an answer: whatever waits for the connection need not wait any longer. */
  #reached(): void {
    if (this.#state.get().offline) this.#state.update((state) => ({ ...state, offline: false }));
    for (const { id, problem } of this.#list.get().given) if (problem?.kind === "unreachable") this.#stopWaiting(id);
  }

  async #read(): Promise<boolean> {
    const before = this.#list.get().saved;
    try {
      const saved = await this.#api.list(before?.version ?? null, (beginning) => this.#began(beginning));
      if (this.#stopped) return true;
      this.#reached();
      if (saved) this.#takeOver(saved, before);
      this.#state.update((state) => ({ ...state, phase: "ready", failure: null }));
      this.pump();
      return true;
    } catch (error) {
      if (this.#stopped) return true;
      const { kind, message, code } = asFailure(error);
      // A part is not shown as the list.
      this.#dispatch({ type: "began", beginning: null });
      this.#state.update(({ phase }) => ({
        offline: kind === "unreachable",
        ...(phase === "ready" ? { phase, failure: null } : { phase: "failed", failure: { kind, message } }),
      }));
      if (kind === "session-ended") this.#listener.onSessionEnded(code);
      return false;
    }
  }

  /** What the first reading has got so far. What the person does to its todos waits for the rest (`pump`). */
  #began(beginning: Saved): void {
    if (this.#stopped || this.#list.get().saved) return;
    this.#dispatch({ type: "began", beginning });
    this.#state.update((state) => ({ ...state, phase: "loading", failure: null }));
    this.#listener.onBeginning(beginning.version);
  }

  /** An answer that was overtaken by what was heard meanwhile is older than what the page has. */
  #takeOver(saved: Saved, before: Saved | null): void {
    const now = this.#list.get().saved;
    if (now && now !== before && saved.version < now.version) return;
    this.#dispatch({ type: "read", saved });
    this.#listener.onJumped(now?.version ?? -1);
  }

  /** Reads the list after whatever is being read just now: that may be older than what is known. */
  async #readAgain(): Promise<void> {
    await this.#reading;
    await this.refresh();
  }

  /** What is missing between two versions comes over the live connection as a rule. Where it does not, the list is read. */
  #fillGap(atOnce: boolean): void {
    clearTimeout(this.#gap);
    if (this.#stopped || !this.#hasGap()) return;
    this.#gap = setTimeout(() => this.#hasGap() && void this.#readAgain(), atOnce ? 0 : GAP_MS);
  }

  #hasGap(): boolean {
    const { ahead, given, saved } = this.#list.get();
    const version = saved?.version ?? -1;
    return ahead.length > 0 || given.some(({ state, done = 0 }) => state === "answered" && done > version);
  }
}
