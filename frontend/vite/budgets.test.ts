import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { budgets, sizesOf } from "./budgets.ts";
import type { Bundle } from "./chunks.ts";

/** A first script, what both pages import, and one page that brings ten times as much when somebody asks for it. */
const chunk = (name: string, modules: string[], imports: string[], size: number) =>
  [`${name}.js`, { type: "chunk", fileName: `${name}.js`, moduleIds: modules, imports, code: randomBytes(size / 2).toString("hex") }] as const;
const bundle = Object.fromEntries([
  chunk("main", ["/p/src/main.ts"], ["shared.js"], 200),
  chunk("page", ["/p/src/page.tsx"], ["shared.js"], 1_000),
  chunk("shared", ["/p/src/shared.ts"], [], 400),
  chunk("panel", ["/p/src/panel.tsx"], ["page.js"], 10_000),
  ["page.css", { type: "asset", fileName: "page.css", source: "" }],
]) as unknown as Bundle;
const modules = ["/src/main.ts", "/src/page.tsx"];

type Outcome = { said: string[]; refused: string[] };

function built(most: number, modules: readonly string[]): Outcome {
  const outcome: Outcome = { said: [], refused: [] };
  const { writeBundle } = budgets([{ page: "/page", modules, most }]);
  const context = { info: (text: string) => outcome.said.push(text), error: (text: string) => outcome.refused.push(text) };
  (writeBundle as unknown as (this: typeof context, options: unknown, bundle: Bundle) => void).call(context, {}, bundle);
  return outcome;
}

test("a page is weighed with all that it imports, each file once, and without what has to be asked for", () => {
  assert.deepEqual(sizesOf(bundle, modules).map(({ name }) => name), ["page.js", "shared.js", "main.js"]);
});

test("a build in which a page needs too much fails, and names what weighs", () => {
  const total = sizesOf(bundle, modules).reduce((sum, { size }) => sum + size, 0);
  assert.deepEqual(built(total, modules).refused, []);
  const [why = ""] = built(total - 1, modules).refused;
  assert.match(why, new RegExp(`^/page needs ${total} bytes .*may need ${total - 1}: page.js \\d+, shared.js \\d+, main.js \\d+$`));
});

test("a page that has moved is not taken for a small one", () => {
  assert.throws(() => built(1_000_000, ["/src/moved.tsx"]), /no chunk has/);
});
