// What each scope of an agent's request means, in words for the person who decides.

import type { IDPConsentManifestGenerator } from "@stytch/react";
import { PART_OF, SCOPES } from "../product.ts";
import { isolated } from "./isolated.ts";

const WORDS: Record<string, string> = {
  ...SCOPES,
  openid: "Know that it is you",
  email: "See your e-mail address",
  profile: "See your name",
  phone: "See your phone number",
  offline_access: "Stay connected when you are away, until you disconnect it",
  full_access: "Act in your name without limits",
};

/** The product's own first, then who the person is; a scope without words is shown by its name rather than left out. */
const ORDER = Object.keys(WORDS);

/**
 * What an app with these scopes may do. Whatever the server requires no scope for, every token opens; the person must not
 * learn that later.
 */
export function scopeWords(scopes: readonly string[], required: readonly string[]): string[] {
  const open = Object.keys(SCOPES).filter((scope) => !required.includes(scope));
  const held = new Set([...open, ...scopes.filter(Boolean)]);
  // Once is enough.
  for (const [part, whole] of Object.entries(PART_OF)) if (held.has(whole)) held.delete(part);
  const place = (scope: string) => (ORDER.includes(scope) ? ORDER.indexOf(scope) : ORDER.length);
  return [...held].sort((a, b) => place(a) - place(b)).map((scope) => WORDS[scope] ?? `Use “${scope}”`);
}

/** The list on the consent page. */
export function describeScopes(required: readonly string[]): IDPConsentManifestGenerator {
  return ({ scopes, clientName }) => [
    { header: `${isolated(clientName)} could then`, items: scopeWords(scopes, required).map((text) => ({ text })) },
  ];
}
