// One connection: which app, what it may do, since when, and the way to end it. Ending it asks once.

import { useState } from "react";
import { AgentMark } from "../activity/agent-mark.tsx";
import type { ScopeRules } from "../config.ts";
import { scopeWords } from "../stytch-ui/scopes.ts";
import type { Connection } from "./connected-apps.ts";
import * as words from "../texts/settings.ts";
import { when } from "../texts/moments.ts";

type Props = { connection: Connection; rules: ScopeRules; onDisconnect: () => Promise<void> };

type Step = "shown" | "asked" | "under way" | "failed";

export function ConnectionRow({ connection, rules, onDisconnect }: Props) {
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
            <p className="muted">{words.since(when(connectedAt, now), lastUsedAt && when(lastUsedAt, now))}</p>
          )}
        </div>
        {step === "shown" && (
          <button type="button" className="button small" aria-label={words.disconnectApp(app.name)} onClick={() => setStep("asked")}>
            {words.DISCONNECT}
          </button>
        )}
      </div>
      <ul className="app-scopes">
        {scopeWords(scopes, rules).map((words) => (
          <li key={words}>{words}</li>
        ))}
      </ul>
      {step !== "shown" && (
        <div className="app-question" role="group" aria-label={words.disconnectingApp(app.name)}>
          <p role={step === "failed" ? "alert" : undefined}>
            {step === "failed" ? (
              words.NOT_TOLD
            ) : (
              <>
                {words.QUESTION[0]}
                <bdi>{app.name}</bdi>
                {words.QUESTION[1]}
              </>
            )}
          </p>
          <button type="button" className="button small danger" autoFocus disabled={step === "under way"} onClick={disconnect}>
            {step === "failed" ? words.TRY_AGAIN : words.DISCONNECT}
          </button>
          <button type="button" className="button small quiet" disabled={step === "under way"} onClick={() => setStep("shown")}>
            {words.KEEP}
          </button>
        </div>
      )}
    </li>
  );
}
