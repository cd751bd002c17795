// What the page says stands in texts/, and nowhere else: whoever changes a word, or translates them, looks in one place.

import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

const SOURCES = join(import.meta.dirname, "..");

/** Data for each host, the name of the product, and words that only developers or models read. */
const ELSEWHERE = /^(texts\/|connect\/hosts\.ts|product\.ts|board\/host\.ts)|\.test\.ts$/;

/** Words between tags, in attributes that are read out, in what a notice offers and in what a failure says. */
const SAID = [
  /(?<![=\-])>\s*([\p{L}\d][^<>{}()=;|]*\p{L}{2}[^<>{}()=;|]*)(?=[<{])/gu,
  /\b(?:aria-label|title|placeholder|alt|label)=(?:"([^"]*\p{L}{2}[^"]*)"|\{`([^`]*\p{L}{2}[^`]*)`\})/gu,
  /\blabel: ["`]([^"`]+)["`]/gu,
  /\bnew Failure\("[\w-]+", ["`]([^"`]+)["`]/gu,
  /\bsentence`([^`]+)`/gu,
  /["`](\p{Lu}\p{Ll}+(?: [^"`]*)?[.…!?])["`]/gu,
];

function saidIn(source: string): string[] {
  const code = source.replace(/\/\*[^]*?\*\//g, "").replace(/(^|\s)\/\/.*$/gm, "");
  return SAID.flatMap((pattern) => [...code.matchAll(pattern)].map(([, ...groups]) => groups.find((group) => group !== undefined)?.trim() ?? ""));
}

test("what the page says stands in texts/", () => {
  const files = globSync("**/*.{ts,tsx}", { cwd: SOURCES }).filter((file) => !ELSEWHERE.test(file));
  const inline = files.flatMap((file) => saidIn(readFileSync(join(SOURCES, file), "utf8")).map((said) => `${file}: ${said}`));
  assert.deepEqual(inline, []);
});

test("and is found where it stands elsewhere", () => {
  assert.deepEqual(saidIn("<p>\n  Write the first, or <button>now</button>\n</p>"), ["Write the first, or", "now"]);
  assert.deepEqual(saidIn('<button aria-label="Dismiss">'), ["Dismiss"]);
  assert.deepEqual(saidIn("say(words.it, { label: \"Undo\", run })"), ["Undo"]);
  assert.deepEqual(saidIn('throw new Failure("server", "It broke");'), ["It broke"]);
});
