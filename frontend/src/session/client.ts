// Stytch's headless SDK, the same in both identity modes. It keeps the session: the cookies `stytch_session` and
// `stytch_session_jwt`, their renewal every three minutes, and what other tabs of this page do to them.

import { createStytchClient } from "@stytch/react/headless";
import type { Config } from "../config.ts";
import { completeAuthorizeCalls } from "./authorize-calls.ts";

export type StytchClient = ReturnType<typeof createStytchClient>;
export type User = NonNullable<ReturnType<StytchClient["user"]["getSync"]>>;

type StytchClientOptions = NonNullable<Parameters<typeof createStytchClient>[1]>;

/**
 * `endpoints` is how the SDK (20.1.0: packages/web/src/utils/config) is told where Stytch is. It is not in its types; the
 * public `customBaseUrl` will not do, since it drops the port and insists on https, which a development server lacks.
 */
type Endpoints = {
  endpoints: {
    testAPIURL: string;
    liveAPIURL: string;
    dfpBackendURL: string;
    clientsideServicesIframeURL: string;
  };
};

export function createClient(config: Config): StytchClient {
  const options: StytchClientOptions & Partial<Endpoints> = { keepSessionAlive: true };
  if (config.apiOrigin !== null) {
    options.endpoints = {
      testAPIURL: config.apiOrigin,
      liveAPIURL: config.apiOrigin,
      dfpBackendURL: config.apiOrigin,
      clientsideServicesIframeURL: config.apiOrigin,
    };
  }
  const client = createStytchClient(config.publicToken, options);
  completeAuthorizeCalls(client.idp, config.identity === "embedded");
  return client;
}

/**
 * How long a new session lives, in minutes. A Stytch project allows an hour until its dashboard says otherwise; an open
 * page keeps extending it. The embedded provider grants a month.
 */
export function sessionMinutes(config: Config): number {
  return config.identity === "stytch" ? 60 : 30 * 24 * 60;
}

/** The codes on which Stytch's SDK itself gives a session up. Anything else may be a bad moment of the network. */
const SESSION_IS_GONE = new Set([
  "unauthorized_credentials",
  "user_unauthenticated",
  "invalid_secret_authentication",
  "session_not_found",
]);

/** A new session JWT. False: there is no session to renew. Rejects when nobody answered. */
export async function renewSession(stytch: StytchClient): Promise<boolean> {
  try {
    await stytch.session.authenticate();
    return true;
  } catch (error) {
    const code = (error as { error_type?: unknown }).error_type;
    if (typeof code === "string" && SESSION_IS_GONE.has(code)) return false;
    throw error;
  }
}

/** Ends the session here in any case, and at the server when it can be reached. */
export async function logOut(stytch: StytchClient): Promise<void> {
  try {
    await stytch.session.revoke({ forceClear: true });
  } catch {
    // `forceClear` has already dropped the session of this browser.
  }
}
