// What a person is told who is asked to let an app in, and where that ends.

export const CONNECT = "Connect an agent";
/** Before and after the host that vouches for the app. */
export const PUBLISHED_BY = ["The app is published by ", ". "] as const;
export const RETURN_TO = "You then return to ";
/** Before and after the account. */
export const YOU_ARE = ["You are ", ". "] as const;
export const ANOTHER_ACCOUNT = "Use another account";
export const LOG_IN_AGAIN = "Log in again";

export const REFUSED = "This request can’t go on";
export const REFUSED_LEAD = "The app that sent you here asked in a way that is not accepted. Nothing was shared.";
export const GO_BACK = "Go back to the app and connect again. If this comes back, its maker should hear about it.";
export const TELL_THE_APP = "Tell the app";
/** Before and after where that is. */
export const LEADS_TO = ["That leads to ", ", which you have not connected before."] as const;

export const ANSWERED = "This request has been answered";
export const CLOSE_THIS = "You can close this page.";
export const NOT_CONNECTED = "Not connected";
export const NOT_CONNECTED_LEAD = `Nothing was shared. ${CLOSE_THIS}`;
export const CONNECTED = "Connected";
export const sentBack = (name: string): string => `You are being sent back to ${name}. If nothing happens, you can close this page.`;
