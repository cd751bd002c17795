// What agents did since the person last looked: a card for each, in a place of its own, so that nothing of the person's is ever
// replaced by it. Beside the list where there is room; else a line for each agent, over the list's lower end, that opens.

import { lazy, Suspense } from "react";
import { ErrorBoundary } from "../components/error-boundary.tsx";
import { useCell } from "../components/use-cell.ts";
import { useMedia } from "../components/use-media.ts";
import { cardsOf, undoneIn } from "../list/activity.ts";
import type { ListStore } from "../list/list-store.ts";
import { AGENTS } from "../texts/page.ts";
import "../styles/activity.css";

/** Downloaded once an agent has done something. */
const AgentCard = lazy(() => import("./agent-card.tsx"));

/** As in styles/activity.css: where the cards fit beside the list. */
const HAS_ROOM = "(min-width: 1260px)";

/** @param isInFlow the cards stand below the list and cover nothing */
export function ActivityCards({ store, isInFlow = false }: { store: ListStore; isInFlow?: boolean }) {
  const activity = useCell(store.watching.activity);
  const hasRoom = useMedia(HAS_ROOM) || isInFlow;
  const cards = cardsOf(activity);
  const undone = undoneIn(activity);
  return (
    <aside className="activity" aria-label={AGENTS}>
      {cards.length > 0 && (
        <ErrorBoundary isPart>
          <Suspense>
            {cards.map((card) => (
              <AgentCard key={card.agent.id} card={card} undone={undone} store={store} hasRoom={hasRoom} />
            ))}
          </Suspense>
        </ErrorBoundary>
      )}
    </aside>
  );
}
