// What the person has in hand: the field for a new todo, and the todos they are changing. All of it is kept as it is typed.

import type { Kept } from "../kept/kept.ts";
import { discardedEdit, discardedText, UNDO } from "../texts/list.ts";
import { Cell } from "./cell.ts";
import type { Command, Given } from "./commands.ts";
import * as drafts from "./drafts.ts";
import type { Draft, Drafts } from "./drafts.ts";
import type { Pins, Row } from "./list.ts";
import { fieldsOf, type Field, type Fields } from "./merge.ts";
import type { Notices } from "./notices.ts";

export type Editor = {
  give(command: Command): void;
  drop(id: string): void;
  /** What a row is called at the server, where it has a name there. */
  nameOf(key: string): string;
  rowOf(key: string): Row | undefined;
  /** Edits of a row that have not been carried out. */
  editsOf(key: string): readonly Given[];
  version(): number;
  /** Other rows stand still, or do not any more. */
  onPins(pins: Pins): void;
  keep<Part extends "composer" | "begun" | "drafts">(part: Part, value: Kept[Part]): void;
};

export class Editing {
  readonly composer = new Cell("");
  /** What was begun in tabs that have gone, while the place where it was written has another text by now. */
  readonly begun = new Cell<readonly string[]>([]);
  readonly drafts = new Cell<Drafts>(new Map());
  readonly #editor: Editor;
  readonly #notices: Notices;

  constructor(editor: Editor, notices: Notices) {
    this.#editor = editor;
    this.#notices = notices;
  }

  write(text: string): void {
    this.composer.set(text);
    this.#editor.keep("composer", text);
  }

  /** Puts what was begun into the field; what stands there waits, after all that waits already. */
  takeBegun(text: string): void {
    const before = this.composer.get();
    this.#setBegun([...this.begun.get().filter((other) => other !== text), ...(before.trim() ? [before] : [])]);
    this.write(text);
  }

  discardBegun(text: string): void {
    const before = this.begun.get();
    this.#setBegun(before.filter((other) => other !== text));
    this.#notices.say(discardedText(text), { label: UNDO, run: () => this.#addBegun(text) });
  }

  begin(row: Row): void {
    if (!this.drafts.get().has(row.key)) this.#set(row.key, drafts.begin(row, this.#editor.version()));
  }

  type(row: Row, fields: Partial<Fields>): void {
    this.#change(row, (draft) => drafts.typed(draft, fields));
  }

  /** The person has both versions before them and keeps their own. */
  keepMine(row: Row, field: Field): void {
    this.#change(row, (draft) => drafts.keptMine(draft, field, row));
  }

  takeTheirs(row: Row, field: Field): void {
    this.#change(row, (draft) => drafts.tookTheirs(draft, field, row));
  }

  /** @param row as the person sees it. False: it cannot be saved as it stands, or they have to decide first. */
  save(row: Row): boolean {
    const draft = this.drafts.get().get(row.key);
    if (!draft) return true;
    const fields = drafts.shown(draft, row);
    if (drafts.draftProblem(draft) !== null || drafts.conflictsOf(draft, row).length > 0) return false;
    this.#set(row.key, null);
    if (row.state === "gone") this.#add(crypto.randomUUID(), fields);
    else if (row.state === "refused" && row.given) {
      this.#editor.drop(row.given.id);
      this.#add(row.key, fields);
    } else {
      const patch = drafts.patchOf(draft, fieldsOf(row));
      if (Object.keys(patch).length > 0) this.#editor.give({ kind: "edit", key: row.key, patch, base: fieldsOf(row) });
    }
    return true;
  }

  /** What was typed can be had back. */
  discard(row: Row): void {
    const draft = this.drafts.get().get(row.key);
    if (!draft) return;
    this.#set(row.key, null);
    if (!drafts.hasTyped(draft)) return;
    this.#notices.say(discardedEdit(row.text), { label: UNDO, run: () => this.#set(row.key, draft) });
  }

  /** An edit that cannot be carried out comes back into the editor, with whatever was typed after it. */
  reopen(edit: Given): void {
    if (edit.command.kind !== "edit") return;
    const { key, base } = edit.command;
    const later = this.#editor.editsOf(key);
    const open = this.drafts.get().get(key);
    const patches = [edit, ...later].map(({ command }) => (command.kind === "edit" ? command.patch : {}));
    const mine: Partial<Fields> = Object.assign({}, ...patches, open?.mine);
    for (const { id } of later) this.#editor.drop(id);
    const completed = this.#editor.rowOf(key)?.completed ?? false;
    const pin = open?.pin ?? { id: this.#editor.nameOf(key), ...base, completed };
    this.#set(key, { base, mine, pin, seen: edit.seen });
  }

  /** What has no room where it was begun waits beside the field for a new todo. */
  restore({ composer, begun, drafts: kept }: Kept): void {
    for (const text of begun) this.#addBegun(text);
    if (composer && !this.composer.get().trim()) this.write(composer);
    else this.#addBegun(composer);
    for (const [key, draft] of kept) {
      const open = this.drafts.get().get(key);
      if (!open) this.#set(key, draft);
      else if (drafts.hasTyped(draft)) this.#addBegun(draft.mine.text ?? "");
    }
  }

  /** By the server's names where they are known: after a reload a row has no other. */
  keepDrafts(): void {
    const kept = [...this.drafts.get()].map(([key, draft]) => [this.#editor.nameOf(key), draft] satisfies [string, Draft]);
    this.#editor.keep("drafts", kept);
  }

  #add(key: string, { text, dueOn }: Fields): void {
    this.#editor.give({ kind: "add", key, text: text.trim(), dueOn });
  }

  #addBegun(text: string): void {
    const shown = [this.composer.get(), ...this.begun.get(), ...[...this.drafts.get().values()].map(({ mine }) => mine.text)];
    if (text.trim() && !shown.includes(text)) this.#setBegun([...this.begun.get(), text]);
  }

  #setBegun(texts: string[]): void {
    this.begun.set(texts);
    this.#editor.keep("begun", texts);
  }

  #change(row: Row, change: (draft: Draft) => Draft): void {
    const draft = this.drafts.get().get(row.key);
    if (draft) this.#set(row.key, change(draft));
  }

  #set(key: string, draft: Draft | null): void {
    const before = this.drafts.get();
    const after = new Map(before);
    if (draft) after.set(key, draft);
    else after.delete(key);
    this.drafts.set(after);
    this.keepDrafts();
    if (before.get(key)?.pin !== draft?.pin) this.#editor.onPins(new Map([...after].map(([key, { pin }]) => [key, pin])));
  }
}
