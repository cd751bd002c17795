// What the WebAssembly is made of, in bytes: by section, and the code by crate, from the names that its functions have in the copy that
// the build for release keeps (scripts/worker.mjs).

import assert from "node:assert/strict";

// @ts-expect-error: a script without types
import * as wasm from "../../scripts/wasm-sections.mjs";

export type Part = { title: string; bytes: number };
export type Composition = { sections: Part[]; crates: Part[] };

/** Crates that have less than this share of the code are put together. */
const LEAST = 0.01;
const RUST = ["core", "alloc", "std"];
const OWN_LIBRARY = `Rust’s own: \`${RUST.join("`, `")}\``;
const GLUE = "functions that name no crate";

/** Of a module that has its names; the names themselves are not counted, as they are not uploaded. */
export function composition(named: Buffer): Composition {
  const module: Buffer = wasm.withoutNames(named);
  const all: { id: number; start: number; end: number }[] = wasm.sections(module);
  const size = (id: number) => all.filter((section) => section.id === id).reduce((sum, { start, end }) => sum + end - start, 0);
  const [code, data] = [size(wasm.CODE), size(wasm.DATA)];
  const sections = [
    { title: "code", bytes: code },
    { title: "data", bytes: data },
    { title: "other sections", bytes: module.length - code - data },
  ];
  return { sections, crates: byCrate(named) };
}

function byCrate(module: Buffer): Part[] {
  const names = functionNames(module);
  const crates = new Map<string, number>();
  const functions: { index: number; start: number; end: number }[] = wasm.functions(module);
  for (const { index, start, end } of functions) {
    const crate = crateOf(names.get(index) ?? "");
    crates.set(crate, (crates.get(crate) ?? 0) + end - start);
  }
  const sorted = [...crates].map(([title, bytes]) => ({ title, bytes })).sort((a, b) => b.bytes - a.bytes);
  const total = sorted.reduce((sum, { bytes }) => sum + bytes, 0);
  const large = sorted.filter(({ bytes }) => bytes >= total * LEAST);
  const small = sorted.slice(large.length);
  const rest = { title: `${small.length} others, each of less than ${LEAST * 100} %`, bytes: small.reduce((sum, { bytes }) => sum + bytes, 0) };
  return [...large, rest];
}

/** Subsection 1 of the section `name` (appendix "Name Section"): pairs of an index and a name. */
function functionNames(module: Buffer): Map<number, string> {
  const section = wasm.sections(module).find(({ name }: { name: string }) => name === "name");
  assert.ok(section, "the module has its names");
  const names = new Map<number, string>();
  for (let at = section.content; at < section.end; ) {
    const id = module[at];
    const size = wasm.number(module, at + 1);
    let { value: left, end } = wasm.number(module, size.end);
    for (; id === wasm.FUNCTION_NAMES && left > 0; left--) {
      const index = wasm.number(module, end);
      const name = wasm.text(module, index.end);
      names.set(index.value, name.value);
      end = name.end;
    }
    at = size.end + size.value;
  }
  return names;
}

/** Whose a function is: the first crate in its name that is not Rust’s own library, so that `Vec<todo::Todo>` is dropped by `todo`. */
export function crateOf(name: string): string {
  // A path begins with a crate. Names of the newer mangling have the crate’s digest in brackets.
  const crates = [...name.matchAll(/(?<![\w:>})\]])([a-z_]\w*)(?:\[[0-9a-f]+\])?::/g)].map(([, crate = ""]) => crate);
  const [first] = crates.filter((crate) => !RUST.includes(crate));
  if (first !== undefined) return `\`${first}\``;
  return crates.length > 0 ? OWN_LIBRARY : GLUE;
}
