// Two who change one todo at once: what one changed and the other did not is no conflict (a three-way merge, field by field).

/** What of a todo can be edited. */
export type Fields = { text: string; dueOn: string | null };
export type Field = keyof Fields;

export const FIELDS = ["text", "dueOn"] as const satisfies readonly Field[];

export type Merged = {
  /** What is left to send for mine to be in it. */
  patch: Partial<Fields>;
  /** Where theirs is neither what I began from nor what I want. */
  conflicts: Field[];
};

/** @param base what I had before me when I began  @param mine what I changed  @param theirs what there is now */
export function merge(base: Fields, mine: Partial<Fields>, theirs: Fields): Merged {
  const merged: Merged = { patch: {}, conflicts: [] };
  for (const field of FIELDS) {
    const value = mine[field];
    if (value === undefined || value === base[field] || value === theirs[field]) continue;
    if (theirs[field] !== base[field]) merged.conflicts.push(field);
    merged.patch = { ...merged.patch, [field]: value };
  }
  return merged;
}

export function fieldsOf({ text, dueOn }: { text: string; dueOn?: string | null | undefined }): Fields {
  return { text, dueOn: dueOn ?? null };
}
