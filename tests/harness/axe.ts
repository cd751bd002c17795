// axe-core in a page or a frame: what is wrong with it for people who use it otherwise than its makers do.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

import type { Frame } from "playwright-core";

import type { Json } from "./http.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe-core finds wrong with a document as it is. */
export async function axe(frame: Frame): Promise<string[]> {
  // Colours on their way are nobody's: the tint of what has just come from elsewhere fades. What never ends, as the caret that
  // Stytch's component draws in the login code's field, is not waited for.
  await frame.evaluate(() => {
    const ending = document.getAnimations().filter((animation) => animation.effect?.getComputedTiming().endTime !== Infinity);
    return Promise.all(ending.map((animation) => animation.finished.catch(() => undefined)));
  });
  await frame.evaluate(AXE);
  const { violations }: Json = await frame.evaluate("axe.run({ resultTypes: ['violations'] })");
  return violations.map(({ id, nodes }: Json) => `${id}: ${nodes.map(({ html }: Json) => html).join(" ")}`);
}
