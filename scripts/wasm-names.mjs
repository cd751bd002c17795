// The names by which a module and its script know each other's functions. wasm-bindgen makes them long and ends them in a hash, which
// no compression shortens; nobody but the two reads them.

import { linkedNames, withLinkedNames } from "./wasm-sections.mjs";

/** Names that wasm-bindgen made: they end in a hash. What it calls by a name that it knows itself has none. */
const MADE = /^\w+_h?[0-9a-f]{16}$/;

/** A name in a script, whole. */
const WORD = /[\w$]+/g;

/** The module and the script of it with short names in place of those that wasm-bindgen made. */
export function withShortNames(module, script) {
  const known = new Set(script.match(WORD));
  const taken = new Set([...known, ...linkedNames(module)]);
  const short = new Map();
  let next = 0;
  for (const name of new Set(linkedNames(module).filter((name) => MADE.test(name)))) {
    if (!known.has(name)) throw new Error(`the script does not know ${name}`);
    let candidate;
    do candidate = `_${(next++).toString(36)}`;
    while (taken.has(candidate));
    short.set(name, candidate);
  }
  const renamed = (name) => short.get(name) ?? name;
  return { module: withLinkedNames(module, renamed), script: script.replace(WORD, renamed) };
}
