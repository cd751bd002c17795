// What the panel says when an agent has been let in.

export const IS_CONNECTED = "is connected";
export const WAITING = "Waiting for its first call. Ask it: “What is on my list?”";
export const HAS_CALLED = "Its first call has come. It works.";
export const FIRST = "It works: it";
