/**
 * Somebody else's words in a sentence of Stytch's components, which take no markup: between FIRST STRONG ISOLATE and POP
 * DIRECTIONAL ISOLATE (UAX #9) they have a direction of their own, as in the bdi element.
 */
export function isolated(words: string): string {
  return `\u2068${words}\u2069`;
}
