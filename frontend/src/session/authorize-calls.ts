// The two calls behind Stytch's consent component, made to say and to do what the component leaves out. It knows them by the
// client that it is given, so the client's own methods are wrapped.

import type { createStytchClient } from "@stytch/react/headless";
import { ANSWERED_PATH, type Answered } from "./answered.ts";

/** What the component (@stytch/react 20.1.0, parseOAuthAuthorizeParams) does not take out of the address. */
const LEFT_OUT = ["code_challenge_method", "max_age", "request", "request_uri", "response_mode"];

/** In the address only where the server has asked that it be carried. */
const REQUEST_MARK = "request_mark";

type AuthorizeCalls = ReturnType<typeof createStytchClient>["idp"];

const completed = new WeakSet<AuthorizeCalls>();

/**
 * To be called before the component is drawn; does nothing a second time. `whole`: the server takes parameters that Stytch's own API
 * does not know.
 */
export function completeAuthorizeCalls(idp: AuthorizeCalls, whole: boolean): void {
  if (completed.has(idp)) return;
  completed.add(idp);
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
