// Shown instead of the app when the server is not set up (it says what is missing) or does not answer.

import { CardPage } from "../components/card-page.tsx";
import type { Problem } from "../api/problem.ts";

export function NotReadyPage({ problem }: { problem: Problem | null }) {
  const again = (
    <button type="button" className="button primary wide" onClick={() => location.reload()}>
      Try again
    </button>
  );
  if (problem?.status === 503) {
    return (
      <CardPage title="Almost there" lead="The server runs, but it is not set up yet.">
        <p className="card-problem">{problem.detail ?? problem.title}</p>
        <p className="card-note">
          The README says where these are set. With none of Stytch’s values set, the built-in login is used.
        </p>
        {again}
      </CardPage>
    );
  }
  return (
    <CardPage
      title="No answer"
      lead={problem ? (problem.detail ?? `The server answered ${problem.status}.`) : "The server can’t be reached. Check your connection."}
    >
      {again}
    </CardPage>
  );
}
