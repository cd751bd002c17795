// What the pages do with the session. The SDK itself is made elsewhere (make-client.ts), and may come later (visitor.ts).

import type { createStytchClient } from "@stytch/react/headless";
import type { Config } from "../config.ts";

export type StytchClient = ReturnType<typeof createStytchClient>;
/** Of a user, what the pages show. */
export type User = Pick<NonNullable<ReturnType<StytchClient["user"]["getSync"]>>, "user_id" | "emails">;

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
    // An SDK that knows of no session yet takes one from an answer that comes after it was ended.
    if (stytch.user.getInfo().fromCache) await renewSession(stytch).catch(() => undefined);
    await stytch.session.revoke({ forceClear: true });
  } catch {
    // `forceClear` has already dropped the session of this browser.
  }
}
