import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { watchForChanges, type Follower } from "./live.ts";

/** A WebSocket whose other side is the test. */
class Socket extends EventTarget {
  static made: Socket[] = [];
  closed = false;
  constructor() {
    super();
    Socket.made.push(this);
  }
  opens(): void {
    this.dispatchEvent(new Event("open"));
  }
  send(): void {}
  /** As a browser does it: the event comes later. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    queueMicrotask(() => this.dispatchEvent(new Event("close")));
  }
}

const page = { WebSocket: Socket, document: Object.assign(new EventTarget(), { visibilityState: "visible" }), addEventListener() {}, removeEventListener() {} };
const follower = (): Follower & { asked: number } => ({
  asked: 0,
  async refresh() {
    this.asked += 1;
    return true;
  },
  version: { get: () => 1 },
  state: { get: () => ({ offline: false }), subscribe: () => () => undefined },
  hear() {},
});
/** Lets what is ready to run run to its end. */
const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
};
const passes = async (ms: number): Promise<void> => {
  for (let left = ms; left > 0; left -= 250) {
    mock.timers.tick(Math.min(250, left));
    await settled();
  }
};

beforeEach(() => {
  Socket.made = [];
  Object.assign(globalThis, page);
  mock.timers.enable({ apis: ["setTimeout"] });
});
afterEach(() => mock.timers.reset());

test("a connection that is taken and never opens is given up after ten seconds, and tried again", async () => {
  const stop = watchForChanges(follower(), Promise.resolve(null));
  await settled();
  assert.equal(Socket.made.length, 1);
  await passes(9_500);
  assert.equal(Socket.made.length, 1);
  await passes(4_000);
  assert.equal(Socket.made[0]?.closed, true);
  assert.equal(Socket.made.length, 2);
  Socket.made[1]?.opens();
  await passes(20_000);
  assert.deepEqual(Socket.made.map(({ closed }) => closed), [true, false]);
  stop();
  await settled();
});

test("as long as none is open the list is asked for every three seconds, and no more once one is", async () => {
  const asking = follower();
  const stop = watchForChanges(asking, Promise.resolve(null));
  await settled();
  await passes(6_000);
  assert.equal(asking.asked, 3);
  Socket.made[0]?.opens();
  // The one that was due looks, and finds nothing to ask.
  await passes(20_000);
  assert.equal(asking.asked, 3);
  stop();
  await settled();
});
