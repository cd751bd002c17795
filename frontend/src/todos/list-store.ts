// Keeps the list and talks to the server for it. Commands go out one at a time in the order they were given; while any is
// under way the list is not read and news wait, since what crossed a command would undo it on the page for a moment.

import { Failure, type FailureKind, type HistoryPage, type Patch, type TodosApi } from "../api/todos.ts";
import type { Follower } from "./changes.ts";
import { emptyList, idOf, reduce, rowsOf, type Command, type Event, type List, type Row } from "./list.ts";
import { actorName, bring, told, type News, type Saved } from "./news.ts";
import { quoted, sentence, textOf, type Sentence } from "./sentence.ts";
import { keepUnsent, unsentOf } from "./unsent.ts";

/** Something the person should know, with what they can do about it. */
export type Notice = { id: number; words: Sentence; action?: { label: string; run: () => void } };

export type ListView = {
  rows: readonly Row[];
  /** `loading` and `failed` are about the first reading; once there is a list it stays. */
  phase: "loading" | "failed" | "ready";
  /** Why the first reading failed. */
  failure: { kind: FailureKind; message: string } | null;
  /** The last attempt to reach the server got no answer. */
  offline: boolean;
  /** How many todos the latest news from elsewhere brought or completed; `serial` tells one news from the next. */
  news: { serial: number; todos: number };
  notice: Notice | null;
  /** Whether {@link ListStore.undoLast} has something to take back. */
  canUndo: boolean;
  /** The version of the list, so that what is made from it elsewhere (the history) knows when to look again. */
  version: number | null;
};

/** What an agent has done since its notice came up. */
type Activity = { notice: number; by: string; changes: number };

