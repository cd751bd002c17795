// Event streams that an agent keeps open, in each of the three ways there are.

import assert from "node:assert/strict";

import { ENVELOPE, initialize, STATELESS } from "./mcp.ts";

export type Stream = {
  /** Everything that came, once the server has ended it. */
  ended: Promise<string>;
  /** Whether the server has not ended it yet. */
  isOpen: () => boolean;
  /** Goes away, as a client does. */
  leave: () => void;
};

/** Opens a stream and waits for its first bytes. */
async function opened(url: string, init: RequestInit): Promise<Stream> {
  const leaving = new AbortController();
  const response = await fetch(url, { ...init, signal: leaving.signal });
  assert.equal(response.status, 200, `a stream opens at ${url}`);
  assert.ok(response.body);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  const first = await reader.read();
  let open = true;
  const ended = (async () => {
    let text = first.value ?? "";
    for (let part = first; !part.done; part = await reader.read()) if (part !== first) text += part.value;
    open = false;
    return text;
  })();
  ended.catch(() => undefined);
  return { ended, isOpen: () => open, leave: () => leaving.abort() };
}

const authorization = (token: string) => `Bearer ${token}`;

/** The ways to keep a stream open, by name. */
export const STREAMS: Record<string, (origin: string, token: string) => Promise<Stream>> = {
  "a session’s GET stream": async (origin, token) => {
    const session = (await initialize(origin, token, "2025-11-25")).headers.get("mcp-session-id");
    assert.ok(session);
    const headers = { authorization: authorization(token), accept: "text/event-stream", "mcp-session-id": session };
    return opened(`${origin}/mcp`, { headers });
  },
  "subscriptions/listen": (origin, token) => {
    const method = "subscriptions/listen";
    const params = { notifications: { resourcesListChanged: true }, _meta: ENVELOPE };
    return opened(`${origin}/mcp`, {
      method: "POST",
      headers: {
        authorization: authorization(token),
        accept: "application/json, text/event-stream",
        "content-type": "application/json",
        "mcp-protocol-version": STATELESS,
        "mcp-method": method,
      },
      body: JSON.stringify({ jsonrpc: "2.0", id: "listening", method, params }),
    });
  },
  "HTTP+SSE": (origin, token) =>
    opened(`${origin}/sse`, { headers: { authorization: authorization(token), accept: "text/event-stream" } }),
};
