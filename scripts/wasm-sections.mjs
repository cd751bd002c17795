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
