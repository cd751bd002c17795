import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { fetchUnlessSilent } from "./fetch-unless-silent.ts";

const SILENT_MS = 1_000;

/** A server whose answer comes piece by piece, when the test says so. */
let say: (piece: string) => void;
let end: () => void;
beforeEach(() => {
  mock.timers.enable({ apis: ["setTimeout"] });
  mock.method(globalThis, "fetch", async (_path: string, { signal }: RequestInit) => {
    const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
      start(controller) {
        say = (piece) => controller.enqueue(new TextEncoder().encode(piece));
        end = () => controller.close();
        signal?.addEventListener("abort", () => controller.error(signal.reason));
      },
    });
    return new Response(body, { status: 200, headers: { ETag: '"7"' } });
  });
});
afterEach(() => {
  mock.restoreAll();
  mock.timers.reset();
});

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

test("an answer may take as long as it takes, as long as something comes", async () => {
  const response = await fetchUnlessSilent("/", {}, SILENT_MS);
  const text = response.text();
  for (const piece of "abcdef") {
    mock.timers.tick(SILENT_MS - 1);
    say(piece);
    await turn();
  }
  end();
  assert.equal(await text, "abcdef");
  assert.equal(response.headers.get("ETag"), '"7"');
});

test("one of which nothing comes any more is given up", async () => {
  const response = await fetchUnlessSilent("/", {}, SILENT_MS);
  const text = assert.rejects(response.text(), { name: "AbortError" });
  say("a");
  await turn();
  mock.timers.tick(SILENT_MS);
  await text;
});

test("an answer without a body is one", async () => {
  mock.method(globalThis, "fetch", async () => new Response(null, { status: 304 }));
  assert.equal((await fetchUnlessSilent("/", {}, SILENT_MS)).status, 304);
});
