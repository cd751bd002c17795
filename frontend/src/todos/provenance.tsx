import { useEffect, useState } from "react";
import { AgentMark } from "../activity/agent-mark.tsx";
import type { Provenance } from "../api/todos.ts";
import { ShownSentence } from "../components/shown-sentence.tsx";
import type { Actor } from "../list/delta.ts";
import type { Row } from "../list/list.ts";
import type { ListStore } from "../list/list-store.ts";
import { actorName } from "../texts/changes.ts";
import * as words from "../texts/provenance.ts";
import { exactly, when } from "../texts/moments.ts";
import "../styles/provenance.css";

/** Who added a todo and who changed it last, and when. Its place is there before the answer is, so that nothing moves. */
export default function ProvenanceLine({ row, store }: { row: Row; store: ListStore }) {
  const { id, version, createdAt } = row;
  const [known, setKnown] = useState<Provenance | null>(null);

  useEffect(() => {
    let isHere = true;
    if (id !== null) void store.provenance(id).then((provenance) => isHere && setKnown(provenance));
    return () => {
      isHere = false;
    };
  }, [id, version, store]);

  return (
    <p className="provenance">
      {createdAt && known && <Part verb={words.ADDED} by={known.addedBy} at={createdAt} />}
      {known?.changedAt && <Part verb={words.CHANGED} by={known.changedBy} at={known.changedAt} />}
    </p>
  );
}

function Part({ verb, by, at }: { verb: string; by: Actor | undefined; at: string }) {
  return (
    <span className="provenance-part">
      {by?.kind === "app" && <AgentMark agent={by} isNamed />}
      <span>
        {by ? (
          <>
            {verb} {words.BY} <ShownSentence sentence={words.inside(actorName(by))} />
          </>
        ) : (
          verb
        )}{" "}
        <time dateTime={at} title={exactly(at)}>
          {when(new Date(at), new Date())}
        </time>
      </span>
    </span>
  );
}
