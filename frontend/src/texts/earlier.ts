// What is asked about changes from more than a day ago.

export const earlier = (count: number): string =>
  count === 1
    ? "A change from more than a day ago was not sent. It may be out of date."
    : `${count} changes from more than a day ago were not sent. They may be out of date.`;
export const SEND = "Send now";
export const DISCARD = "Discard";
