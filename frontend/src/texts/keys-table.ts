// All keys, as their table says them, which is downloaded when somebody asks for it.

import type { Key } from "./keys.ts";

export const SINGLE_KEYS = "Single keys";
export const SINGLE_KEYS_NOTE = "Letters and signs do something while the focus is in a todo of the list. Switch them off if you dictate, or press keys by accident.";
export const ALWAYS = "In the list";
export const SINGLE = "Single keys, in a todo";

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
