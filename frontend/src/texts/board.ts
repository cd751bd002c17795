// What the board says that the page does not.

import { numberText } from "./times.ts";

export { NOTHING_TO_DO, TODOS, open } from "./page.ts";

export const UNDO = "Undo";
export const NOTHING_TO_DO_LEAD = "Write the first todo below, or ask for it in the conversation.";
export const more = (count: number): string => `And ${numberText(count)} more, which the page shows.`;
export const OPEN_PAGE = "Open the page";
