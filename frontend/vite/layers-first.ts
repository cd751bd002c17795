// Says the order of the CSS layers at the head of every stylesheet. The browser takes the order in which it first meets them, and
// which of a build's stylesheets that is depends on what Rollup makes a chunk of.
import { readFileSync } from "node:fs";
import type { Plugin } from "vite";

const ORDER = /@layer [^;{]+;/.exec(readFileSync(new URL("../src/styles/layers.css", import.meta.url), "utf8"))?.[0];

export function layersFirst(): Plugin {
  return {
    name: "layers-first",
    apply: "build",
    generateBundle(_, bundle) {
      if (!ORDER) return this.error("src/styles/layers.css does not say the order of the layers");
      for (const file of Object.values(bundle)) {
        if (file.type === "asset" && file.fileName.endsWith(".css")) file.source = `${ORDER}${String(file.source)}`;
      }
    },
  };
}
