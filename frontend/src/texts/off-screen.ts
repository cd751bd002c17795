// What is said of a row that is not on the screen.

import { quoted, sentence, type Sentence } from "./sentence.ts";

export const SHOW = "Show";

export const added = (about: string): Sentence => sentence`Added ${quoted(about)}`;
export const unsaved = (about: string, why = ""): Sentence => sentence`${quoted(about)} is not saved. ${why}`;
export const conflict = (about: string): Sentence => sentence`Somebody changed ${quoted(about)}, which you are editing.`;
