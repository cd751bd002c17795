// What was given more than a day ago and never confirmed: sent now, it might be done twice, or no longer be what the person wants.

import type { ListStore } from "../list/list-store.ts";
import * as words from "../texts/earlier.ts";

export default function EarlierQuestion({ count, store }: { count: number; store: ListStore }) {
  return (
    <div className="earlier" role="group" aria-label={words.earlier(count)}>
      <p>{words.earlier(count)}</p>
      <span className="ways">
        <button type="button" className="button small" onClick={() => store.decideEarlier(true)}>
          {words.SEND}
        </button>
        <button type="button" className="button small quiet" onClick={() => store.decideEarlier(false)}>
          {words.DISCARD}
        </button>
      </span>
    </div>
  );
}
