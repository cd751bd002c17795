// Times as a person tells them: "5 minutes ago", "yesterday", and the date when it is long past.

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const ago = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const day = new Intl.DateTimeFormat("en", { day: "numeric", month: "long", year: "numeric" });

export function when(date: Date, now: Date): string {
  const passed = now.valueOf() - date.valueOf();
  // Two clocks are never quite the same.
  if (passed < 2 * MINUTE) return "just now";
  if (passed < HOUR) return ago.format(-Math.floor(passed / MINUTE), "minute");
  if (passed < DAY) return ago.format(-Math.floor(passed / HOUR), "hour");
  if (passed < 14 * DAY) return ago.format(-Math.floor(passed / DAY), "day");
  return `on ${day.format(date)}`;
}
