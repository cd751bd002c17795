// The keys, as the line below the list says them (todos/list-keys.ts does what they do). All of them stand in keys-table.ts.

export const KEYS = "Keys";
export const SHOW_KEYS = "Show all keys";

export type Key = { keys: readonly string[]; does: string };

/** The line below the list: those that are used most. */
export const HINTS: readonly Key[] = [
  { keys: ["↑", "↓"], does: "move" },
  { keys: ["Space"], does: "complete" },
  { keys: ["↵"], does: "edit" },
  { keys: ["⌫"], does: "delete" },
];

export const SINGLE_HINTS: readonly Key[] = [
  { keys: ["N"], does: "new" },
  { keys: ["Z"], does: "undo" },
  { keys: ["H"], does: "history" },
];
