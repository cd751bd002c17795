// What an app may do, in words for the person who decides.

/** By scope: what every server of this kind knows, beside the scopes of its application. */
export const ABOUT_THE_PERSON = new Map([
  ["openid", "Know that it is you"],
  ["email", "See your e-mail address"],
  ["profile", "See your name"],
  ["phone", "See your phone number"],
  ["offline_access", "Stay connected when you are away, until you disconnect it"],
  ["full_access", "Act in your name without limits"],
]);

/** Of a scope that has no words. */
export const using = (scope: string): string => `Use “${scope}”`;
export const couldThen = (app: string): string => `${app} could then`;
