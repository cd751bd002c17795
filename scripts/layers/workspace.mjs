// The crates of a Cargo workspace, from its manifests: what each is called, where it begins, what it is built with.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * @typedef {object} Package
 * @property {string} at      its folder, `.` for the root package
 * @property {string} name    as its manifest and those that depend on it write it: `mcp-workers`
 * @property {string} sources the folder of its sources
 * @property {string} start   their root file
 * @property {{name: string, line: number}[]} dependencies  what it is built with, tests left out, and where its manifest says so
 */

/**
 * The packages that are members of the workspace in a folder.
 *
 * @param {string} root
 * @returns {Package[]}
 */
export function packagesOf(root) {
  const members = valueOf(sectionsOf(root, "."), "workspace", "members") ?? "";
  const folders = [...members.matchAll(/"([^"]+)"/g)].flatMap(([, member]) =>
    member.endsWith("/*") ? foldersIn(root, member.slice(0, -2)) : [member],
  );
  return [".", ...folders].flatMap((at) => {
    const sections = sectionsOf(root, at);
    const name = valueOf(sections, "package", "name");
    if (!name) return [];
    const sources = join(at, "src");
    const start = ["lib.rs", "main.rs"].map((file) => join(sources, file)).find((file) => existsSync(join(root, file)));
    return [{ at, name: JSON.parse(name), sources, start, dependencies: dependenciesIn(sections) }];
  });
}

function foldersIn(root, folder) {
  const entries = readdirSync(join(root, folder), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return entries.map(({ name }) => `${folder}/${name}`).sort();
}

/** `name = …`, `name.workspace = true`, and a section of its own for one dependency. */
function dependenciesIn(sections) {
  return sections.flatMap(({ header, line, entries }) => {
    const [, one] = header.match(/^(?:target\..*\.)?(?:build-)?dependencies(?:\.([\w-]+))?$/) ?? [undefined, null];
    if (one === null) return [];
    if (one) return [{ name: entries.map(renamed).find(Boolean) ?? one, line }];
    return entries.map((entry) => ({ name: renamed(entry) ?? entry.key.split(".")[0], line: entry.line }));
  });
}

function renamed({ key, value }) {
  return `${key} = ${value}`.match(/\bpackage = "([^"]+)"/)?.[1];
}

function valueOf(sections, header, key) {
  return sections.find((section) => section.header === header)?.entries.find((entry) => entry.key === key)?.value;
}

/** As much of TOML as manifests are written in: sections, and entries on one line or with an array over several. */
function sectionsOf(root, at) {
  const path = join(root, at, "Cargo.toml");
  const sections = [];
  let open;
  for (const [index, text] of (existsSync(path) ? readFileSync(path, "utf8") : "").split("\n").entries()) {
    const bare = text.replace(/(^|\s)#.*$/, "").trim();
    const header = bare.match(/^\[+([^\]]+)\]+$/)?.[1];
    if (open) open.value += bare;
    else if (header) sections.push({ header, line: index + 1, entries: [] });
    else if (bare) {
      const [key, ...value] = bare.split("=");
      open = { key: key.trim(), value: value.join("=").trim(), line: index + 1 };
      sections.at(-1)?.entries.push(open);
    }
    if (open && (!open.value.startsWith("[") || open.value.endsWith("]"))) open = undefined;
  }
  return sections;
}
