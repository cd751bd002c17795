// One connected app: what it may do, since when, and the way to end it. Ending it asks once.

import { useState } from "react";
import { AgentMark } from "../activity/agent-mark.tsx";
import { scopeWords } from "../stytch-ui/scopes.ts";
import type { ConnectedApp } from "./connected-apps.ts";
import { when } from "../texts/times.ts";

type Props = { app: ConnectedApp; requiredScopes: readonly string[]; onDisconnect: () => Promise<void> };

type Step = "shown" | "asked" | "under way" | "failed";

export function AppRow({ app, requiredScopes, onDisconnect }: Props) {
  const [step, setStep] = useState<Step>("shown");
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
          {app.connectedAt && (
            <p className="muted">
              Connected {when(app.connectedAt, now)}
              {app.lastUsedAt && ` · last used ${when(app.lastUsedAt, now)}`}
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
        {scopeWords(app.scopes, requiredScopes).map((words) => (
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
