// What is said when something is not there, or does not work.

export const BROKEN = "Something went wrong";
export const BROKEN_LEAD = "This part of the page did not load, or broke. What you typed is kept.";
export const LOAD_AGAIN = "Load the page again";

export const NOT_FOUND = "There is nothing here";
export const NOT_FOUND_LEAD = "The address may be mistyped, or what was here has gone.";
export const TO_THE_LIST = "Go to your list";

export const NOT_SET_UP = "Almost there";
export const NOT_SET_UP_LEAD = "The server runs, but it is not set up yet.";
export const HOW_TO_SET_UP = "The README says where these are set. With none of Stytch’s values set, the built-in login is used.";
export const NO_ANSWER = "No answer";
export const NO_ANSWER_LEAD = "The server can’t be reached. Check your connection.";
export const answeredWith = (status: number): string => `The server answered ${status}.`;
export const TRY_AGAIN = "Try again";
