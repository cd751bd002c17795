import { dueState } from "../list/due.ts";
import { DUE, OVERDUE } from "../texts/row.ts";
import { dueText } from "../texts/times.ts";

type Props = { id: string; dueOn: string; isOpen: boolean; today: string };

/** A due date, also as part of the name of its todo: “Call the dentist due today”. */
export function Due({ id, dueOn, isOpen, today }: Props) {
  const state = dueState(dueOn, today);
  return (
    <time id={id} className="row-due" dateTime={dueOn} data-due={isOpen ? state : undefined}>
      <span className="visually-hidden">{isOpen && state === "overdue" ? OVERDUE : DUE}</span>
      {dueText(dueOn, today)}
    </time>
  );
}
