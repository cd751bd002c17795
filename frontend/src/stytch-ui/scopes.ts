// What each scope of an agent's request means, in words for the person who decides.

import type { IDPConsentManifestGenerator } from "@stytch/react";
import type { ScopeRules } from "../config.ts";
import * as texts from "../texts/scopes.ts";
import { isolated } from "./isolated.ts";

/**
 * What an app with these scopes may do: the application's own first, the widest before what it includes, then who the person is; a
 * scope without words is shown by its name rather than left out. Whatever the server requires no scope for, every token opens; the
 * person must not learn that later.
 */
export function scopeWords(scopes: readonly string[], { requiredScopes, applicationScopes }: ScopeRules): string[] {
  const open = applicationScopes.filter(({ name }) => !requiredScopes.includes(name));
  const held = new Set([...open.map(({ name }) => name), ...scopes.filter(Boolean)]);
  // Once is enough.
  for (const { name, includes } of applicationScopes) if (held.has(name)) for (const part of includes) held.delete(part);
  const widestFirst = [...applicationScopes].sort((a, b) => b.includes.length - a.includes.length);
  const words = new Map([...widestFirst.map(({ name, meaning }): [string, string] => [name, meaning]), ...texts.ABOUT_THE_PERSON]);
  const order = [...words.keys()];
  const place = (scope: string) => (words.has(scope) ? order.indexOf(scope) : order.length);
  return [...held].sort((a, b) => place(a) - place(b)).map((scope) => words.get(scope) ?? texts.using(scope));
}

/** The list on the consent page. */
export function describeScopes(rules: ScopeRules): IDPConsentManifestGenerator {
  return ({ scopes, clientName }) => [
    { header: texts.couldThen(isolated(clientName)), items: scopeWords(scopes, rules).map((text) => ({ text })) },
  ];
}
