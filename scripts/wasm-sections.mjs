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
export const [CUSTOM, IMPORT, CODE, DATA] = [0, 2, 10, 11];

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
  const imports = WebAssembly.Module.imports(new WebAssembly.Module(module));
  const imported = imports.filter(({ kind }) => kind === "function").length;
  const count = number(module, code.content);
  const found = [];
  for (let at = count.end; found.length < count.value; at = found.at(-1).end) {
    const size = number(module, at);
    found.push({ index: imported + found.length, start: at, content: size.end, end: size.end + size.value });
  }
  return found;
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
