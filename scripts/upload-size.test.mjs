import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";

import { weigh } from "./upload-size.mjs";

const files = { "index.js": randomBytes(1_000), "index.wasm": randomBytes(20_000) };
const total = Number(/takes (\d+) /.exec(weigh(files, 1_000_000).said)?.[1]);

test("an upload is all of its files, gzipped", () => {
  assert.ok(total > 21_000 && total < 21_200, String(total));
  assert.deepEqual(weigh({ zeros: Buffer.alloc(100_000) }, 1_000).fits, true);
});

test("one byte more than there may be is refused, and what weighs is named", () => {
  assert.equal(weigh(files, total).fits, true);
  const { fits, said } = weigh(files, total - 1);
  assert.equal(fits, false);
  assert.match(said, new RegExp(`^✗ .* ${total} of at most ${total - 1} bytes, gzipped: index.wasm \\d+, index.js \\d+$`));
});

test("an upload of nothing is not taken for a small one", () => {
  assert.equal(weigh({}, 1_000).fits, false);
});
