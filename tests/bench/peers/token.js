// Who is calling, as jose's documentation has it: the issuer's key set, fetched once and kept, and a verified JWT.

import { createRemoteJWKSet, jwtVerify } from "jose";

let keys;

/** The claims of a token; throws if it is not good. */
export async function claimsOf(token, { ISSUER, AUDIENCE }) {
  keys ??= createRemoteJWKSet(new URL(`${ISSUER}/.well-known/jwks.json`));
  const { payload } = await jwtVerify(token, keys, { issuer: ISSUER, audience: AUDIENCE, algorithms: ["RS256"] });
  return payload;
}
