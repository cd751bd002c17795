// What each scope of an agent's request means, in words for the person who decides.

import type { IDPConsentManifestGenerator } from "@stytch/react";
import { isolated } from "./isolated.ts";

const WORDS: Record<string, string> = {
  "todos:write": "See, add, complete and delete your todos",
  "todos:read": "See your todos",
  openid: "Know that it is you",
  email: "See your e-mail address",
  profile: "See your name",
  phone: "See your phone number",
  offline_access: "Stay connected when you are away, until you disconnect it",
  full_access: "Act in your name without limits",
};

/** The todos first, then who the person is; a scope without words is shown by its name rather than left out. */
const ORDER = Object.keys(WORDS);

/** What a server may require a scope for. */
const TODO_SCOPES = ["todos:write", "todos:read"];

/**
 * What an app with these scopes may do. Whatever the server requires no scope for, every token opens; the person must not
 * learn that later.
 */
export function scopeWords(scopes: readonly string[], required: readonly string[]): string[] {
  const open = TODO_SCOPES.filter((scope) => !required.includes(scope));
  const held = new Set([...open, ...scopes.filter(Boolean)]);
  // Who may write may read: once is enough.
  if (held.has("todos:write")) held.delete("todos:read");
  const place = (scope: string) => (ORDER.includes(scope) ? ORDER.indexOf(scope) : ORDER.length);
  return [...held].sort((a, b) => place(a) - place(b)).map((scope) => WORDS[scope] ?? `Use “${scope}”`);
}

/** The list on the consent page. */
export function describeScopes(required: readonly string[]): IDPConsentManifestGenerator {
  return ({ scopes, clientName }) => [
    { header: `${isolated(clientName)} could then`, items: scopeWords(scopes, required).map((text) => ({ text })) },
  ];
}
