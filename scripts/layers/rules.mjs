// The rules of the layout, and where a tree breaks them. The layers themselves are in table.json.
//
//   layer    a crate uses the crates that its row gives it, and the platform only if its row says so
//   floor    a file imports from its own floor or from one below; places side by side on a floor do not know each other
//   circle   no file imports, in whatever number of steps, from a file that imports from it
//   unnamed  every crate has a row; in a crate with floors every file is on one; every file is declared by a `mod`
//   missing  what a row or a floor names is there
//   word     a library does not say the product's name
//
// WHAT IS AN IMPORT. A name that a file takes from another, in a `use`, a path, a macro's arguments or an attribute of serde. It
// is an import from the file that defines the name, through however many re-exports it comes.
//
// So a `mod.rs` or `lib.rs` that only declares its children (`mod child;`) and hands on what they define (`pub use
// child::Name;`) imports nothing, and who takes such a name from it takes it from the child. But a `mod.rs` that has a use for
// a child itself imports from it: by a private `use`, by a path such as `child::answer()`, or by handing on a name that it also
// mentions. If that child takes something which the `mod.rs` defines, the two are a circle; what both need is then to be
// carried into a file of its own.
//
// To name a module (`use crate::http;`) is no import; to take something through it (`http::json`) is. Of TypeScript and JavaScript
// an import is what the language calls so, types included; of these files only circles are looked for.
//
// What is compiled for tests alone may look anywhere: `#[cfg(test)]`, `[dev-dependencies]`, the folders `tests`, `examples`,
// `benches` and `fuzz` of a crate.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

import { readModules } from "./ecmascript.mjs";
import { readCrates } from "./rust.mjs";
import { packagesOf } from "./workspace.mjs";

/** Folders of a crate that hold nothing of what it ships. */
const BESIDE = new Set(["tests", "examples", "benches", "fuzz", "target"]);

/**
 * @typedef {object} Row  one crate in table.json
 * @property {string} at    its folder, `.` for the root
 * @property {string} is    what it is, in a few words
 * @property {string[]} uses  folders of the crates that it may use, and `platform`
 * @property {boolean} [library]  it may not say the product's name
 * @property {{at: string[], is: string}[]} [floors]  from the ground up: folders (`model/`) and files of its sources
 *
 * @typedef {{product: string, platform: string[], modules: string[], crates: Row[]}} Table  `product`: the word that libraries
 *   do not say; `platform`: the crates that stand for it; `modules`: folders of TypeScript and JavaScript
 *
 * @typedef {object} Finding
 * @property {"layer" | "floor" | "circle" | "unnamed" | "missing" | "word"} rule
 * @property {string} file  from the root
 * @property {number} line  counted from 1
 * @property {string} says  what is wrong there, in words
 */

/**
 * Everything in a tree that breaks a rule, by file and line.
 *
 * @param {string} root  the folder of the workspace
 * @param {Table} table
 * @returns {Finding[]}
 */
export function findings(root, table) {
  const packages = packagesOf(root).map((it) => ({ ...it, row: table.crates.find((row) => row.at === it.at) }));
  const read = readCrates(root, packages.map(({ name, start }) => ({ name: asPath(name), start })));
  const imports = importsOf(read.arrows);
  const modules = importsOf(readModules(root, table.modules));
  const found = [
    ...missing(root, table),
    ...layers(packages, read, table),
    ...unnamed(root, packages, read),
    ...floors(packages, imports),
    ...circles([...imports, ...modules]),
    ...words(root, packages, read, table),
  ];
  return found.sort((a, b) => a.file.localeCompare(b.file) || a.line - b.line || a.rule.localeCompare(b.rule));
}

function* missing(root, { crates }) {
  for (const { at, floors = [] } of crates) {
    const places = floors.flatMap((floor) => floor.at.map((place) => join("src", place)));
    for (const path of ["Cargo.toml", ...places].map((place) => join(at, place))) {
      if (!existsSync(join(root, path))) yield { rule: "missing", file: path, line: 1, says: "the table names it" };
    }
  }
}

