import assert from "node:assert/strict";
import { test } from "node:test";
import { BEGINNING, beginningIn } from "./beginning-in.ts";
import { arrivingIn } from "./saved-in.ts";

const todo = (index: number, text = `todo ${index}`) => ({ id: String(index), text, completed: false, version: 1 });
const listOf = (count: number, text?: string) => JSON.stringify({ todos: Array.from({ length: count }, (_, index) => todo(index, text)) });

/** A body in pieces of so many bytes, which ends, or breaks off, or goes on for ever. */
function inPieces(json: string, size: number, then: "ends" | "breaks" | "goes on" = "ends"): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder().encode(json);
  let at = 0;
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      if (at < bytes.length) controller.enqueue(bytes.slice(at, (at += size)));
      else if (then === "ends") controller.close();
      else if (then === "breaks") controller.error(new Error("it broke off"));
    },
  });
}

const textsIn = async (body: ReadableStream<Uint8Array>) => (await beginningIn(body))?.map(({ text }) => text);

test("the first todos are there while the rest is on its way", async () => {
  const json = listOf(BEGINNING + 1).slice(0, -20);
  assert.deepEqual(await beginningIn(inPieces(json, 700, "goes on")), Array.from({ length: BEGINNING }, (_, index) => todo(index)));
});

test("a text is never cut, whatever stands in it and wherever a piece ends", async () => {
  for (const text of ['},{"id":"x', '"},{"', "},{", "},{id", "\\", '\\"},{\\"', "]}", "🧑‍🌾 ä"]) {
    for (const size of [1, 97]) assert.deepEqual(await textsIn(inPieces(listOf(BEGINNING + 5, text), size)), Array(BEGINNING).fill(text));
  }
});

test("a short list has no beginning, nor has one that breaks off sooner, nor what is no list", async () => {
  for (const count of [0, 1, BEGINNING]) assert.equal(await beginningIn(inPieces(listOf(count), 100)), null);
  assert.equal(await beginningIn(inPieces(listOf(BEGINNING - 1), 100, "breaks")), null);
  assert.equal(await beginningIn(inPieces('x},{"id'.repeat(BEGINNING + 1), 100)), null);
});

const answer = (body: ReadableStream<Uint8Array>) => new Response(body, { headers: { ETag: '"7"' } });

test("the whole comes after its beginning, of the same version", async () => {
  const { beginning, whole } = arrivingIn(answer(inPieces(listOf(1_000), 1_000)));
  const [first, all] = [await beginning, await whole()];
  assert.deepEqual([first?.version, first?.todos.length], [7, BEGINNING]);
  assert.deepEqual([all.version, all.todos.length], [7, 1_000]);
  assert.deepEqual(all.todos.slice(0, BEGINNING), first?.todos);
});

test("a list that breaks off has a beginning, and is no list", async () => {
  const { beginning, whole } = arrivingIn(answer(inPieces(listOf(1_000).slice(0, -2), 1_000, "breaks")));
  assert.equal((await beginning)?.todos.length, BEGINNING);
  await assert.rejects(whole());
  const sooner = arrivingIn(answer(inPieces(listOf(10).slice(0, -2), 1_000, "breaks")));
  assert.equal(await sooner.beginning, null);
  await assert.rejects(sooner.whole());
});

test("a short list is awaited whole", async () => {
  const { beginning, whole } = arrivingIn(answer(inPieces(listOf(BEGINNING), 1_000)));
  assert.equal(await beginning, null);
  assert.equal((await whole()).todos.length, BEGINNING);
});
