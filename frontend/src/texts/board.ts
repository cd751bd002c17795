// What the board says that the page does not.

import { numberText } from "./times.ts";

export { NOTHING_TO_DO, TODOS, open } from "./page.ts";

export const UNDO = "Undo";
export const NOTHING_TO_DO_LEAD = "Write the first todo below, or ask for it in the conversation.";
export const more = (count: number): string => `And ${numberText(count)} more, which the page shows.`;
export const OPEN_PAGE = "Open the page";

export const HOST_IS_SILENT = "The app in which this is shown does not answer.";
export const NO_ANSWER = "No answer came.";
export const REFUSED = "It was refused.";
export const refusedFor = (reason: string): string => `It was refused: ${reason}`;
export const ONLY_LOOKED_AT = "Here the list can only be looked at. Ask for it in the conversation.";
export const CHANGES_TOO_FAST = "The list changes faster than it can be read.";
