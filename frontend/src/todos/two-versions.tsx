// Two have changed the same: mine stands in the field, theirs here, whole, and the person decides.

import type { Ref } from "react";
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

export function TwoVersions({ ref, row, draft, fields, editing, by }: Props) {
  return (
    <div ref={ref} className="versions" role="alert">
      {fields.map((field) => (
        <div key={field} className="version">
          <p className="version-of">{words.MINE[field]}</p>
          <p className="version-value" dir="auto">
            {valueOf(field, draft.mine[field] ?? null)}
          </p>
          <p className="version-of">
            <ShownSentence sentence={words.theirs(field, by)} />
          </p>
          <p className="version-value" dir="auto">
            {valueOf(field, field === "text" ? row.text : (row.dueOn ?? null))}
          </p>
          <button type="button" className="button small" onClick={() => editing.takeTheirs(row, field)}>
            {words.USE_THEIRS}
          </button>
        </div>
      ))}
      <button type="button" className="button small" onClick={() => editing.keepMine(row)}>
        {words.KEEP_MINE}
      </button>
    </div>
  );
}

function valueOf(field: Field, value: string | null): string {
  return field === "dueOn" ? words.dateOrNone(value) : (value ?? "");
}
