// The interleavings that nobody thought of: a person and two agents at random, from a seed that is printed, for two minutes. And the
// same against builds of the page with a mistake in it, each of which must be found.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import type { Browser } from "playwright-core";

import { launch } from "../harness/chromium.ts";
import { broken, MISTAKES } from "../harness/together/broken-builds.ts";
import { runAtRandom } from "../harness/together/random-run.ts";
import { Broken, World } from "../harness/together/world.ts";
import { Worker } from "../harness/worker.ts";

/** It runs for two minutes, and on a machine that is busy until it has done this many acts. */
const RUNS_FOR_MS = 120_000;
const ACTS_AT_LEAST = 150;

/** A mistake that was not found by then is not found. */
const FINDS_WITHIN_ACTS = 500;

/** There so that what hangs fails: acts take as long as the machine takes. */
const timeout = 900_000;

const FIRST = ["Buy milk", "Call mum", "Water the plants", "Book the train", "Pay the bill"];

describe("Interleavings at random", () => {
  let worker: Worker;
  let browser: Browser;
  before(async () => {
    [worker, browser] = await Promise.all([Worker.start({ name: "interleavings-at-random", variables: { SHOW_LOGIN_CODES: "on" } }), launch()]);
  });
  after(async () => {
    await browser?.close();
    await worker?.stop();
  });

  test("the promise holds", { timeout }, async () => {
    // INTERLEAVINGS_SEED=… makes the choices of an earlier run again.
    const seed = Number(process.env["INTERLEAVINGS_SEED"] ?? Math.floor(Math.random() * 2 ** 31));
    console.log(`INTERLEAVINGS_SEED=${seed}`);
    const { world } = await World.open(browser, worker.origin, FIRST);
    try {
      const acts = await runAtRandom(world, { seed, acts: ACTS_AT_LEAST, until: Date.now() + RUNS_FOR_MS, restart: () => worker.restart() });
      console.log(`${acts} acts`);
    } finally {
      await world.close();
    }
  });

  for (const [name, mistake] of Object.entries(MISTAKES)) {
    test(`a build with a mistake is found: ${name}`, { timeout }, async () => {
      const page = await broken(mistake);
      const { world } = await World.open(browser, worker.origin, FIRST, page.serve);
      try {
        const found = runAtRandom(world, { seed: 1, acts: FINDS_WITHIN_ACTS, actsBetween: 10 });
        await assert.rejects(found, (error) => {
          assert.ok(error instanceof Broken, String(error));
          assert.match(error.message, mistake.looks);
          console.log(`${name}: ${/after \d+ acts/.exec(error.message)}`);
          return true;
        });
      } finally {
        await world.close();
        page.remove();
      }
    });
  }
});
