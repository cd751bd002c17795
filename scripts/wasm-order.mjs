// In which order the functions of a module stand in it. It means nothing to whoever runs them, and gzip finds again only what stands
// within the last 32 KiB. So each function is followed by one that has much in common with those just before it: what they share says
// which few may be worth it, and gzip's own algorithm which of them is. What is left over to the end stands badly then, so each is
// afterwards tried in other places.

import { deflateRawSync } from "node:zlib";

import { functions, nameSection, withoutNames } from "./wasm-sections.mjs";

/** What is compared is every piece of this many bytes. */
const PIECE = 6;

/** A piece that more functions have than this says nothing of any of them. */
const MOST_OWNERS = 60;

/** How many bytes back a function is compared with. Somewhat less than gzip looks back, so that also its end finds what it was chosen for. */
const WINDOW = 31_000;

/** How many functions are compressed to see which goes best with the window. More were no better. */
const FEW = 24;

/** A function is chosen for what it shares, and for what it so saves, each by its size; but not by all of it: small ones would come first. */
const bySharing = (shared, size) => shared / (size + 20) ** 0.6;
const bySaving = (saved, size) => saved / size ** 0.4;

/** How often each function is tried in other places, in how many, and of how many behind a place it is looked at what it means to them. */
const ROUNDS = 2;
const TRIED = 12;
const BEHIND = 10;

/** The places of the functions that a module defines, in the order in which they should stand. */
export function order(module) {
  const bodies = functions(module).map(({ content, end }) => module.subarray(content, end));
  const shared = sharedPieces(bodies);
  const owners = new Map();
  shared.forEach((pieces, place) => pieces.forEach((piece) => (owners.get(piece) ?? owners.set(piece, []).get(piece)).push(place)));
  return improved(chained(bodies, shared, owners), bodies, shared, owners);
}

/** Each function behind those with which it has most in common, of the functions that are left. */
function chained(bodies, shared, owners) {
  const bySize = bodies.map((_, place) => place).sort((a, b) => bodies[a].length - bodies[b].length);
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

  const alone = bodies.map((body) => deflateRawSync(body).length);
  const goesBest = (places, window) => {
    const dictionary = Buffer.concat(window.map((place) => bodies[place]));
    const saving = (place) => bySaving(alone[place] - deflateRawSync(bodies[place], { dictionary }).length, alone[place]);
    return greatest(places, saving, 1)[0];
  };

  const ordered = [];
  let [windowStart, windowSize] = [0, 0];
  while (left.size > 0) {
    const promising = greatest([...score.keys()], (place) => bySharing(score.get(place), bodies[place].length), FEW);
    const next = promising.length > 1 ? goesBest(promising, ordered.slice(windowStart)) : (promising[0] ?? bySize.findLast((place) => left.has(place)));
    left.delete(next);
    score.delete(next);
    ordered.push(next);
    shared[next].forEach((piece) => count(piece, 1));
    windowSize += bodies[next].length;
    for (; windowSize > WINDOW && windowStart < ordered.length - 1; windowStart++) {
      const gone = ordered[windowStart];
      windowSize -= bodies[gone].length;
      shared[gone].forEach((piece) => count(piece, -1));
    }
  }
  return ordered;
}

/** The order after each function was moved behind another where that, with what it means to those behind both places, takes fewer bytes. */
function improved(ordered, bodies, shared, owners) {
  /** The bytes that a function takes behind what stands before a place of an order, itself left out. */
  const bytes = (place, order, at) => {
    const before = [];
    for (let size = 0; at > 0 && size < WINDOW; ) {
      const other = order[--at];
      if (other === place) continue;
      before.push(bodies[other]);
      size += bodies[other].length;
    }
    const dictionary = Buffer.concat(before.reverse()).subarray(-WINDOW);
    return deflateRawSync(bodies[place], { level: 9, dictionary }).length;
  };
  const bytesOfAll = (places, order) => places.reduce((sum, place) => sum + bytes(place, order, order.indexOf(place)), 0);
  /** How many pieces each other function shares with one. */
  const sharing = (place) => {
    const count = new Map();
    for (const piece of shared[place]) for (const other of owners.get(piece)) count.set(other, (count.get(other) ?? 0) + 1);
    count.delete(place);
    return count;
  };
  /** Those behind a place that share most with a function, as far as it can be seen from them. */
  const behind = (at, count) => {
    const seen = [];
    for (let size = 0; at < ordered.length && size < WINDOW; at++) {
      if (count.has(ordered[at])) seen.push(ordered[at]);
      size += bodies[ordered[at]].length;
    }
    return greatest(seen, (other) => count.get(other), BEHIND);
  };

  const bySize = bodies.map((_, place) => place).sort((a, b) => bodies[b].length - bodies[a].length);
  for (let round = 0; round < ROUNDS; round++) {
    for (const place of bySize) {
      const [at, count] = [ordered.indexOf(place), sharing(place)];
      const candidates = greatest(count.keys(), (other) => count.get(other), TRIED);
      const tried = candidates.map((after) => ({ after, bytes: bytes(place, ordered, ordered.indexOf(after) + 1) }));
      const best = tried.reduce((one, other) => (other.bytes < one.bytes ? other : one), { bytes: bytes(place, ordered, at) });
      if (best.after === undefined) continue;
      const moved = ordered.toSpliced(at, 1);
      moved.splice(moved.indexOf(best.after) + 1, 0, place);
      const others = [...new Set([...behind(at + 1, count), ...behind(ordered.indexOf(best.after) + 1, count)])];
      const concerned = [place, ...others];
      if (bytesOfAll(concerned, moved) < bytesOfAll(concerned, ordered)) ordered = moved;
    }
  }
  return ordered;
}

/** Of each function the pieces that others have too, but not all the others. */
function sharedPieces(bodies) {
  const pieces = bodies.map((body) => {
    const own = new Set();
    for (let at = 0; at + PIECE <= body.length; at++) own.add(body.readUIntBE(at, PIECE));
    return own;
  });
  const owners = new Map();
  for (const own of pieces) for (const piece of own) owners.set(piece, (owners.get(piece) ?? 0) + 1);
  return pieces.map((own) => [...own].filter((piece) => owners.get(piece) > 1 && owners.get(piece) <= MOST_OWNERS));
}

/** The `most` of them that are worth most, the best first. */
function greatest(places, worth, most) {
  const found = [];
  for (const place of places) {
    const own = worth(place);
    if (found.length === most && own <= found.at(-1).worth) continue;
    if (found.length === most) found.pop();
    const less = found.findIndex((other) => other.worth < own);
    found.splice(less < 0 ? found.length : less, 0, { place, worth: own });
  }
  return found.map(({ place }) => place);
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
