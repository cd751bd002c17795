// In which order the functions of a module stand in it. It means nothing to whoever runs them, and gzip finds again only what stands
// within the last 32 KiB. So each function is followed by one that has much in common with those just before it.

import { gzipSync } from "node:zlib";

import { functions, nameSection, withoutNames } from "./wasm-sections.mjs";

/** What is compared is every piece of this many bytes. */
const PIECE = 6;

/** A piece that more functions have than this says nothing of any of them. */
const MOST_OWNERS = 60;

/** How many bytes back a function is compared with. Somewhat less than gzip looks back, so that also its end finds what it was chosen for. */
const WINDOW = 28_000;

/** Functions by what they share with the window, a large one not merely because it is large: by how much is tried out, that which packs best is taken. */
const EVENNESS = [0.6, 0.55, 0.65, 0.7];
const weightOf = (evenness) => (size) => 1 / (size + 20) ** evenness;

/** The places of the functions that a module defines, in the order in which they should stand. */
export function order(module) {
  const bodies = functions(module);
  const shared = sharedPieces(module, bodies);
  const packed = (places) => gzipSync(Buffer.concat(places.map((place) => module.subarray(bodies[place].content, bodies[place].end)))).length;
  const tried = EVENNESS.map((evenness) => {
    const places = inOrder(bodies, shared, weightOf(evenness));
    return { places, size: packed(places) };
  });
  return tried.reduce((least, other) => (other.size < least.size ? other : least)).places;
}

function inOrder(bodies, shared, weight) {
  const owners = new Map();
  shared.forEach((pieces, place) => pieces.forEach((piece) => (owners.get(piece) ?? owners.set(piece, []).get(piece)).push(place)));

  const size = bodies.map(({ content, end }) => end - content);
  const bySize = bodies.map((_, place) => place).sort((a, b) => size[a] - size[b]);
  const left = new Set(bySize);
  // Of the functions that are left: how many pieces they share with the window, unless none.
  const score = new Map();
  const inWindow = new Map();
  const count = (piece, by) => {
    const times = (inWindow.get(piece) ?? 0) + by;
    inWindow.set(piece, times);
    if (times !== (by > 0 ? 1 : 0)) return;
    for (const other of owners.get(piece)) if (left.has(other)) change(other, by);
  };
  const change = (place, by) => {
    const now = (score.get(place) ?? 0) + by;
    if (now > 0) score.set(place, now);
    else score.delete(place);
  };

  const ordered = [];
  let [windowStart, windowSize] = [0, 0];
  while (left.size > 0) {
    const next = best(score, size, weight) ?? bySize.findLast((place) => left.has(place));
    left.delete(next);
    score.delete(next);
    ordered.push(next);
    shared[next].forEach((piece) => count(piece, 1));
    windowSize += size[next];
    for (; windowSize > WINDOW && windowStart < ordered.length - 1; windowStart++) {
      const gone = ordered[windowStart];
      windowSize -= size[gone];
      shared[gone].forEach((piece) => count(piece, -1));
    }
  }
  return ordered;
}

/** Of each function the pieces that others have too, but not all the others. */
function sharedPieces(module, bodies) {
  const pieces = bodies.map(({ content, end }) => {
    const own = new Set();
    for (let at = content; at + PIECE <= end; at++) own.add(module.readUIntBE(at, PIECE));
    return own;
  });
  const owners = new Map();
  for (const own of pieces) for (const piece of own) owners.set(piece, (owners.get(piece) ?? 0) + 1);
  return pieces.map((own) => [...own].filter((piece) => owners.get(piece) > 1 && owners.get(piece) <= MOST_OWNERS));
}

function best(score, size, weight) {
  let [found, most] = [undefined, 0];
  for (const [place, shared] of score) {
    const worth = shared * weight(size[place]);
    if (worth > most) [found, most] = [place, worth];
  }
  return found;
}

/**
 * The module with names that say where its functions should stand: `wasm-opt --reorder-functions-by-name` then puts them there.
 * The names it had, which nothing but stack traces and tools reads, are left out.
 */
export function namedByPlace(module, ordered) {
  const all = functions(module);
  const names = ordered.map((place, rank) => ({ index: all[place].index, name: String(rank).padStart(6, "0") }));
  return Buffer.concat([withoutNames(module), nameSection(names)]);
}
