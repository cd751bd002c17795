// How bodies are read that come in pieces (crates/worker-kit/src/http/stream.js).

import assert from "node:assert/strict";
import { test } from "node:test";

import { Reading } from "../crates/worker-kit/src/http/stream.js";

/** A body of pieces, made as they are asked for, that notes why it was cancelled. */
function body(...pieces) {
  const cancelled = [];
  const stream = new ReadableStream(
    {
      pull(controller) {
        if (pieces.length === 0) controller.close();
        else controller.enqueue(pieces.shift());
      },
      cancel: (reason) => void cancelled.push(reason),
    },
    { highWaterMark: 0 },
  );
  return { stream, cancelled, pieces };
}

test("a body is the bytes of its pieces, however many and however large", async () => {
  for (const sizes of [[], [0], [3], [1, 0, 4096, 1], [4096], [10_000, 1, 20_000], Array(5_000).fill(1)]) {
    const whole = Uint8Array.from({ length: sizes.reduce((sum, size) => sum + size, 0) }, (_, at) => at % 251);
    let at = 0;
    const { stream } = body(...sizes.map((size) => whole.slice(at, (at += size))));
    assert.deepEqual(await new Reading(stream).bytes(Infinity), whole);
  }
  assert.deepEqual(await new Reading(undefined).bytes(10), new Uint8Array());
});

test("a piece is copied when it comes, so that what holds it can go", async () => {
  const one = new Uint8Array(1);
  const stream = new ReadableStream(
    { pull: (controller) => (one[0]++ < 100 ? controller.enqueue(one) : controller.close()) },
    { highWaterMark: 0 },
  );
  const bytes = await new Reading(stream).bytes(1_000);
  assert.deepEqual([...bytes], Array.from({ length: 100 }, (_, at) => at + 1));
  assert.equal(bytes.buffer.byteLength, 4096);
});

test("no more is read than is needed to see that it is too long", async () => {
  const { stream, pieces } = body(...Array.from({ length: 10 }, () => new Uint8Array(10)));
  assert.equal((await new Reading(stream).bytes(25)).length, 30);
  assert.equal(pieces.length, 7);
});

test("a reading that is cancelled reads no more, and tells the sender", async () => {
  const { stream, cancelled } = body(new Uint8Array(10));
  const reading = new Reading(stream);
  reading.cancel();
  assert.deepEqual([await reading.bytes(100), cancelled.length], [new Uint8Array(), 1]);
  reading.cancel();
  const failed = new Reading(new ReadableStream({ start: (controller) => controller.error(new Error("gone")) }));
  await assert.rejects(failed.bytes(100), /gone/);
  failed.cancel();
  new Reading(undefined).cancel();
});
