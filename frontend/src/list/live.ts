// How the page learns of changes made elsewhere: by an agent, in another tab, on another device. A WebSocket tells of each
// as it happens; while there is none, the list is asked for every few seconds as long as the page is seen.

import type { Delta } from "./delta.ts";

const POLL_MS = 3_000;
const SLOWEST_MS = 60_000;
/** Answered by the platform without waking the server; a connection that died unnoticed is found out by it. */
const PING_MS = 30_000;
const PONG_MS = 10_000;
/** A proxy may take a connection and never say more (one before a server that just restarts does): it is given up, and tried again. */
const OPEN_MS = 10_000;

export type Follower = {
  /** Reads the list if it has changed. Says whether the server could be reached. */
  refresh(): Promise<boolean>;
  /** The version of the list that the page has; null before the first reading. */
  version: { get(): number | null };
  /** Whether the last request got no answer, whoever made it. */
  state: { get(): { offline: boolean }; subscribe(listener: () => void): () => void };
  hear(delta: Delta): void;
};

/** Keeps a follower up to date until the returned function is called. `account` says whose page listens. */
export function watchForChanges(follower: Follower, account: Promise<string | null>): () => void {
  let socket: WebSocket | null = null;
  /** The socket has opened, and tells of every change. */
  let live = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let wait = POLL_MS;
  let stopped = false;

  function lookIn(ms: number): void {
    clearTimeout(timer);
    timer = setTimeout(() => void look(), ms);
  }

  /** What a socket says is no matter while requests get no answer: then the server is asked until it gives one. */
  const mustAsk = () => !live || follower.state.get().offline;

  /** Reads the list, which also renews a session that has run out, and then tries to go live. */
  async function look(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    if (stopped || !mustAsk() || document.visibilityState === "hidden") return;
    const reached = await follower.refresh();
    // A server that does not answer is asked ever more rarely.
    wait = reached ? POLL_MS : Math.min(wait * 2, SLOWEST_MS);
    if (stopped) return;
    const version = follower.version.get();
    const digest = await account;
    if (reached && version !== null && !stopped) goLive(version, digest);
    if (mustAsk()) lookIn(wait);
  }

  function goLive(version: number, digest: string | null): void {
    if (socket) return;
    const whose = digest === null ? "" : `&account=${digest}`;
    const mine = new WebSocket(`/api/todos/live?since=${version}${whose}`);
    socket = mine;
    let beat: ReturnType<typeof setTimeout> | undefined;

    const leave = () => {
      clearTimeout(beat);
      mine.close();
      if (socket !== mine) return;
      socket = null;
      live = false;
      // At once, so that nothing is missed for long; `look` itself slows down when nobody answers.
      if (!stopped) lookIn(250 + Math.random() * 500);
    };
    const ping = () => {
      mine.send("ping");
      beat = setTimeout(leave, PONG_MS);
    };
    let opened = false;
    beat = setTimeout(() => mine.close(), OPEN_MS);
    mine.addEventListener("open", () => {
      clearTimeout(beat);
      opened = true;
      live = socket === mine;
      beat = setTimeout(ping, PING_MS);
    });
    mine.addEventListener("message", ({ data }) => {
      clearTimeout(beat);
      beat = setTimeout(ping, PING_MS);
      if (data !== "pong") follower.hear(JSON.parse(String(data)) as Delta);
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

  /** A command of the person may be what finds the server out of reach. */
  const unsubscribe = follower.state.subscribe(() => {
    if (!stopped && timer === undefined && follower.state.get().offline) lookIn(wait);
  });
  addEventListener("focus", lookNow);
  addEventListener("online", lookNow);
  document.addEventListener("visibilitychange", lookNow);
  void look();

  return () => {
    stopped = true;
    unsubscribe();
    clearTimeout(timer);
    socket?.close();
    removeEventListener("focus", lookNow);
    removeEventListener("online", lookNow);
    document.removeEventListener("visibilitychange", lookNow);
  };
}
