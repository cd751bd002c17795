// Due dates. A date is a day of the person's own calendar: no time zone ever shifts it.

export type DueState = "overdue" | "today" | "later";

/** The day that it is here, as `2026-11-30`. */
export function today(now = new Date()): string {
  const two = (number: number) => String(number).padStart(2, "0");
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

export function dueState(dueOn: string, day = today()): DueState {
  if (dueOn === day) return "today";
  return dueOn < day ? "overdue" : "later";
}
