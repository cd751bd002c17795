// How an agent is told from another at a glance: a letter, and a colour that is the same wherever and whenever it is shown.

/** As many as styles/agents.css has colours. */
const COLOURS = 8;

export type AgentLook = { letter: string; colour: number };

export function lookOf({ id, name }: { id: string; name: string }): AgentLook {
  const letter = Array.from(name).find((char) => /[\p{L}\p{N}]/u.test(char)) ?? "?";
  return { letter: letter.toUpperCase(), colour: hash(id) % COLOURS };
}

/** FNV-1a: small, and spreads ids that differ in one character. */
function hash(text: string): number {
  let hash = 0x811c9dc5;
  for (const unit of text) hash = Math.imul(hash ^ (unit.codePointAt(0) ?? 0), 0x01000193);
  return hash >>> 0;
}
