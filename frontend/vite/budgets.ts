// What a page may cost to download, in bytes of script as they are sent (brotli). A build in which one costs more fails.
import { brotliCompressSync } from "node:zlib";
import type { Plugin } from "vite";
import { chunksOf, type Bundle } from "./chunks.ts";

/** @property modules what the page loads by itself; what somebody has to ask for first is not among it */
export type Budget = { page: string; modules: readonly string[]; most: number };

const START = ["/src/main.ts", "/src/start.tsx", "/src/session/make-client.ts"];

export const BUDGETS: readonly Budget[] = [
  { page: "/todoapp", modules: [...START, "/src/pages/todos-page.tsx"], most: 100_000 },
  { page: "/login", modules: [...START, "/src/pages/login-page.tsx"], most: 150_000 },
];

export function budgets(all: readonly Budget[] = BUDGETS): Plugin {
  return {
    name: "budgets",
    apply: "build",
    enforce: "post",
    // As they are written: whoever else has a hand in the files has had it by then.
    writeBundle(_, bundle) {
      for (const budget of all) {
        const sizes = sizesOf(bundle, budget.modules);
        const total = sizes.reduce((sum, { size }) => sum + size, 0);
        const parts = sizes.map(({ name, size }) => `${name} ${size}`).join(", ");
        this.info(`${budget.page}: ${total} of ${budget.most} bytes of script (brotli)`);
        if (total > budget.most) this.error(`${budget.page} needs ${total} bytes of script (brotli), and may need ${budget.most}: ${parts}`);
      }
    },
  };
}

/** By their names, which a build makes of what is in them. */
const compressed = new Map<string, number>();

export function sizesOf(bundle: Bundle, modules: readonly string[]): { name: string; size: number }[] {
  return chunksOf(bundle, modules)
    .map(({ fileName, code }) => ({ name: fileName, size: sizeOf(fileName, code) }))
    .sort((a, b) => b.size - a.size);
}

function sizeOf(name: string, code: string): number {
  const size = compressed.get(name) ?? brotliCompressSync(code).length;
  compressed.set(name, size);
  return size;
}
