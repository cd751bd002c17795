// Storage of a release that kept the list in Workers KV, with a history and a journal of its own, opened by this one: nothing is
// missing and nothing comes back, whatever KV shows at that moment, and nothing is answered before that is certain.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { unpack } from "../harness/earlier-storage.ts";
import { eventually } from "../harness/eventually.ts";
import type { Json } from "../harness/http.ts";
import { KvStandIn, onlyInKv } from "../harness/kv-stand-in.ts";
import { StoredObject } from "../harness/objects.ts";
import { Person } from "../harness/person.ts";
import { Worker } from "../harness/worker.ts";

const VERSION = "c6dcb85";
const MINUTE = 60;
const VARIABLES = { SHOW_LOGIN_CODES: "on", LOOPBACK_CLIENTS: "on" };

describe("A list that an earlier release kept in Workers KV", () => {
  let kv: KvStandIn;
  before(async () => void (kv = await KvStandIn.start()));
  after(() => kv?.stop());

  const show = (userId: string, todos: Json[]) => {
    for (const todo of todos) kv.entries.set(`todos:${userId}:${todo.id}`, { value: JSON.stringify(todo), metadata: null });
  };
  /** As it is now, told by the release that stored it: it gave todos no member that this one does not. */
  const assertSame = (todos: Json[], before: Json[]) => {
    assert.deepEqual(todos.map(({ id }) => id).sort(), before.map(({ id }) => id).sort());
    for (const todo of before) assert.partialDeepStrictEqual(todos.find(({ id }) => id === todo.id), todo);
  };

  async function opened(name: string, run: (worker: Worker, known: Json, people: Record<string, Person>) => Promise<void>, kvShows: (known: Json) => void): Promise<void> {
    kv.behave();
    kv.entries.clear();
    let known: Json;
    const stored = (state: string, origin: string) => {
      known = unpack(VERSION, MINUTE, state, origin);
      kvShows(known);
    };
    const worker = await Worker.start({ name: `list-migration-${name}`, variables: VARIABLES, stored, kv });
    try {
      const people: Record<string, Person> = {};
      for (const [name, { email, sessionToken }] of Object.entries<Json>(known.people)) {
        people[name] = await Person.comesBack(worker.origin, email, sessionToken);
      }
      await run(worker, known, people);
    } finally {
      await worker.stop();
    }
  }

  const equalKv = (person: Person, todos: Json[]) =>
    eventually("KV is equal to the list", async () => {
      assertSame([...kv.todos(person.userId).values()], todos);
      return true;
    }, 30_000);

  test("is whole though KV is stale: old states, none at all, and todos that were deleted", async () => {
    let old: Json;
    let deleted: Json;
    await opened(
      "stale",
      async (worker, known, { ada, bob, carl }) => {
        const todos = await ada!.todos();
        assertSame(todos, known.people.ada.todos);
        assert.ok(!todos.some(({ id }) => id === deleted.id));
        for (const [person, before] of [
          [bob, known.people.bob],
          [carl, known.people.carl],
        ] as const) {
          assertSame(await person!.todos(), before.todos);
        }
        for (const person of [ada!, bob!, carl!]) await equalKv(person, await person.todos());
        await worker.crash();
        assert.deepEqual(await ada!.todos(), todos);
        // Releases before schemas had versions know the storage by this table. None of them may take it for theirs.
        const list = StoredObject.named(worker.state, "TodoList", ada!.userId);
        assert.throws(() => list.rows("SELECT todo_id, todo, version FROM journal"), /no such column/);
        // What was numbered goes on being numbered.
        const [{ number }] = (await ada!.rest("GET", "/api/history?limit=1")).json.changes;
        await ada!.adds("after the move");
        assert.equal((await ada!.rest("GET", "/api/history?limit=1")).json.changes[0].number, number + 1);
      },
      ({ people }) => {
        const { userId, todos, changes } = people.ada;
        const edited = todos.find(({ text }: Json) => text === "edited twice, by the agent");
        old = { ...edited, text: "edited", version: 1 };
        deleted = changes.find(({ deed, todo }: Json) => deed === "deleted" && todo.text === "deleted").todo;
        // Of Ada's todos KV shows an old state of one, one that is deleted, and of all others nothing.
        show(userId, [old, deleted]);
        const settled = people.bob.todos.filter(({ text }: Json) => text === "settled");
        show(people.bob.userId, settled);
      },
    );
  });

  test("is not answered from what was read so far when KV fails on the second page, and is whole afterwards", async () => {
    const many = Array.from({ length: 1_500 }, (_, index) => onlyInKv(index));
    await opened(
      "second-page",
      async (worker, known, { carl }) => {
        for (let time = 0; time < 2; time++) {
          const answer = await carl!.rest("GET", "/api/todos");
          assert.equal(answer.status, 503, answer.text.slice(0, 200));
          assert.match(answer.headers.get("retry-after") ?? "", /^[1-9]\d*$/);
          assert.equal((await carl!.rest("POST", "/api/todos", { todoText: "too early" })).status, 503);
          await worker.crash();
        }
        kv.behave();
        const first = kv.counts(`todos:${carl!.userId}:`).list;
        await eventually("the alarm has read on", async () => (kv.counts(`todos:${carl!.userId}:`).list > first ? true : undefined), 60_000);
        await eventually("the list is there", async () => ((await carl!.rest("GET", "/api/todos")).status === 200 ? true : undefined), 30_000);
        assertSame(await carl!.todos(), [...many, ...known.people.carl.todos]);
        await equalKv(carl!, await carl!.todos());
      },
      ({ people }) => {
        for (const todo of many) kv.entries.set(`todos:${people.carl.userId}:${todo.id}`, { value: JSON.stringify(todo), metadata: todo });
        // From the start: the alarm that the release before has left may come first.
        kv.behave({ operations: ["list"], laterPages: true, refuse: 503 });
      },
    );
  });

  test("waits for a todo that KV lists and does not show yet, and does not take it for deleted", async () => {
    const long = { id: "01JD0000000000000000000001", text: "long ".repeat(300).trim(), completed: false, createdAt: "2026-11-01T00:00:00.000Z", version: 0 };
    await opened(
      "not-shown",
      async (_, known, { carl }) => {
        assert.equal((await carl!.rest("GET", "/api/todos")).status, 503);
        await eventually("the list is there", async () => ((await carl!.rest("GET", "/api/todos")).status === 200 ? true : undefined), 60_000);
        assertSame(await carl!.todos(), [long, ...known.people.carl.todos]);
      },
      ({ people }) => {
        kv.entries.set(`todos:${people.carl.userId}:${long.id}`, { value: JSON.stringify(long), metadata: null });
        kv.behave({ operations: ["bulk"], startingWith: `todos:${people.carl.userId}:`, hide: true, times: 2 });
      },
    );
  });

  test("waits for KV that is down, drops nothing, and has an alarm for what was left without one", async () => {
    await opened(
      "down",
      async (worker, known, { bob }) => {
        assert.equal((await bob!.rest("GET", "/api/todos")).status, 503);
        const list = StoredObject.named(worker.state, "TodoList", bob!.userId);
        assert.equal(list.rows("SELECT todo_id FROM earlier_journal WHERE settled_at IS NULL").length, 3);
        assert.deepEqual(list.rows("SELECT * FROM list"), [], "it has no list yet");
        assert.ok(list.alarm);
        await worker.crash();
        kv.behave();
        await eventually("the alarm has read it", async () => (list.rows("SELECT * FROM list").length === 1 ? true : undefined), 60_000);
        assertSame(await bob!.todos(), known.people.bob.todos);
        await equalKv(bob!, await bob!.todos());
      },
      ({ people }) => {
        show(people.bob.userId, people.bob.todos.filter(({ text }: Json) => text === "settled"));
        kv.behave({ refuse: 503 });
      },
    );
  });
});
