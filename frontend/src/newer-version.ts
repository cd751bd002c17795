// A tab that was open while a new version was deployed asks for parts of the page that are not there any more. It is loaded
// again, once: whatever was typed is kept (kept/). Without a connection it is not, since that would leave nothing at all.

import { perTab, read, write } from "./kept/storage.ts";

const NAME = "todos.loaded-again";

/** A part that is missing again so soon is not missing because of a new version. */
const ONCE_WITHIN_MS = 60_000;

export function loadAgainWhenOutdated(): void {
  // Vite's own: https://vite.dev/guide/build#load-error-handling
  addEventListener("vite:preloadError", (event) => {
    const storage = perTab();
    const last = (storage && read<number>(storage, NAME)) ?? 0;
    if (!storage || Date.now() - last < ONCE_WITHIN_MS) return;
    // What is shown until then, or in its place, is the error boundary.
    event.preventDefault();
    void isReachable().then((reachable) => {
      if (!reachable) return;
      write(storage, NAME, Date.now());
      location.reload();
    });
  });
}

async function isReachable(): Promise<boolean> {
  try {
    return (await fetch("/api/health", { cache: "no-store" })).ok;
  } catch {
    return false;
  }
}
