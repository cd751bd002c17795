// How an agent is told from another at a glance: a letter, a colour and a shape that are the same wherever and whenever it is
// shown in this browser.

import { local, read, write } from "../kept/storage.ts";

/** As many as styles/agents.css has colours. */
const COLOURS = 12;
const SHAPES = ["square", "round"] as const;

const LOOKS = COLOURS * SHAPES.length;

/** From one colour to one that is not like it; it leads through all of them. */
const FURTHER = 5;

export type AgentLook = { letter: string; colour: number; shape: (typeof SHAPES)[number] };

type Agent = { id: string; name: string };

/** The looks that were given out, the latest last: an agent's id, its letter, and the number of its colour and shape. */
export type Given = readonly (readonly [id: string, letter: string, number: number])[];

/** More than an account can have apps connected. */
const MOST_GIVEN = 256;

/** Where they are kept: no app has another colour tomorrow since another came meanwhile. */
const PLACE = "todos.looks";

let given: Given = [];

export function lookOf(agent: Agent): AgentLook {
  const storage = local();
  // Another tab may have met it first.
  if (!isIn(given, agent) && storage) given = kept(storage) ?? given;
  const after = withLook(given, agent);
  if (after !== given && storage) write(storage, PLACE, after);
  given = after;
  const number = given.find(([id]) => id === agent.id)?.[2] ?? 0;
  return { letter: letterOf(agent), colour: number % COLOURS, shape: SHAPES[Math.floor(number / COLOURS)] ?? SHAPES[0] };
}

function kept(storage: Storage): Given | null {
  const found = read<Given>(storage, PLACE);
  return Array.isArray(found) ? found : null;
}

/** Whose apps these were has logged out. */
export function forgetLooks(): void {
  const storage = local();
  given = [];
  if (storage) write(storage, PLACE, null);
}

function isIn(given: Given, agent: Agent): boolean {
  return given.some(([id, letter]) => id === agent.id && letter === letterOf(agent));
}

/**
 * Each agent has the look that its id comes to, or where another with the same letter has that colour, another that is free; once
 * all colours are taken, another of both colour and shape.
 */
export function withLook(given: Given, agent: Agent): Given {
  const letter = letterOf(agent);
  if (isIn(given, agent)) return given;
  const others = given.filter(([id]) => id !== agent.id);
  const taken = others.filter(([, known]) => known === letter).map(([, , number]) => number);
  const wanted = hash(agent.id) % LOOKS;
  const tries = Array.from({ length: LOOKS }, (_, step) => (wanted + step * FURTHER) % LOOKS);
  const hasOwnColour = (number: number) => !taken.some((other) => other % COLOURS === number % COLOURS);
  const free = tries.find(hasOwnColour) ?? tries.find((number) => !taken.includes(number));
  return [...others, [agent.id, letter, free ?? wanted] as const].slice(-MOST_GIVEN);
}

function letterOf({ name }: Agent): string {
  return (Array.from(name).find((char) => /[\p{L}\p{N}]/u.test(char)) ?? "?").toUpperCase();
}

/** FNV-1a: small, and spreads ids that differ in one character. */
function hash(text: string): number {
  let hash = 0x811c9dc5;
  for (const unit of text) hash = Math.imul(hash ^ (unit.codePointAt(0) ?? 0), 0x01000193);
  return hash >>> 0;
}
