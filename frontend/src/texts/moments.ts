// Moments in words, in the forms of the person's own region. They are downloaded with what tells of the past.

import { dates, lazily, LOCALE } from "./times.ts";

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
