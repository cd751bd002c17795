// What is said before somebody is logged in, and where a login ends that left this site.

export const LOG_IN = "Log in";
export const LOGGING_IN = "Logging in";
export const LEAD = "Your e-mail address is all it takes. A first login makes your account.";
export const LEAD_FOR_AGENT = "An app asks to use your todos. Log in first; then you decide.";
/** Around the link to the mailbox. */
export const DEVELOPMENT = ["Development: no e-mail is sent. Your code is in ", "the mailbox", "."] as const;

type Said = { title: string; lead: string };

export const UNKNOWN: Said = {
  title: "Nothing to log in with",
  lead: "This address is the end of a login, but the part that says who you are is missing.",
};
export const USED: Said = { title: "This login has expired", lead: "It was used already, or too much time has passed. A new one takes a moment." };
export const FAILED: Said = { title: "That did not work", lead: "The login service can’t be reached. Please try again." };
