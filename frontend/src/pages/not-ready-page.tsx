// Shown instead of the app when the server is not set up (it says what is missing) or does not answer.

import { CardPage } from "../components/card-page.tsx";
import type { Problem } from "../api/problem.ts";
import * as words from "../texts/broken.ts";

export function NotReadyPage({ problem }: { problem: Problem | null }) {
  const again = (
    <button type="button" className="button primary wide" onClick={() => location.reload()}>
      {words.TRY_AGAIN}
    </button>
  );
  if (problem?.status === 503) {
    return (
      <CardPage title={words.NOT_SET_UP} lead={words.NOT_SET_UP_LEAD}>
        <p className="card-problem">{problem.detail ?? problem.title}</p>
        <p className="card-note">{words.HOW_TO_SET_UP}</p>
        {again}
      </CardPage>
    );
  }
  return (
    <CardPage title={words.NO_ANSWER} lead={problem ? (problem.detail ?? words.answeredWith(problem.status)) : words.NO_ANSWER_LEAD}>
      {again}
    </CardPage>
  );
}
