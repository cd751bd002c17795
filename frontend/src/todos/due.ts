// Due dates in words. A date is a day of the person's own calendar: no time zone ever shifts it.

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

/** “Today”, “Tomorrow”, “Yesterday”, and otherwise the date, with the year when it is another. */
export function dueText(dueOn: string, day = today()): string {
  const days = Math.round((Date.parse(dueOn) - Date.parse(day)) / 86_400_000);
  if (days === 0) return "Today";
  if (days === 1) return "Tomorrow";
  if (days === -1) return "Yesterday";
  const sameYear = dueOn.slice(0, 4) === day.slice(0, 4);
  const format: Intl.DateTimeFormatOptions = { day: "numeric", month: "short", ...(sameYear ? {} : { year: "numeric" }), timeZone: "UTC" };
  return new Date(`${dueOn}T00:00:00Z`).toLocaleDateString(undefined, format);
}
