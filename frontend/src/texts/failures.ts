// Why something could not be done, where the server gives no words of its own.

export const UNREACHABLE = "The server can’t be reached.";
export const SESSION_ENDED = "Your session has ended.";
export const SERVER_PROBLEM = "The server had a problem.";
export const NOT_READABLE = "The server’s answer could not be read.";
export const WRONG = "Something went wrong.";
