// Days and numbers in words, in the forms of the person's own region: the page speaks English, and a German reads 30/11/2026.

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
export const lazily = <T>(make: () => T): (() => T) => {
  let made: T | undefined;
  return () => (made ??= make());
};
export const dates = (options: Intl.DateTimeFormatOptions) => lazily(() => new Intl.DateTimeFormat(LOCALE, options));

const number = lazily(() => new Intl.NumberFormat(LOCALE));

/** “10,000”, or as it is written where the person is. */
export const numberText = (count: number): string => number().format(count);

const DAY = 24 * 60 * 60_000;

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
