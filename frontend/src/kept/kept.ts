import type { Given } from "../list/commands.ts";
import type { Draft } from "../list/drafts.ts";

/** What a tab keeps of what a person typed and did. */
export type Kept = {
  /** The text in the field for a new todo. */
  composer: string;
  /** Texts that tabs left which have gone, and for which there was no room where they were begun: there stands another. */
  begun: string[];
  /** By row. */
  drafts: [key: string, draft: Draft][];
  /** Commands that are not part of the list yet, oldest first. */
  commands: Given[];
};
