// "Connect an agent": the address, and what to do with it in each common host.

import { Suspense, useId, useRef, useState, type KeyboardEvent } from "react";
import { ErrorBoundary } from "../components/error-boundary.tsx";
import { useConfig } from "../session/session.tsx";
import type { ListStore } from "../list/list-store.ts";
import { Arrival, NOBODY_YET } from "./arrival.tsx";
import { CopyField } from "./copy-field.tsx";
import * as words from "../texts/connecting.ts";
import { hostsFor, isPublic, type Host, type Step } from "./hosts.ts";
import "../styles/connect.css";

/** @param store what the agent that is let in does with it is shown */
export default function Connecting({ store }: { store: ListStore | null }) {
  const { mcpUrl } = useConfig();
  return (
    <>
      <p className="panel-lead">{words.LEAD}</p>
      {/* Who comes is known by Stytch's SDK, which may come later than the panel is opened, or not at all. The address is known before. */}
      {store && (
        <ErrorBoundary instead={NOBODY_YET}>
          <Suspense fallback={NOBODY_YET}>
            <Arrival store={store} />
          </Suspense>
        </ErrorBoundary>
      )}
      <CopyField label={words.ADDRESS} value={mcpUrl} />
      <Hosts hosts={hostsFor(mcpUrl)} reachable={isPublic(mcpUrl)} />
    </>
  );
}

function Hosts({ hosts, reachable }: { hosts: Host[]; reachable: boolean }) {
  const [chosen, setChosen] = useState(0);
  const tabs = useRef<HTMLDivElement>(null);
  const id = useId();
  const host = hosts[chosen];

  function onKeyDown(event: KeyboardEvent): void {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const next =
      event.key === "Home" ? 0 : event.key === "End" ? hosts.length - 1 : step && (chosen + step + hosts.length) % hosts.length;
    if (next === undefined) return;
    event.preventDefault();
    setChosen(next);
    tabs.current?.querySelectorAll<HTMLElement>("[role=tab]")[next]?.focus();
  }

  if (!host) return null;
  return (
    <>
      <div className="tabs" role="tablist" aria-label={words.HOST} ref={tabs} onKeyDown={onKeyDown}>
        {hosts.map((each, index) => (
          <button
            key={each.id}
            type="button"
            role="tab"
            id={`${id}-${each.id}`}
            aria-selected={index === chosen}
            aria-controls={`${id}-steps`}
            tabIndex={index === chosen ? 0 : -1}
            className="tab"
            onClick={() => setChosen(index)}
          >
            {each.name}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${id}-steps`} aria-labelledby={`${id}-${host.id}`} className="steps">
        {host.connectsFromOutside && !reachable && <p className="panel-warning">{words.NEEDS_PUBLIC_ADDRESS}</p>}
        {host.steps.map((step, index) => (
          <StepView key={`${host.id}-${index}`} step={step} />
        ))}
      </div>
    </>
  );
}

function StepView({ step }: { step: Step }) {
  switch (step.kind) {
    case "say":
      return <p>{withCode(step.text)}</p>;
    case "copy":
      return <CopyField label={step.label} value={step.value} />;
    case "open":
      return (
        <p>
          <a className="button primary" href={step.href}>
            {step.label}
          </a>
        </p>
      );
  }
}

/** Every second piece between ` marks is code. */
function withCode(text: string) {
  return text.split("`").map((piece, index) => (index % 2 === 1 ? <code key={index}>{piece}</code> : piece));
}
