// The sections of a WebAssembly module (WebAssembly core specification, "Modules"): what it is made of, by kind.

/** A number as modules write it (unsigned LEB128), and where what follows it begins. */
export function number(module, at) {
  let [value, length] = [0, 0];
  do value += (module[at + length] & 0x7f) * 2 ** (7 * length);
  while (module[at + length++] & 0x80);
  return { value, end: at + length };
}

/** A name: its length in bytes, and its bytes. */
export function text(module, at) {
  const { value: length, end: start } = number(module, at);
  return { value: module.toString("utf8", start, start + length), end: start + length };
}

/** Ids of the sections that are asked for by name. */
export const [CUSTOM, IMPORT, EXPORT, CODE, DATA] = [0, 2, 7, 10, 11];

/** What can be imported. */
const [FUNCTION, TABLE, MEMORY, GLOBAL, TAG] = [0, 1, 2, 3, 4];

/** The part of the section of names that is about functions (appendix "Name Section"). */
export const FUNCTION_NAMES = 1;

/**
 * All sections in order. `start` and `end` hold the whole section, its head included; `content` is where it begins to say something,
 * for a custom section after its name.
 */
export function sections(module) {
  const found = [];
  for (let start = 8; start < module.length; ) {
    const size = number(module, start + 1);
    const end = size.end + size.value;
    const id = module[start];
    const name = id === CUSTOM ? text(module, size.end) : { value: "", end: size.end };
    found.push({ id, name: name.value, start, content: name.end, end });
    start = end;
  }
  return found;
}

/** The module without the names of its functions, which nothing but stack traces and tools reads (appendix "Name Section"). */
export function withoutNames(module) {
  const kept = sections(module).filter(({ id, name }) => !(id === CUSTOM && name === "name"));
  return Buffer.concat([module.subarray(0, 8), ...kept.map(({ start, end }) => module.subarray(start, end))]);
}

/**
 * The functions that a module defines, in order ("Code Section"), each with its index, which counts imported functions first. `start`
 * and `end` hold all of it, its size included; `content` is where its body begins.
 */
export function functions(module) {
  const code = sections(module).find(({ id }) => id === CODE);
  const imported = importedFunctions(module);
  const count = number(module, code.content);
  const found = [];
  for (let at = count.end; found.length < count.value; at = found.at(-1).end) {
    const size = number(module, at);
    found.push({ index: imported + found.length, start: at, content: size.end, end: size.end + size.value });
  }
  return found;
}

/** How many functions a module imports. It need not be one that this Node.js can compile. */
function importedFunctions(module) {
  return imports(module).filter(({ kind }) => module[kind] === FUNCTION).length;
}

/** What a module imports ("Import Section"): `start` to `kind` are the name of its module and its own, `kind` to `end` say what it is. */
function imports(module) {
  return entries(module, IMPORT, (start) => {
    const name = text(module, text(module, start).end);
    return { start, name: name.value, kind: name.end, end: afterImported(module, name.end) };
  });
}

/** What a module exports ("Export Section"). */
function exports(module) {
  return entries(module, EXPORT, (start) => {
    const name = text(module, start);
    return { start, name: name.value, kind: name.end, end: number(module, name.end + 1).end };
  });
}

/** The entries of a section that has their number at its beginning. */
function entries(module, id, read) {
  const section = sections(module).find((section) => section.id === id);
  if (!section) return [];
  const { value: count, end } = number(module, section.content);
  const found = [];
  for (let at = end; found.length < count; at = found.at(-1).end) found.push(read(at));
  return found;
}

/** The names of what a module exports. */
export function exportedNames(module) {
  return exports(module).map(({ name }) => name);
}

/** The module without what it exports by these names. */
export function withoutExports(module, names) {
  const kept = exports(module).filter(({ name }) => !names.has(name));
  const entries = kept.map(({ start, end }) => module.subarray(start, end));
  const section = Buffer.concat([Buffer.from([EXPORT]), sized(Buffer.concat([leb128(kept.length), ...entries]))]);
  const rewritten = sections(module).map(({ id, start, end }) => (id === EXPORT ? section : module.subarray(start, end)));
  return Buffer.concat([module.subarray(0, 8), ...rewritten]);
}

/** The names of what a module imports and exports. */
export function linkedNames(module) {
  return [...imports(module), ...exports(module)].map(({ name }) => name);
}

/** The module with other names for what it imports and exports. `rename` gets each, and returns the one that it is to have. */
export function withLinkedNames(module, rename) {
  const named = (name) => sized(Buffer.from(rename(name)));
  const parts = { [IMPORT]: imports(module), [EXPORT]: exports(module) };
  const written = {
    [IMPORT]: ({ start, name, kind, end }) =>
      Buffer.concat([module.subarray(start, text(module, start).end), named(name), module.subarray(kind, end)]),
    [EXPORT]: ({ name, kind, end }) => Buffer.concat([named(name), module.subarray(kind, end)]),
  };
  const rewritten = sections(module).map(({ id, start, end }) => {
    if (!parts[id]) return module.subarray(start, end);
    return Buffer.concat([Buffer.from([id]), sized(Buffer.concat([leb128(parts[id].length), ...parts[id].map(written[id])]))]);
  });
  return Buffer.concat([module.subarray(0, 8), ...rewritten]);
}

/** Where the description of something imported ends, which begins with its kind. */
function afterImported(module, kind) {
  const limits = (at) => {
    const least = number(module, number(module, at).end).end;
    return module[at] & 1 ? number(module, least).end : least;
  };
  // One byte, but for references to types of the module.
  const type = (at) => ([0x63, 0x64].includes(module[at]) ? number(module, at + 1).end : at + 1);
  switch (module[kind]) {
    case FUNCTION:
      return number(module, kind + 1).end;
    case TABLE:
      return limits(type(kind + 1));
    case MEMORY:
      return limits(kind + 1);
    case GLOBAL:
      return type(kind + 1) + 1;
    case TAG:
      return number(module, kind + 2).end;
    default:
      throw new Error(`nothing of kind ${module[kind]} is known that could be imported`);
  }
}

/** A section of names, one for each function that has any: `{ index, name }`. */
export function nameSection(names) {
  const sorted = names.toSorted((a, b) => a.index - b.index);
  const pairs = sorted.map(({ index, name }) => Buffer.concat([leb128(index), sized(Buffer.from(name))]));
  const ofFunctions = Buffer.concat([leb128(pairs.length), ...pairs]);
  const content = Buffer.concat([sized(Buffer.from("name")), Buffer.from([FUNCTION_NAMES]), sized(ofFunctions)]);
  return Buffer.concat([Buffer.from([CUSTOM]), sized(content)]);
}

/** Bytes with their number before them. */
function sized(bytes) {
  return Buffer.concat([leb128(bytes.length), bytes]);
}

/** What {@link number} reads. */
function leb128(value) {
  const bytes = [];
  for (; value > 0x7f; value = Math.floor(value / 0x80)) bytes.push((value & 0x7f) | 0x80);
  return Buffer.from([...bytes, value]);
}
