// Where a consent leads, said so that a person can judge it. The name an app gives itself proves nothing; the address it
// is sent back to is what the authorization server has checked.

export type RedirectTarget = {
  name: string;
  /** Follows the name in a sentence. */
  note: string;
};

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

export function describeRedirect(redirectUri: string): RedirectTarget {
  let url: URL;
  try {
    url = new URL(redirectUri);
  } catch {
    return { name: "an unknown address", note: "." };
  }
  if (LOOPBACK.test(url.hostname)) {
    return { name: "an app on this computer", note: `, at ${url.host}. Only go on if you have just started this yourself.` };
  }
  if (url.protocol === "https:" || url.protocol === "http:") return { name: url.host, note: "." };
  return { name: "an app on this device", note: `, through ${url.protocol}//. Only go on if you have just started this yourself.` };
}

/**
 * Who vouches for an app that is known by the address of a document (a client id metadata document): the host it was fetched
 * from. `undefined` for an app that registered itself, for which nobody does.
 */
export function publisherOf(clientId: string): string | undefined {
  return clientId.startsWith("https://") && URL.canParse(clientId) ? new URL(clientId).host : undefined;
}
