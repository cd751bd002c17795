// Whoever is let in while the panel is open: noticed at once where the person said yes in this browser, and within seconds
// anywhere else.

import { useEffect, useState } from "react";
import { useCell } from "../components/use-cell.ts";
import type { AgentEntry } from "../list/activity.ts";
import { isByAgent } from "../list/activity.ts";
import type { ListStore } from "../list/list-store.ts";
import { useStytch } from "../session/session.tsx";
import { readConnections, type Connection } from "../settings/connected-apps.ts";
import { onConnected } from "./connected-channel.ts";

const LOOK_MS = 2_500;

/** Who leaves the panel open for longer is not connecting anything. */
const LOOKS = 240;

export type Arrived = {
  connection: Connection;
  /** It has called, whatever for. */
  hasCalled: boolean;
  /** The first thing that it did. */
  did: AgentEntry | undefined;
};

export function useArrival(store: ListStore): Arrived | null {
  const stytch = useStytch();
  const log = useCell(store.watching.activity, ({ log }) => log);
  const [since] = useState(() => store.version.get() ?? 0);
  const [arrived, setArrived] = useState<Connection | null>(null);

  useEffect(() => {
    let known: ReadonlySet<string> | null = null;
    let looks = 0;
    let timer: ReturnType<typeof setTimeout>;
    let isHere = true;

    async function look(): Promise<void> {
      clearTimeout(timer);
      const connections = await readConnections(stytch).catch(() => null);
      if (!isHere) return;
      if (connections && known) {
        const newest = connections.find(({ id }) => !known?.has(id));
        // The one that arrived is looked at again: it may have called by now.
        setArrived((before) => newest ?? connections.find(({ id }) => id === before?.id) ?? before);
        if (newest) known = new Set([...known, newest.id]);
      } else if (connections) {
        known = new Set(connections.map(({ id }) => id));
      }
      looks += 1;
      if (looks < LOOKS) timer = setTimeout(() => void look(), LOOK_MS);
    }

    void look();
    const stop = onConnected(() => void look());
    return () => {
      isHere = false;
      clearTimeout(timer);
      stop();
    };
  }, [stytch]);

  if (!arrived) return null;
  const did = log.find((entry): entry is AgentEntry => isByAgent(entry) && entry.number > since && entry.by.id === arrived.app.id);
  return { connection: arrived, hasCalled: arrived.lastUsedAt !== null || did !== undefined, did };
}
