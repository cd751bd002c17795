import { AgentMark } from "../activity/agent-mark.tsx";
import { ShownSentence } from "../components/shown-sentence.tsx";
import type { ListStore } from "../list/list-store.ts";
import { told } from "../texts/changes.ts";
import * as words from "../texts/connecting.ts";
import { useArrival } from "./use-arrival.ts";

export const NOBODY_YET = <div role="status" />;

/** Connecting ends here: who was let in, and its first call as it comes. */
export function Arrival({ store }: { store: ListStore }) {
  const arrived = useArrival(store);
  return (
    <div role="status">
      {arrived && (
        <div className="arrival" data-called={arrived.hasCalled || undefined}>
          <AgentMark agent={arrived.connection.app} isNamed />
          <div>
            <p className="arrival-title">
              <bdi>{arrived.connection.app.name}</bdi> {words.IS_CONNECTED}
            </p>
            <p>
              {arrived.did ? (
                <>
                  {words.FIRST} <ShownSentence sentence={told(arrived.did)} />.
                </>
              ) : arrived.hasCalled ? (
                words.HAS_CALLED
              ) : (
                words.WAITING
              )}
            </p>
          </div>
        </div>
      )}
    </div>
  );
}