export class ListStore implements Follower {
  readonly #api: TodosApi;
  readonly #userId: string | null;
  readonly #onSessionEnded: () => void;
  readonly #listeners = new Set<() => void>();
  #list: List;
  #view: ListView = {
    rows: [],
    phase: "loading",
    failure: null,
    offline: false,
    news: { serial: 0, todos: 0 },
    notice: null,
    canUndo: false,
    version: null,
  };
  #sending = false;
  /** A command was refused since the list was last read. */
  #outdated = false;
  #reading: Promise<boolean> | null = null;
  #notices = 0;
  /** News that came while a command was under way. */
  #unheard: News[] = [];
  /** The number of the change that each carried-out command made. */
  readonly #made = new WeakMap<Command, number>();
  /** The numbers of all of them. */
  readonly #own = new Set<number>();
  /** Changes that this page made or showed, oldest first: what the undo key takes back, one after the other. */
  #undoable: number[] = [];
  #activity: Activity | null = null;
  /** Opens the history, where there is one to open. */
  onShowHistory: (() => void) | null = null;

  /** `userId`: for whom unsent texts are kept; null: for nobody. */
  constructor(api: TodosApi, userId: string | null, onSessionEnded: () => void) {
    this.#api = api;
    this.#userId = userId;
    this.#onSessionEnded = onSessionEnded;
    this.#list = emptyList(unsentOf(userId));
    this.#show({});
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly view = (): ListView => this.#view;

  add(text: string): void {
    this.#command({ kind: "add", key: crypto.randomUUID(), text: text.trim() });
  }

  complete(row: Row): void {
    this.#command({ kind: "complete", key: row.key });
  }

  reopen(row: Row): void {
    this.#command({ kind: "reopen", key: row.key });
  }

  /** `seen`: the version that the person had before them. */
  edit(row: Row, patch: Patch, seen: number | undefined): void {
    this.#command({ kind: "edit", key: row.key, patch, ...(seen !== undefined && { version: seen }) });
  }

  remove(row: Row): void {
    if (row.state === "unsent") {
      this.#reduce({ type: "discarded", key: row.key });
      this.#notify(sentence`Deleted ${quoted(row.text)}`, { label: "Add it back", run: () => this.add(row.text) });
      return;
    }
    const command: Command = { kind: "remove", key: row.key };
    this.#command(command);
    this.#notify(sentence`Deleted ${quoted(row.text)}`, this.#undoing(command));
  }

  clearCompleted(): void {
    const completed = this.#view.rows.filter((row) => row.completed).length;
    const command: Command = { kind: "clear", key: crypto.randomUUID() };
    this.#command(command);
    this.#notify(sentence`Cleared ${completed} completed ${completed === 1 ? "todo" : "todos"}`, this.#undoing(command));
  }

  /** Takes a change back, whoever made it. */
  undo(change: number): void {
    this.#command({ kind: "undo", key: crypto.randomUUID(), change: () => change });
  }

  /** Takes back the newest change that this page made or showed, and the next time the one before it. */
  undoLast(): void {
    // What is still on its way counts as the newest.
    const underWay = this.#list.waiting.findLast((command) => command.kind !== "undo");
    if (underWay) return this.#undoMade(underWay);
    const change = this.#undoable.at(-1);
    if (change === undefined) {
      const older = this.onShowHistory ? " The history has older changes." : "";
      return this.#notify(sentence`There is nothing to undo here.${older}`, this.#showing());
    }
    this.undo(change);
  }

  async history(before?: number): Promise<HistoryPage> {
    try {
      const page = await this.#api.history(before);
      this.#show({ offline: false });
      return page;
    } catch (error) {
      this.#show({ offline: asFailure(error).kind === "unreachable" });
      throw error;
    }
  }

  /** Sends an unsent addition again under the key it had, so that a first attempt that did arrive is not doubled. */
  retry(row: Row): void {
    this.#command({ kind: "add", key: row.key, text: row.text });
  }

  dismissNotice(id: number): void {
    if (this.#view.notice?.id === id) this.#show({ notice: null });
  }

  version(): number | null {
    return this.#list.saved?.version ?? null;
  }

  /** Whether the last attempt to reach the server got no answer. */
  offline(): boolean {
    return this.#view.offline;
  }

  /** Reads the list, if it has changed. True: it was read, or there was a better reason not to. */
  refresh(): Promise<boolean> {
    if (this.#sending) return Promise.resolve(true);
    this.#reading ??= this.#read().finally(() => {
      this.#reading = null;
    });
    return this.#reading;
  }

  /** Takes in what happened elsewhere; what happened here comes as well, and is known already. */
  hear(news: News): void {
    this.#unheard.push(news);
    if (!this.#sending) this.#takeIn();
  }

  #takeIn(): void {
    const { saved } = this.#list;
    const unheard = this.#unheard.filter((news) => news.version > (saved?.version ?? 0) || news.reload);
    this.#unheard = [];
    if (!saved || unheard.length === 0) return;
    const after = bring(saved, unheard);
    if (after) this.#takeOver(after);
    else void this.#readAgain();
    for (const news of unheard) this.#tell(news);
  }

  /** Reads the list, after whatever is being read just now: that may be older than the news. */
  async #readAgain(): Promise<void> {
    await this.#reading;
    await this.refresh();
  }

  /** The list as it came from the server, with others' changes in it perhaps. */
  #takeOver(saved: Saved): void {
    const before = this.#list.fresh;
    this.#reduce({ type: "read", saved });
    const { fresh } = this.#list;
    if (fresh !== before) this.#show({ news: { serial: this.#view.news.serial + 1, todos: fresh.size } });
  }

  /** Says what an agent did, with the way back. */
  #tell({ change }: News): void {
    if (!change || change.by.kind === "browser") return;
    this.#remember(change.deed === "undone" ? undefined : change.number);
    const name = actorName(change.by);
    const by = textOf(name);
    const shown = this.#activity;
    if (shown && shown.by === by && this.#view.notice?.id === shown.notice) {
      const changes = shown.changes + 1;
      this.#notify(sentence`${name} made ${changes} changes`, this.#showing());
      this.#activity = { notice: this.#notices, by, changes };
    } else {
      this.#notify(sentence`${name} ${told(change)}`, { label: "Undo", run: () => this.undo(change.number) });
      this.#activity = { notice: this.#notices, by, changes: 1 };
    }
  }

  async #read(): Promise<boolean> {
    try {
      const saved = await this.#api.list(this.version());
      // A command set out meanwhile: its answer will be newer than this one.
      if (this.#sending) return true;
      if (saved) this.#takeOver(saved);
      this.#show({ phase: "ready", failure: null, offline: false });
      this.#takeIn();
      return true;
    } catch (error) {
      const { kind, message } = asFailure(error);
      if (kind === "session-ended") this.#onSessionEnded();
      if (this.#view.phase !== "ready") this.#show({ phase: "failed", failure: { kind, message } });
      this.#show({ offline: kind === "unreachable" });
      return false;
    }
  }

  #command(command: Command): void {
    this.#reduce({ type: "commanded", command });
    if (!this.#sending) void this.#sendAll();
  }

  async #sendAll(): Promise<void> {
    this.#sending = true;
    for (;;) {
      const command = this.#list.waiting[0];
      if (!command) break;
      await this.#send(command);
    }
    this.#sending = false;
    this.#takeIn();
    if (this.#outdated) void this.#readAgain();
    this.#outdated = false;
  }

  async #send(command: Command): Promise<void> {
    const row = this.#view.rows.find(({ key }) => key === command.key);
    try {
      const news = await this.#carryOut(command);
      if (news?.change) {
        this.#made.set(command, news.change.number);
        this.#own.add(news.change.number);
      }
      if (command.kind === "undo") this.#forget(command.change());
      else this.#remember(news?.change?.number);
      const saved = await this.#savedAfter(news);
      this.#reduce({ type: "accepted", command, saved, id: news?.todos[0]?.id });
      this.#show({ offline: false, phase: "ready", failure: null });
    } catch (error) {
      const failure = asFailure(error);
      this.#reduce({ type: "failed", command, reason: failure.message });
      this.#show({ offline: failure.kind === "unreachable" });
      if (failure.kind === "session-ended") this.#onSessionEnded();
      // It may be that the list is not what the person had before them.
      if (failure.kind === "refused") this.#outdated = true;
      const text = this.#view.rows.find(({ key }) => key === command.key)?.text ?? row?.text ?? "";
      this.#tellFailure(command, text, failure);
    }
  }

  #carryOut(command: Command): Promise<News | null> {
    if (command.kind === "add") return this.#api.create(command.text, command.key);
    if (command.kind === "clear") return this.#api.clearCompleted();
    if (command.kind === "undo") {
      const change = command.change();
      return change === undefined ? Promise.resolve(null) : this.#api.undo(change);
    }
    const id = idOf(this.#list, command.key);
    // Gone already, by another hand: what the list looks like now is the answer.
    if (id === null) return Promise.resolve(null);
    switch (command.kind) {
      case "complete":
        return this.#api.complete(id);
      case "reopen":
        return this.#api.reopen(id);
      case "edit":
        return this.#api.edit(id, command.patch, this.#versionFor(id, command.version));
      case "remove":
        return this.#api.remove(id);
    }
  }

  /** The version that an edit insists on. What this page itself has done since the person began is no news to them. */
  #versionFor(id: string, seen: number | undefined): number | undefined {
    const now = this.#list.saved?.todos.find((todo) => todo.id === id)?.version;
    return seen !== undefined && now !== undefined && this.#own.has(now) ? now : seen;
  }

  /** The list with an answer in it: put together from what is known, or read where something is missing between. */
  async #savedAfter(news: News | null): Promise<Saved> {
    const { saved } = this.#list;
    const known = [...this.#unheard, ...(news?.change ? [news] : [])];
    const after = saved && !news?.reload && bring(saved, known);
    if (after && after.version >= (news?.version ?? 0)) return after;
    const read = await this.#api.list(null);
    if (!read) throw new Failure("server", "The server’s answer could not be read.");
    return read;
  }

  #tellFailure(command: Command, text: string, { message, code }: Failure): void {
    switch (command.kind) {
      case "add":
        // The row itself says so.
        return;
      case "complete":
        return this.#notify(sentence`${quoted(text)} was not completed. ${message}`);
      case "reopen":
        return this.#notify(sentence`${quoted(text)} was not reopened. ${message}`);
      case "remove":
        return this.#notify(sentence`${quoted(text)} was not deleted. ${message}`);
      case "clear":
        return this.#notify(sentence`Nothing was cleared. ${message}`);
      case "undo":
        this.#forget(command.change());
        return this.#notify(sentence`Not undone. ${message}`);
      case "edit": {
        const { key, patch } = command;
        const again = () => this.#command({ kind: "edit", key, patch });
        const words = code === "outdated" ? "It was changed elsewhere meanwhile." : message;
        return this.#notify(sentence`${quoted(patch.text ?? text)} was not saved. ${words}`, { label: "Save anyway", run: again });
      }
    }
  }

  #undoing(command: Command): NonNullable<Notice["action"]> {
    return { label: "Undo", run: () => this.#undoMade(command) };
  }

  #undoMade(command: Command): void {
    this.#command({ kind: "undo", key: crypto.randomUUID(), change: () => this.#made.get(command) });
  }

  #showing(): Notice["action"] {
    const show = this.onShowHistory;
    return show ? { label: "Show", run: show } : undefined;
  }

  #remember(change: number | undefined): void {
    if (change !== undefined) this.#undoable = [...this.#undoable.filter((other) => other !== change), change];
  }

  #forget(change: number | undefined): void {
    this.#undoable = this.#undoable.filter((other) => other !== change);
  }

  #notify(words: Sentence, action?: Notice["action"]): void {
    this.#notices += 1;
    this.#show({ notice: { id: this.#notices, words, ...(action && { action }) } });
  }

  #reduce(event: Event): void {
    const before = this.#list;
    this.#list = reduce(before, event);
    const { unsent, waiting } = this.#list;
    if (unsent !== before.unsent || waiting !== before.waiting) keepUnsent(this.#userId, this.#list);
    this.#show({});
  }

  #show(change: Partial<ListView>): void {
    const canUndo = this.#undoable.length > 0 || this.#list.waiting.some((command) => command.kind !== "undo");
    this.#view = { ...this.#view, ...change, rows: rowsOf(this.#list), canUndo, version: this.version() };
    for (const listener of this.#listeners) listener();
  }
}

function asFailure(error: unknown): Failure {
  return error instanceof Failure ? error : new Failure("server", "Something went wrong.");
}
