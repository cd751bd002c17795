// What the panel says: how an agent is let in, and when one has been. (What to do in each host is in connect/hosts.ts.)

export const LEAD = "An agent that speaks MCP can read this list and change it. You decide when it asks, and what it adds shows up here by itself.";
export const ADDRESS = "Address of this server";
export const HOST = "Host";
/** What to do instead, for a host that cannot reach an address on this computer. */
export const NEEDS_PUBLIC_ADDRESS =
  "This host connects from its own servers, so it cannot reach an address on your computer. Deploy first, or put a tunnel with a public https address in front.";

export const COPY = "Copy";
export const COPIED = "Copied";
export const copyOf = (label: string): string => `${COPY}: ${label}`;

export const IS_CONNECTED = "is connected";
export const WAITING = "Waiting for its first call. Ask it: “What is on my list?”";
export const HAS_CALLED = "Its first call has come. It works.";
export const FIRST = "It works: it";
