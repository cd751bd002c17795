// Where a consent leads, said so that a person can judge it. The name an app gives itself proves nothing; the address it
// is sent back to is what the authorization server has checked.

import * as words from "../texts/redirect-target.ts";

export type RedirectTarget = {
  name: string;
  /** Follows the name in a sentence. */
  note: string;
};

// Names and addresses that lead to this computer; those of which the authorization server asks each time.
const THIS_COMPUTER =
  /^((.+\.)?localhost\.?|127(\.\d{1,3}){3}|0\.0\.0\.0|\[::1?\]|\[::ffff:(7f[\da-f]{2}:[\da-f]{1,4}|0:0)\])$/;

export function describeRedirect(redirectUri: string): RedirectTarget {
  let url: URL;
  try {
    url = new URL(redirectUri);
  } catch {
    return { name: words.UNKNOWN_ADDRESS, note: "." };
  }
  const isWeb = url.protocol === "https:" || url.protocol === "http:";
  if (isWeb && !THIS_COMPUTER.test(url.hostname)) return { name: url.host, note: "." };
  // Whichever program holds the port or has claimed the scheme gets the answer (RFC 8252 section 8.6).
  const way = isWeb ? words.at(url.host) : words.opens(url.protocol);
  return { name: words.PROGRAM, note: words.onlyGoOn(way) };
}

/**
 * Who vouches for an app that is known by the address of a document (a client id metadata document): the host it was fetched
 * from. `undefined` for an app that registered itself, for which nobody does.
 */
export function publisherOf(clientId: string): string | undefined {
  return clientId.startsWith("https://") && URL.canParse(clientId) ? new URL(clientId).host : undefined;
}
