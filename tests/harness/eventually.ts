// Waiting for what happens on its own time: until it has, never for a length of time.

import { setTimeout as pause } from "node:timers/promises";

const BETWEEN_LOOKS_MS = 100;

/**
 * Looks until `look` neither throws nor answers `undefined`, and gives what it saw. After `deadlineMs` it throws what the
 * last look threw; the deadline is there so that a broken thing fails instead of hanging, and says nothing about speed.
 */
export async function eventually<T>(what: string, look: () => Promise<T | undefined>, deadlineMs = 30_000): Promise<T> {
  const deadline = Date.now() + deadlineMs;
  let reason: unknown = "nothing to see";
  do {
    try {
      const seen = await look();
      if (seen !== undefined) return seen;
    } catch (error) {
      reason = error;
    }
    await pause(BETWEEN_LOOKS_MS);
  } while (Date.now() < deadline);
  throw new Error(`${what}: not within ${deadlineMs} ms`, { cause: reason });
}
