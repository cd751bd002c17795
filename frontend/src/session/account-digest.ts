// Whose page this is, said on each call so that the server can refuse a call whose cookie is another account's. A digest: a user
// id has no place in an address, and addresses are logged.

/** SHA-256 of the user id in base64url, as the server makes it. Null where the browser offers no digests. */
export async function accountDigest(userId: string): Promise<string | null> {
  if (!globalThis.crypto?.subtle) return null;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(userId)));
  return btoa(String.fromCharCode(...digest)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
