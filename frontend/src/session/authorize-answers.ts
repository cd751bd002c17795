// What the server says of an app's request to be let in: before anybody is logged in, and when it refuses.

import { FAILED } from "../texts/logging-in.ts";

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
    reason: text(error_message) ?? FAILED.lead,
    wayBack: text(details["redirect_uri"]),
    requestMark: text(details["request_mark"]),
  };
}
