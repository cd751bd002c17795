// One connection: which app, what it may do, since when, and the way to end it. Ending it asks once.

import { useState } from "react";
import { AgentMark } from "../activity/agent-mark.tsx";
import { scopeWords } from "../stytch-ui/scopes.ts";
import type { Connection } from "./connected-apps.ts";
import { when } from "../texts/times.ts";

type Props = { connection: Connection; requiredScopes: readonly string[]; onDisconnect: () => Promise<void> };

type Step = "shown" | "asked" | "under way" | "failed";

export function ConnectionRow({ connection, requiredScopes, onDisconnect }: Props) {
  const [step, setStep] = useState<Step>("shown");
  const { app, scopes, connectedAt, lastUsedAt } = connection;
  const now = new Date();

  function disconnect(): void {
    setStep("under way");
    onDisconnect().catch(() => setStep("failed"));
  }

  return (
    <li className="app">
      <div className="app-head">
        <AgentMark agent={app} className="app-mark" isNamed />
        <div className="app-name">
          <h2>
            <bdi>{app.name}</bdi>
          </h2>
          {connectedAt && (
            <p className="muted">
              Connected {when(connectedAt, now)}
              {lastUsedAt ? ` · last used ${when(lastUsedAt, now)}` : " · not used yet"}
            </p>
          )}
        </div>
        {step === "shown" && (
          <button type="button" className="button small" aria-label={`Disconnect ${app.name}`} onClick={() => setStep("asked")}>
            Disconnect
          </button>
        )}
      </div>
      <ul className="app-scopes">
        {scopeWords(scopes, requiredScopes).map((words) => (
          <li key={words}>{words}</li>
        ))}
      </ul>
      {step !== "shown" && (
        <div className="app-question" role="group" aria-label={`Disconnect ${app.name}?`}>
          <p role={step === "failed" ? "alert" : undefined}>
            {step === "failed" ? (
              "The server could not be told. It is still connected."
            ) : (
              <>
                Disconnect <bdi>{app.name}</bdi>? It is out at once, and has to ask you again.
              </>
            )}
          </p>
          <button type="button" className="button small danger" autoFocus disabled={step === "under way"} onClick={disconnect}>
            {step === "failed" ? "Try again" : "Disconnect"}
          </button>
          <button type="button" className="button small quiet" disabled={step === "under way"} onClick={() => setStep("shown")}>
            Keep
          </button>
        </div>
      )}
    </li>
  );
}
