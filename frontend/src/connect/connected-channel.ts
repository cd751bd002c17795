// The page at which a person says yes, and the panel that waits for it, are two tabs of one browser as a rule.

const NAME = "todos.connected";

export function sayConnected(): void {
  const channel = new BroadcastChannel(NAME);
  channel.postMessage(null);
  channel.close();
}

/** The function that is returned ends it. */
export function onConnected(told: () => void): () => void {
  const channel = new BroadcastChannel(NAME);
  channel.addEventListener("message", told);
  return () => channel.close();
}
