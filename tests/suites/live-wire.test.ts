// The live connection on the wire: who may open it, what it says, what happens to it when the object sleeps or restarts.

import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

import { connected } from "../harness/agent.ts";
import { eventually } from "../harness/eventually.ts";
import type { Json } from "../harness/http.ts";
import { attempted, handshake as attempt, LiveSocket } from "../harness/live.ts";
import { callTool } from "../harness/mcp.ts";
import { Person } from "../harness/person.ts";
import { embedded } from "../harness/shared.ts";

/** workerd puts an object to sleep after ten idle seconds. */
const ASLEEP_MS = 12_000;

describe("The live connection", () => {
  let origin: string;
  before(async () => {
    origin = (await embedded()).origin;
  });
  const handshake = (headers: Record<string, string>) => attempt(origin, headers);

  test("opens for a session on our own page, and for nobody else", async () => {
    const ada = await Person.logsIn(origin);
    const { access_token } = await connected(ada);
    const cookie = `stytch_session_jwt=${ada.sessionJwt}`;
    assert.equal(await handshake({ cookie, origin }), 101);
    assert.equal(await handshake({ cookie, origin: "https://evil.example" }), 403);
    assert.equal(await handshake({ cookie, origin, "sec-fetch-site": "cross-site" }), 403);
    assert.equal(await handshake({ origin }), 401);
    assert.equal(await handshake({ origin, cookie: `stytch_session_jwt=${access_token}` }), 401);
    assert.equal(await handshake({ origin, authorization: `Bearer ${access_token}` }), 401);
    const plain = await ada.rest("GET", "/api/todos/live");
    assert.deepEqual([plain.status, plain.json.code], [426, "websocket_only"]);
  });

  test("every change, whoever makes it, is told once, in order, to each of a person’s pages and to nobody else", async () => {
    const [ada, eve] = [await Person.logsIn(origin), await Person.logsIn(origin)];
    const { access_token } = await connected(ada);
    const [first, second, stranger] = await Promise.all([LiveSocket.open(ada, 0), LiveSocket.open(ada, 0), LiveSocket.open(eve, 0)]);
    const { id } = await ada.adds("Buy milk");
    const started = Date.now();
    await callTool(origin, access_token, "markTodoComplete", { todoID: id });
    await Promise.all([first.received(2), second.received(2)]);
    assert.ok(Date.now() - started < 1_000, "within a second");
    await ada.rest("POST", "/api/todos/clear-completed");
    // Nothing happens, so there is nothing to tell.
    await ada.rest("POST", "/api/todos/clear-completed");
    await ada.rest("POST", "/api/history/3/undo");
    for (const socket of [first, second]) {
      const messages = await socket.received(4);
      assert.deepEqual(
        messages.map(({ version, change }: Json) => [version, change.deed, change.by.name]),
        [
          [1, "created", undefined],
          [2, "completed", "Ada’s agent"],
          [3, "cleared", undefined],
          [4, "undone", undefined],
        ],
      );
      assert.deepEqual(messages[2].removed, [id]);
      assert.equal(messages[3].todos[0].text, "Buy milk");
      socket.close();
    }
    assert.deepEqual(stranger.messages, []);
    stranger.close();
  });

  test("a page that was away is told what it missed; one that was away too long, to read again", async () => {
    const ada = await Person.logsIn(origin);
    for (const text of ["a", "b", "c"]) await ada.adds(text);
    const late = await LiveSocket.open(ada, 1);
    assert.deepEqual(
      (await late.received(2)).map(({ version, todos }: Json) => [version, todos[0].text]),
      [
        [2, "b"],
        [3, "c"],
      ],
    );
    late.close();
    const impossible = await LiveSocket.open(ada, 99);
    assert.deepEqual(
      (await impossible.received(1)).map(({ version, reload }: Json) => [version, reload]),
      [[3, true]],
    );
    impossible.close();
    const current = await LiveSocket.open(ada, 3);
    current.ping();
    assert.deepEqual(await current.received(1), ["pong"]);
    current.close();
  });

  test("the connection outlives the object’s sleep, and so does the numbering", async () => {
    const ada = await Person.logsIn(origin);
    await ada.adds("before");
    const socket = await LiveSocket.open(ada, 1);
    await sleep(ASLEEP_MS);
    socket.ping();
    await socket.received(1);
    await ada.adds("after");
    const messages = await socket.received(2);
    assert.deepEqual([messages[1].version, messages[1].todos[0].text], [2, "after"]);
    assert.ok(socket.isOpen);
    socket.close();
  });

  test("logging out ends the connections of that session at once, and nobody else’s", async () => {
    const here = await Person.logsIn(origin);
    const there = await Person.logsIn(origin, here.email);
    const sockets = await Promise.all([LiveSocket.open(here, 0), LiveSocket.open(here, 0), LiveSocket.open(there, 0)]);
    const [one, other, stays] = sockets;
    assert.equal((await here.browser.sdk("/sessions/revoke", {})).status, 200);
    await Promise.all([one!.closed(), other!.closed()]);
    await there.adds("not for the one who has left");
    const messages = await stays!.received(1);
    assert.equal(messages[0].todos[0].text, "not for the one who has left");
    assert.deepEqual([one!.messages.length, other!.messages.length], [0, 0]);
    stays!.close();
  });

  test("more than 64 connections to one list are refused before they are open, and closed ones make room", async () => {
    const ada = await Person.logsIn(origin);
    const sockets = await Promise.all(Array.from({ length: 64 }, () => LiveSocket.open(ada, 0)));
    const cookie = `stytch_session_jwt=${ada.sessionJwt}`;
    const refused = await attempted(origin, { cookie, origin });
    assert.equal(refused.statusCode, 503);
    assert.match(refused.headers["retry-after"] ?? "", /^[1-9]\d*$/);
    for (const socket of sockets) socket.close();
    await eventually("there is room", async () => ((await handshake({ cookie, origin })) === 101 ? true : undefined));
  });

  test("at the limit those that have said nothing for long give way, the oldest of them first; whoever pings stays", async () => {
    const ada = await Person.logsIn(origin);
    const oldest = await LiveSocket.open(ada, 0);
    const pinging = await LiveSocket.open(ada, 0);
    const silent: LiveSocket[] = [];
    for (let opened = 2; opened < 64; opened++) silent.push(await LiveSocket.open(ada, 0));
    const cookie = `stytch_session_jwt=${ada.sessionJwt}`;
    assert.equal(await handshake({ cookie, origin }), 503, "nobody has been silent for long");
    const opens = () => {
      pinging.ping();
      return LiveSocket.open(ada, 0);
    };
    const one = await eventually("one gives way", opens, 60_000);
    await oldest.closed();
    assert.ok(pinging.isOpen && silent[0]!.isOpen);
    const another = await eventually("the next gives way", opens);
    await silent[0]!.closed();
    assert.ok(pinging.isOpen && silent[1]!.isOpen);
    await ada.adds("told to those that are there");
    for (const socket of [one, another, silent[61]!]) await socket.received(1);
    for (const socket of [one, another, pinging, ...silent]) socket.close();
  });
});
