// What each scope of an agent's request means, in words for the person who decides.

import type { IDPConsentManifestGenerator } from "@stytch/react";

const WORDS: Record<string, string> = {
  "todos:read": "See your todos",
  "todos:write": "Add, complete and delete todos",
  openid: "Know that it is you",
  email: "See your e-mail address",
  profile: "See your name",
  phone: "See your phone number",
  offline_access: "Stay connected when you are away, until you disconnect it",
  full_access: "Act in your name without limits",
};

/** Without a scope of its own for todos, a token opens all of them; the person must not learn that later. */
const ALL_TODOS = "See, add, complete and delete your todos";

/** The todos first, then who the person is; a scope without words is shown by its name rather than left out. */
const ORDER = Object.keys(WORDS);

export const describeScopes: IDPConsentManifestGenerator = ({ scopes, clientName }) => {
  const place = (scope: string) => (ORDER.includes(scope) ? ORDER.indexOf(scope) : ORDER.length);
  const asked = [...new Set(scopes.filter(Boolean))].sort((a, b) => place(a) - place(b));
  const words = asked.map((scope) => WORDS[scope] ?? `Use “${scope}”`);
  if (!asked.some((scope) => scope.startsWith("todos:"))) words.unshift(ALL_TODOS);
  return [{ header: `${clientName} could then`, items: words.map((text) => ({ text })) }];
};
