// What is connected, as the page holds it: read once, and again when the person comes back to the page.

import { useCallback, useEffect, useState } from "react";
import { useStytch } from "../session/session.tsx";
import { disconnect, readConnections, type Connection } from "./connected-apps.ts";

type State = { phase: "loading" } | { phase: "failed" } | { phase: "ready"; connections: Connection[] };

export function useConnections() {
  const stytch = useStytch();
  const [state, setState] = useState<State>({ phase: "loading" });

  const read = useCallback(async () => {
    try {
      setState({ phase: "ready", connections: await readConnections(stytch) });
    } catch {
      // What was read before is still worth more than an error.
      setState((state) => (state.phase === "ready" ? state : { phase: "failed" }));
    }
  }, [stytch]);

  useEffect(() => {
    const look = () => {
      if (document.visibilityState === "visible") void read();
    };
    look();
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, [read]);

  /** Rejects when the server could not be told. */
  const remove = useCallback(
    async (id: string) => {
      await disconnect(stytch, id);
      await read();
    },
    [stytch, read],
  );

  return { state, read, remove };
}
