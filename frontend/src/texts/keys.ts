// The keys, as their table says them (todos/list-keys.ts does what they do).

export const KEYS = "Keys";
export const SHOW_KEYS = "Show all keys";
export const SINGLE_KEYS = "Single keys";
export const SINGLE_KEYS_NOTE = "Letters and signs do something while the focus is in a todo of the list. Switch them off if you dictate, or press keys by accident.";
export const ALWAYS = "In the list";
export const SINGLE = "Single keys, in a todo";

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

export const ALWAYS_KEYS: readonly Key[] = [
  { keys: ["↑", "↓"], does: "to another todo" },
  { keys: ["Space"], does: "complete or reopen" },
  { keys: ["Enter"], does: "edit, and save" },
  { keys: ["Esc"], does: "leave as it was" },
  { keys: ["⌫", "Delete"], does: "delete" },
  { keys: ["Ctrl Z"], does: "undo what you did" },
  { keys: ["Ctrl Shift Z"], does: "do it again" },
];

export const SINGLE_KEYS_TABLE: readonly Key[] = [
  { keys: ["N", "/"], does: "write a new todo" },
  { keys: ["J", "K"], does: "down, up" },
  { keys: ["X"], does: "complete or reopen" },
  { keys: ["E"], does: "edit" },
  { keys: ["Z"], does: "undo what you did" },
  { keys: ["Shift Z"], does: "do it again" },
  { keys: ["H"], does: "history" },
  { keys: ["?"], does: "these keys" },
];
