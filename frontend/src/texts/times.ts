// Moments, days and numbers in words, in the forms of the person's own region: the page speaks English, and a German reads 30/11/2026.

/** English as it is written where the person is: what they ask for, or English of their region. */
export const LOCALE = localeOf(typeof navigator === "undefined" ? ["en"] : navigator.languages);

export function localeOf(languages: readonly string[]): string {
  const english = languages.find((language) => /^en\b/i.test(language));
  if (english) return english;
  try {
    const { region } = new Intl.Locale(languages[0] ?? "en").maximize();
    return region ? `en-${region}` : "en";
  } catch {
    return "en";
  }
}

/** The browser takes milliseconds to make one: it is made when it is first needed, which is mostly after the list is seen. */
const lazily = <T>(make: () => T): (() => T) => {
  let made: T | undefined;
  return () => (made ??= make());
};
const dates = (options: Intl.DateTimeFormatOptions) => lazily(() => new Intl.DateTimeFormat(LOCALE, options));

const number = lazily(() => new Intl.NumberFormat(LOCALE));

/** “10,000”, or as it is written where the person is. */
export const numberText = (count: number): string => number().format(count);

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const ago = lazily(() => new Intl.RelativeTimeFormat(LOCALE, { numeric: "auto" }));
const day = dates({ day: "numeric", month: "long", year: "numeric" });
const time = dates({ hour: "2-digit", minute: "2-digit" });
const shortDay = dates({ day: "numeric", month: "short" });
const whole = dates({ dateStyle: "full", timeStyle: "medium" });

/** “5 minutes ago”, “yesterday”, and the date when it is long past. */
export function when(date: Date, now: Date): string {
  const passed = now.valueOf() - date.valueOf();
  // Two clocks are never quite the same.
  if (passed < 2 * MINUTE) return "just now";
  if (passed < HOUR) return ago().format(-Math.floor(passed / MINUTE), "minute");
  if (passed < DAY) return ago().format(-Math.floor(passed / HOUR), "hour");
  if (passed < 14 * DAY) return ago().format(-Math.floor(passed / DAY), "day");
  return `on ${day().format(date)}`;
}

/** The time of a moment today, the day of an older one as well. */
export function clock(at: string, now = new Date()): string {
  const moment = new Date(at);
  if (moment.toDateString() === now.toDateString()) return time().format(moment);
  return `${shortDay().format(moment)}, ${time().format(moment)}`;
}

/** All that is known of a moment. */
export const exactly = (at: string): string => whole().format(new Date(at));

const DATE: Intl.DateTimeFormatOptions = { day: "numeric", month: "short", timeZone: "UTC" };
const date = dates(DATE);
const dateWithYear = dates({ ...DATE, year: "numeric" });

/** A day of the calendar: “Today”, “Tomorrow”, “Yesterday”, and otherwise the date, with the year when it is another. */
export function dueText(dueOn: string, today: string): string {
  const days = Math.round((Date.parse(dueOn) - Date.parse(today)) / DAY);
  if (days === 0) return "Today";
  if (days === 1) return "Tomorrow";
  if (days === -1) return "Yesterday";
  return dateText(dueOn, today);
}

/** The same, for where “today” would not be true for long. */
export function dateText(dueOn: string, today: string): string {
  return (dueOn.slice(0, 4) === today.slice(0, 4) ? date : dateWithYear)().format(new Date(`${dueOn}T00:00:00Z`));
}
