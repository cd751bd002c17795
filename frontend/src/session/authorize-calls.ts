// The two calls behind Stytch's consent component, made to say and to do what the component leaves out. It knows them by the
// client that it is given, so the client's own methods are wrapped.

import type { createStytchClient } from "@stytch/react/headless";

/** What the component (@stytch/react 20.1.0, parseOAuthAuthorizeParams) does not take out of the address. */
const LEFT_OUT = ["code_challenge_method", "max_age", "request", "request_uri", "response_mode"];

/** In the address only where the server has asked that it be carried. */
const REQUEST_MARK = "request_mark";

/** Where a request ends. Going back to it from the client finds it answered, and asks for no second code. */
export const ANSWERED_PATH = "/oauth/answered";

export type Answered = { allowed: boolean; redirectUri: string };

type AuthorizeCalls = ReturnType<typeof createStytchClient>["idp"];

/** `whole`: the server takes parameters that Stytch's own API does not know. */
export function completeAuthorizeCalls(idp: AuthorizeCalls, whole: boolean): void {
  const start = idp.oauthAuthorizeStart;
  const submit = idp.oauthAuthorizeSubmit;
  const rest = () => leftOut(location.search, whole ? [...LEFT_OUT, REQUEST_MARK] : [REQUEST_MARK]);
  idp.oauthAuthorizeStart = (request) => start({ ...rest(), ...request });
  idp.oauthAuthorizeSubmit = async (request) => {
    const answer = await submit({ ...rest(), ...request });
    const answered: Answered = { allowed: Boolean(answer.authorization_code), redirectUri: request.redirect_uri };
    history.replaceState(answered, "", ANSWERED_PATH);
    return answer;
  };
}

export function leftOut(search: string, names: readonly string[] = LEFT_OUT): Record<string, string> {
  const asked = new URLSearchParams(search);
  const rest: Record<string, string> = {};
  for (const name of names) {
    const value = asked.get(name);
    if (value) rest[name] = value;
  }
  return rest;
}

/** What the authorization endpoint says of a request before anybody is logged in. */
export type Judged =
  | { step: "page" }
  | { step: "logIn"; requestMark: string }
  | { step: "refused"; reason: string; wayBack: string | null };

/** Null: nobody could say; what is wrong will be said after the login. */
export async function judge(search: string): Promise<Judged | null> {
  try {
    const response = await fetch(`/oauth/authorize${search}`, { headers: { Accept: "application/json" } });
    const judged = (await response.json()) as Partial<Judged>;
    // Anything else is a problem that the server has, and none of the request's.
    return typeof judged.step === "string" ? (judged as Judged) : null;
  } catch {
    return null;
  }
}

/** Why a call was refused, as the embedded provider tells it. */
export type Refusal = {
  type: string | null;
  /** The server's sentence where there is one; the SDK's own messages are written for its developers. */
  reason: string;
  /** The client's address with the error in it: where a person may want to go. */
  wayBack: string | null;
  /** When the request began, sealed: it travels in the address, through the login and back. */
  requestMark: string | null;
};

export function refusalOf(error: unknown): Refusal {
  const { error_type, error_message, error_details } = error as Record<string, unknown>;
  const details = (error_details ?? {}) as Record<string, unknown>;
  const text = (value: unknown) => (typeof value === "string" && value ? value : null);
  return {
    type: text(error_type),
    reason: text(error_message) ?? "The login service can’t be reached. Please try again.",
    wayBack: text(details["redirect_uri"]),
    requestMark: text(details["request_mark"]),
  };
}
