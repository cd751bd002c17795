// When to look for changes made elsewhere: by an agent, in another tab, on another device. Today by asking, every few
// seconds while the page is seen and at once when it comes back; a live connection can take this function's place.

const INTERVAL_MS = 3_000;
const SLOWEST_MS = 60_000;

/** Calls `refresh` when there may be news, until the returned function is called. `refresh` says whether it got through. */
export function watchForChanges(refresh: () => Promise<boolean>): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let wait = INTERVAL_MS;
  let stopped = false;

  async function look(): Promise<void> {
    clearTimeout(timer);
    if (stopped || document.visibilityState === "hidden") return;
    const reached = await refresh();
    // A server that does not answer is asked ever more rarely.
    wait = reached ? INTERVAL_MS : Math.min(wait * 2, SLOWEST_MS);
    clearTimeout(timer);
    if (!stopped) timer = setTimeout(() => void look(), wait);
  }

  function lookNow(): void {
    wait = INTERVAL_MS;
    void look();
  }

  addEventListener("focus", lookNow);
  addEventListener("online", lookNow);
  document.addEventListener("visibilitychange", lookNow);
  void look();

  return () => {
    stopped = true;
    clearTimeout(timer);
    removeEventListener("focus", lookNow);
    removeEventListener("online", lookNow);
    document.removeEventListener("visibilitychange", lookNow);
  };
}
