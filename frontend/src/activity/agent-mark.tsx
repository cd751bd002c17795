import { changedBy } from "../texts/row.ts";
import { lookOf } from "./agent-look.ts";
import "../styles/agents.css";

type Props = { agent: { id: string; name: string }; className?: string; isNamed?: boolean };

/** An agent's letter in its colour and shape. Where its name does not stand beside it, it is named. */
export function AgentMark({ agent, className = "", isNamed = false }: Props) {
  const { letter, colour, shape } = lookOf(agent);
  return (
    <span
      className={`agent-mark ${className}`}
      data-colour={colour}
      data-shape={shape}
      {...(isNamed ? { "aria-hidden": true } : { role: "img", "aria-label": changedBy(agent.name), title: changedBy(agent.name) })}
    >
      {letter}
    </span>
  );
}
