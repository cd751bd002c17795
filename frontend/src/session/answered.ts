// The end of an authorization request, as the page has it in its address and its history.

/** Where a request ends. Going back to it from the client finds it answered, and asks for no second code. */
export const ANSWERED_PATH = "/oauth/answered";

export type Answered = { allowed: boolean; redirectUri: string };
