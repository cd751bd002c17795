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
  const [arrived, setArrived] = useState<{ connection: Connection; since: number; isAlone: boolean } | null>(null);

  useEffect(() => {
    const version = () => store.version.get() ?? 0;
    let known: ReadonlySet<string> | null = null;
    /** The version of the list when whoever comes next was not there yet. */
    let since = version();
    let looks = 0;
    let timer: ReturnType<typeof setTimeout>;
    let isHere = true;

    async function look(): Promise<void> {
      clearTimeout(timer);
      const [from, asked] = [since, version()];
      const connections = await readConnections(stytch).catch(() => null);
      if (!isHere) return;
      if (connections && known) {
        const newest = connections.find(({ id }) => !known?.has(id));
        if (newest) {
          const isAlone = connections.filter(({ app }) => app.id === newest.app.id).length === 1;
          // It may have called already; where another device of the app is there, that may have been the other.
          setArrived({ connection: newest, since: isAlone ? from : version(), isAlone });
          known = new Set([...known, newest.id]);
        } else {
          // The one that arrived is looked at again: it may have called by now.
          const again = (id: string) => connections.find((connection) => connection.id === id);
          setArrived((before) => before && { ...before, connection: again(before.connection.id) ?? before.connection });
        }
      } else if (connections) {
        known = new Set(connections.map(({ id }) => id));
      }
      if (connections) since = asked;
      looks += 1;
      // Another look may have been going on beside this one.
      clearTimeout(timer);
      if (looks < LOOKS) timer = setTimeout(() => void look(), LOOK_MS);
    }

    void look();
    const stop = onConnected(() => void look());
    return () => {
      isHere = false;
      clearTimeout(timer);
      stop();
    };
  }, [stytch, store]);

  if (!arrived) return null;
  const { connection, since, isAlone } = arrived;
  const hasUsed = connection.lastUsedAt !== null;
  // The history knows the app and not the device: of several it may have been another, as long as this one has not called.
  const mayBeIts = isAlone || hasUsed;
  const did = log.find((entry): entry is AgentEntry => isByAgent(entry) && entry.number > since && entry.by.id === connection.app.id);
  return { connection, hasCalled: hasUsed || (isAlone && did !== undefined), did: mayBeIts ? did : undefined };
}
