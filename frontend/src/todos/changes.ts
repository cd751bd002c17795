// How the page learns of changes made elsewhere: by an agent, in another tab, on another device. A WebSocket tells of each
// as it happens; while there is none, the list is asked for every few seconds as long as the page is seen.

import type { News } from "./news.ts";

const POLL_MS = 3_000;
const SLOWEST_MS = 60_000;
/** Answered by the platform without waking the server; a connection that died unnoticed is found out by it. */
const PING_MS = 30_000;
const PONG_MS = 10_000;

export type Follower = {
  /** Reads the list if it has changed. Says whether the server could be reached. */
  refresh(): Promise<boolean>;
  /** The version of the list that the page has; null before the first reading. */
  version(): number | null;
  hear(news: News): void;
};

/** Keeps a follower up to date until the returned function is called. */
export function watchForChanges(follower: Follower): () => void {
  let socket: WebSocket | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let wait = POLL_MS;
  let stopped = false;

  /** Reads the list, which also renews a session that has run out, and then tries to go live. */
  async function look(): Promise<void> {
    clearTimeout(timer);
    if (stopped || socket || document.visibilityState === "hidden") return;
    const reached = await follower.refresh();
    // A server that does not answer is asked ever more rarely.
    wait = reached ? POLL_MS : Math.min(wait * 2, SLOWEST_MS);
    if (stopped) return;
    const version = follower.version();
    if (reached && version !== null) goLive(version);
    clearTimeout(timer);
    timer = setTimeout(() => void look(), wait);
  }

  function goLive(version: number): void {
    if (socket) return;
    const mine = new WebSocket(`/api/todos/live?since=${version}`);
    socket = mine;
    let beat: ReturnType<typeof setTimeout> | undefined;

    const leave = () => {
      clearTimeout(beat);
      mine.close();
      if (socket !== mine) return;
      socket = null;
      // At once, so that nothing is missed for long; `look` itself slows down when nobody answers.
      if (!stopped) timer = setTimeout(() => void look(), 250 + Math.random() * 500);
    };
    const ping = () => {
      mine.send("ping");
      beat = setTimeout(leave, PONG_MS);
    };
    mine.addEventListener("open", () => {
      clearTimeout(timer);
      beat = setTimeout(ping, PING_MS);
    });
    mine.addEventListener("message", ({ data }) => {
      clearTimeout(beat);
      beat = setTimeout(ping, PING_MS);
      if (data !== "pong") follower.hear(JSON.parse(String(data)) as News);
    });
    let opened = false;
    mine.addEventListener("open", () => {
      opened = true;
    });
    mine.addEventListener("close", () => {
      clearTimeout(beat);
      // One that never opened (a proxy that knows no WebSocket) leaves the page asking, at the usual pace.
      if (!opened && socket === mine) {
        socket = null;
        return;
      }
      leave();
    });
  }

  function lookNow(): void {
    wait = POLL_MS;
    void look();
  }

  addEventListener("focus", lookNow);
  addEventListener("online", lookNow);
  document.addEventListener("visibilitychange", lookNow);
  void look();

  return () => {
    stopped = true;
    clearTimeout(timer);
    socket?.close();
    removeEventListener("focus", lookNow);
    removeEventListener("online", lookNow);
    document.removeEventListener("visibilitychange", lookNow);
  };
}
