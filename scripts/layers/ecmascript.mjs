// What TypeScript and JavaScript files of this repository take from each other, types included.

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** `import … from "…"`, `export … from "…"`, `import "…"`; each begins a line, as the formatters have it. And `import("…")`. */
const IMPORT = /^(?:import|export)\b[^;'"`]*?["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']/gm;

/**
 * @param {string} root
 * @param {string[]} folders  where the files are
 * @returns {import("./rust.mjs").Arrow[]} an arrow's name is the whole file's
 */
export function readModules(root, folders) {
  const files = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true })
      .filter((name) => /\.(ts|tsx|mts|mjs|js)$/.test(name))
      .map((name) => join(folder, name)),
  );
  const known = new Set(files);
  return files.flatMap((from) => {
    const text = readFileSync(join(root, from), "utf8");
    return [...text.matchAll(IMPORT)].flatMap(({ 1: named, 2: dynamic, index }) => {
      const name = named ?? dynamic;
      const path = join(dirname(from), name);
      const to = name.startsWith(".") && [path, `${path}.ts`, `${path}.tsx`].find((file) => known.has(file));
      return to ? [{ from, to, line: text.slice(0, index).split("\n").length, name }] : [];
    });
  });
}