function* layers(packages, { arrows }, table) {
  const platform = new Set(table.platform.map(asPath));
  const known = new Map(packages.map((it) => [asPath(it.name), it]));
  for (const { at, name, sources, dependencies, row } of packages.filter((it) => it.row)) {
    const mayUse = (other) => {
      if (platform.has(other)) return row.uses.includes("platform");
      return other === asPath(name) || !known.has(other) || row.uses.includes(known.get(other).at);
    };
    const uses = [
      ...dependencies.map((it) => ({ file: join(at, "Cargo.toml"), line: it.line, other: asPath(it.name) })),
      ...arrows.map(({ from, line, crate }) => ({ file: from, line, other: crate })).filter(({ file }) => isIn(file, sources)),
    ];
    const reaching = new Map(uses.filter(({ other }) => other && !mayUse(other)).map((use) => [Object.values(use).join(), use]));
    for (const { file, line, other } of reaching.values()) {
      const what = platform.has(other) ? `the platform (${other})` : `${known.get(other).at} (${known.get(other).row?.is})`;
      yield { rule: "layer", file, line, says: `${row.is} reaches past its layer: it may not use ${what}` };
    }
  }
}

function* unnamed(root, packages, { files }) {
  for (const { at, name, sources, row } of packages) {
    if (!row) yield { rule: "unnamed", file: join(at, "Cargo.toml"), line: 1, says: `no row of the table names ${name}` };
    for (const file of filesIn(root, sources).filter((file) => file.endsWith(".rs"))) {
      if (!files.has(file)) yield { rule: "unnamed", file, line: 1, says: "no `mod` declares it" };
      else if (row?.floors && !floorOf(file, sources, row)) {
        yield { rule: "unnamed", file, line: 1, says: "no floor of its crate names it" };
      }
    }
  }
}

function* floors(packages, imports) {
  for (const { sources, row } of packages.filter((it) => it.row?.floors)) {
    for (const { from, to, line, names } of imports.filter(({ from, to }) => isIn(from, sources) && isIn(to, sources))) {
      const [low, high] = [floorOf(from, sources, row), floorOf(to, sources, row)];
      if (!low || !high || low.place === high.place || low.level > high.level) continue;
      const why =
        low.level < high.level
          ? `which is above it: ${high.place} (${high.is}) stands on ${low.place} (${low.is})`
          : `but ${low.place} and ${high.place} stand side by side and do not know each other`;
      yield { rule: "floor", file: from, line, says: `takes ${names} from ${to}, ${why}` };
    }
  }
}

function floorOf(file, sources, { floors }) {
  const inside = relative(sources, file);
  const isAt = (place) => (place.endsWith("/") ? inside.startsWith(place) : inside === place);
  const level = floors.findIndex(({ at }) => at.some(isAt));
  return level < 0 ? undefined : { level, place: floors[level].at.find(isAt), is: floors[level].is };
}

/** Each import that is part of a circle, with the shortest way back. */
function* circles(imports) {
  const next = new Map();
  for (const { from, to } of imports) next.set(from, [...(next.get(from) ?? []), to]);
  for (const { from, to, line, names } of imports) {
    const back = shortestWay(next, to, from);
    if (back) yield { rule: "circle", file: from, line, says: `takes ${names} from ${to}, which leads back: ${back.join(" → ")}` };
  }
}

function shortestWay(next, start, end) {
  const cameFrom = new Map([[start, undefined]]);
  for (const file of cameFrom.keys()) {
    for (const further of next.get(file) ?? []) if (!cameFrom.has(further)) cameFrom.set(further, file);
  }
  if (!cameFrom.has(end)) return undefined;
  const way = [];
  for (let step = end; step; step = cameFrom.get(step)) way.unshift(step);
  return way;
}

function* words(root, packages, { testLines }, { product }) {
  for (const { at } of packages.filter(({ row }) => row?.library)) {
    for (const file of filesIn(root, at)) {
      for (const [index, text] of readFileSync(join(root, file), "utf8").split("\n").entries()) {
        if (testLines(file).has(index + 1) || !text.toLowerCase().includes(product)) continue;
        yield { rule: "word", file, line: index + 1, says: `a library for any product says “${product}”: ${text.trim()}` };
      }
    }
  }
}

function filesIn(root, folder) {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isFile()) return [path];
    return BESIDE.has(entry.name) ? [] : filesIn(root, path);
  });
}

/** All that one file takes from another as one import, at its first line. */
function importsOf(arrows) {
  const imports = new Map();
  for (const { from, to, line, name } of arrows.filter(({ to }) => to)) {
    const known = imports.get(`${from} ${to}`) ?? { from, to, line, names: new Set() };
    known.line = Math.min(known.line, line);
    known.names.add(name);
    imports.set(`${from} ${to}`, known);
  }
  return [...imports.values()].map((it) => ({ ...it, names: [...it.names].join(", ") }));
}

function isIn(file, folder) {
  return file.startsWith(`${folder}/`);
}

/** A crate's name as paths have it. */
function asPath(name) {
  return name.replaceAll("-", "_");
}
