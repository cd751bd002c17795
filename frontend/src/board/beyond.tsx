import { useEffect, useState } from "react";
import * as words from "../texts/board.ts";
import type { Host } from "./host.ts";
import { pageAddress } from "./page-address.ts";

/** What the board does not show, and the way to the page, which does: through the host, or else as an address to copy. */
export function Beyond({ count, host }: { count: number; host: Promise<Host> }) {
  const [connected, setConnected] = useState<Host | null>(null);
  const address = pageAddress();

  useEffect(() => {
    host.then(setConnected, () => undefined);
  }, [host]);

  return (
    <p className="board-more muted">
      {words.more(count)}{" "}
      {address !== null &&
        (connected?.opensLinks ? (
          <button type="button" className="link" onClick={() => connected.openLink(address)}>
            {words.OPEN_PAGE}
          </button>
        ) : (
          <span className="board-address">{address}</span>
        ))}
    </p>
  );
}
