// Two have changed the same: mine and theirs one below the other, both whole, and the person decides, field by field.

import type { ReactNode, Ref } from "react";
import { ShownSentence } from "../components/shown-sentence.tsx";
import type { Actor } from "../list/delta.ts";
import type { Draft } from "../list/drafts.ts";
import type { Editing } from "../list/editing.ts";
import type { Row } from "../list/list.ts";
import type { Field } from "../list/merge.ts";
import * as words from "../texts/editing.ts";

type Props = {
  ref: Ref<HTMLDivElement>;
  row: Row;
  draft: Draft;
  fields: readonly Field[];
  editing: Editing;
  /** Who set theirs, where that is known. */
  by: Actor | undefined;
};

export default function TwoVersions({ ref, row, draft, fields, editing, by }: Props) {
  return (
    <div ref={ref} className="versions" role="alert">
      {fields.map((field) => (
        <div key={field} className="versions-of">
          <Version name={words.MINE[field]} value={valueOf(field, draft.mine[field] ?? null)}>
            <button type="button" className="button small" onClick={() => editing.keepMine(row, field)}>
              {words.KEEP_MINE}
            </button>
          </Version>
          <Version
            name={<ShownSentence sentence={words.theirs(field, by)} />}
            value={valueOf(field, field === "text" ? row.text : (row.dueOn ?? null))}
          >
            <button type="button" className="button small" onClick={() => editing.takeTheirs(row, field)}>
              {words.USE_THEIRS}
            </button>
          </Version>
        </div>
      ))}
    </div>
  );
}

function Version({ name, value, children }: { name: ReactNode; value: string; children: ReactNode }) {
  return (
    <div className="version">
      <div className="version-body">
        <p className="version-name">{name}</p>
        <p className="version-value" dir="auto">
          {value}
        </p>
      </div>
      {children}
    </div>
  );
}

function valueOf(field: Field, value: string | null): string {
  return field === "dueOn" ? words.dateOrNone(value) : (value ?? "");
}
