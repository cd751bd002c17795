// Many calls of one list at once: its object takes each client in its turn, so that nobody's calls hold up another's, and answers 429
// to whoever has too many under way.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";

import { connected } from "../harness/agent.ts";
import { send, type Answer } from "../harness/http.ts";
import { ask } from "../harness/mcp.ts";
import { StoredObject, withDatabase } from "../harness/objects.ts";
import { Person } from "../harness/person.ts";
import { Worker } from "../harness/worker.ts";

const LENGTH = 9_000;
const idOf = (index: number) => `01JD000000${String(index).padStart(16, "0")}`;

describe("Calls side by side", () => {
  let worker: Worker;
  let ada: Person;
  let token: string;
  before(async () => {
    worker = await Worker.start({ name: "calls-side-by-side", variables: { SHOW_LOGIN_CODES: "on" } });
    ada = await Person.logsIn(worker.origin);
    await ada.adds("the first");
    const fill = () =>
      withDatabase(StoredObject.named(worker.state, "TodoList", ada.userId).file, (database) => {
        const todo = JSON.parse(String(database.prepare("SELECT todo FROM todos").get()!["todo"]));
        const insert = database.prepare("INSERT INTO todos (todo_id, completed, due_day, todo) VALUES (?, 0, NULL, ?)");
        database.exec("BEGIN");
        // What is not ASCII takes longest to search.
        for (let index = 0; index < LENGTH; index++) insert.run(idOf(index), JSON.stringify({ ...todo, id: idOf(index), text: `Übung ${index}` }));
        database.exec("UPDATE list SET open = (SELECT COUNT(*) FROM todos), bytes = (SELECT SUM(LENGTH(todo)) FROM todos)");
        database.exec("COMMIT");
      });
    await worker.restart({ meanwhile: fill });
    token = (await connected(ada)).access_token;
  });
  after(() => worker?.stop());

  /** A call that looks at every todo. */
  const search = (): Promise<Answer> => ask(worker.origin, token, "tools/call", { name: "listTodos", arguments: { contains: "nowhere" } });

  test("of an app that searches a hundred times at once some are answered 429, and its person does not wait for the others", async () => {
    const own = (): Promise<Answer> => ada.rest("GET", `/api/todos/${idOf(1)}`);
    // What is compiled, and asked of the account, at the first call is not what is looked at.
    for (let round = 0; round < 20; round++) await Promise.all([search(), own()]);
    const answers: Answer[] = [];
    let isFirst: () => void;
    const first = new Promise<void>((resolve) => (isFirst = resolve));
    const searches = Array.from({ length: 100 }, async () => {
      const answer = await search();
      if (answer.status === 200) isFirst();
      answers.push(answer);
    });
    await first;
    const before = answers.filter(({ status }) => status === 200).length;
    const answer = await own();
    const meanwhile = answers.filter(({ status }) => status === 200).length - before;
    await Promise.all(searches);

    assert.equal(answer.status, 200, answer.text);
    const done = answers.filter(({ status }) => status === 200);
    const refused = answers.filter(({ status }) => status === 429);
    assert.equal(done.length + refused.length, 100, answers.find(({ status }) => status !== 200 && status !== 429)?.text);
    assert.ok(done.length >= 16, `${done.length} were carried out`);
    assert.ok(refused.length >= 32, `${refused.length} were refused`);
    assert.ok(meanwhile <= done.length / 2, `${meanwhile} searches of ${done.length} were answered before the person`);
    for (const { headers, json } of refused) {
      assert.match(headers.get("retry-after") ?? "", /^[1-9]\d*$/);
      assert.deepEqual([json.id, json.error.code], [7, 429]);
      assert.match(json.error.message, /try again/i);
    }
    for (const { json } of done) assert.equal(json.result.isError, undefined, JSON.stringify(json.result).slice(0, 200));
    assert.equal((await search()).status, 200, "it may go on");
  });

  test("of too many commands at once some are answered 429: they are not carried out, and are when they are sent again under their keys", async () => {
    let isBusy = true;
    const searching = Array.from({ length: 4 }, async () => {
      while (isBusy) await search();
    });
    const create = (number: number): Promise<Answer> =>
      send(`${worker.origin}/api/todos`, {
        method: "POST",
        headers: { cookie: `stytch_session_jwt=${ada.sessionJwt}`, origin: worker.origin, prefer: "return=minimal", "idempotency-key": `side-by-side-${number}` },
        json: { todoText: `side by side ${number}` },
      });
    const numbers = Array.from({ length: 400 }, (_, number) => number);
    const sent = numbers.map(async (number) => [number, await create(number)] as const);
    // Busy until the first is refused, or all are answered.
    await Promise.any(sent.map(async (answer) => assert.equal((await answer)[1].status, 429))).catch(() => undefined);
    isBusy = false;
    const answers = await Promise.all(sent);
    await Promise.all(searching);

    const refused = answers.filter(([, { status }]) => status === 429);
    assert.ok(refused.length > 0);
    for (const [, { status, headers, json }] of answers) {
      if (status === 200) continue;
      assert.ok(status === 429 || status === 503, `${status}`);
      assert.match(headers.get("retry-after") ?? "", /^[1-9]\d*$/);
      if (status === 429) assert.equal(json.code, "too_many_requests");
    }
    const made = async () => (await ada.todos()).filter(({ text }) => text.startsWith("side by side ")).length;
    assert.equal(await made(), answers.filter(([, { status }]) => status === 200).length, "what was refused was not done");
    for (const [number] of answers) {
      for (let answer = await create(number); answer.status !== 200; answer = await create(number)) await pause(1_000);
    }
    assert.equal(await made(), 400);
  });
});
