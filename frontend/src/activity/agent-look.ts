// How an agent is told from another at a glance: a letter, a colour and a shape that are the same wherever and whenever it is
// shown.

/** As many as styles/agents.css has colours. */
const COLOURS = 12;
const SHAPES = ["square", "round"] as const;

export type AgentLook = { letter: string; colour: number; shape: (typeof SHAPES)[number] };

export function lookOf({ id, name }: { id: string; name: string }): AgentLook {
  const letter = Array.from(name).find((char) => /[\p{L}\p{N}]/u.test(char)) ?? "?";
  const number = hash(id);
  const shape = SHAPES[Math.floor(number / COLOURS) % SHAPES.length] ?? SHAPES[0];
  return { letter: letter.toUpperCase(), colour: number % COLOURS, shape };
}

/** FNV-1a: small, and spreads ids that differ in one character. */
function hash(text: string): number {
  let hash = 0x811c9dc5;
  for (const unit of text) hash = Math.imul(hash ^ (unit.codePointAt(0) ?? 0), 0x01000193);
  return hash >>> 0;
}
