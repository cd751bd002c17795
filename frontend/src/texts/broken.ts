// What is said when something is not there, or does not work.

export const BROKEN = "Something went wrong";
export const BROKEN_LEAD = "This part of the page did not load, or broke. What you typed is kept.";
export const LOAD_AGAIN = "Load the page again";

export const NOT_FOUND = "There is nothing here";
export const NOT_FOUND_LEAD = "The address may be mistyped, or what was here has gone.";
export const TO_THE_LIST = "Go to your list";
