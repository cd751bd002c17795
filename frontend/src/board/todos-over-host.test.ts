import assert from "node:assert/strict";
import { test } from "node:test";
import { Failure } from "../api/failure.ts";
import { NoAnswer, Refused, type CallToolResult, type Host } from "./host.ts";
import { createBoardApi, MOST_TODOS } from "./todos-over-host.ts";

type Call = { name: string; args: Record<string, unknown> };

/** A host whose server answers as `server` says. */
function over(server: (call: Call, index: number) => unknown, callsTools = true) {
  const calls: Call[] = [];
  const callServerTool = async (name: string, args: Record<string, unknown>): Promise<CallToolResult> => {
    calls.push({ name, args });
    const answer = server({ name, args }, calls.length - 1);
    if (answer instanceof Error) throw answer;
    return resultOf(answer);
  };
  const host = { callsTools, callServerTool, tellModel: () => undefined };
  return { calls, api: createBoardApi(Promise.resolve(host as unknown as Host)) };
}

const resultOf = (structuredContent: unknown) => ({ content: [], structuredContent }) as unknown as CallToolResult;
const todo = (id: string) => ({ id, text: id, completed: false });
const page = (version: number, ids: string[], rest: object = {}) => ({ version, todos: ids.map(todo), open: ids.length, completed: 0, ...rest });
const changed = (rest: object) => ({ changed: 1, open: 1, completed: 0, ...rest });

test("a list in parts is read again when it changes in between", async () => {
  const answers = [
    page(1, ["a"], { open: 2, nextCursor: "x" }),
    page(2, ["b"], { open: 3 }),
    page(2, ["a", "b"], { open: 3, nextCursor: "y" }),
    page(2, ["c"], { open: 3 }),
  ];
  const { api, calls } = over((_, index) => answers[index]);
  assert.deepEqual(await api.list(null), { version: 2, todos: ["a", "b", "c"].map(todo) });
  assert.deepEqual(calls.map(({ args }) => args["cursor"]), [undefined, "x", undefined, "y"]);
  assert.equal(api.beyond(), 0);
});

test("a list that never holds still is not shown in pieces", async () => {
  const { api } = over((_, index) => page(index, ["a"], { open: 2, nextCursor: "x" }));
  await assert.rejects(api.list(null), Failure);
});

test("of a list that has not changed nothing but that is read", async () => {
  const { api, calls } = over(() => page(7, ["a"], { open: 500, nextCursor: "x" }));
  assert.equal(await api.list(7), null);
  assert.equal(calls.length, 1);
});

test("a very long list is shown in part, and the rest counted", async () => {
  const ids = Array.from({ length: 200 }, (_, index) => `${index}`);
  const { api, calls } = over(() => page(1, ids, { open: 1_300, nextCursor: "x" }));
  assert.equal((await api.list(null))?.todos.length, MOST_TODOS);
  assert.equal(api.beyond(), 300);
  assert.equal(calls.length, MOST_TODOS / 200);
});

test("a result that was handed over spares a call, if it is all of the list and new", async () => {
  const { api, calls } = over(() => page(9, ["b"]));
  assert.equal(await api.take(resultOf(page(3, ["a"])), null), true);
  assert.deepEqual(await api.list(null), { version: 3, todos: [todo("a")] });
  assert.equal(calls.length, 0);
  assert.equal(await api.take(resultOf(page(3, ["a"])), 3), false, "it is known");
  assert.equal(await api.take(resultOf(page(5, ["a"], { open: 2 })), 3), false, "it is a part");
  assert.equal(await api.take({ content: [], isError: true }, 3), false);
  assert.equal((await api.list(3))?.version, 9);
});

test("a result that is older than what was done since is not the list", async () => {
  const { api } = over(({ name }) => (name === "listTodos" ? page(8, ["b"]) : changed({ change: "completed", changeNumber: 8, todo: todo("a") })));
  assert.equal(await api.take(resultOf(page(7, ["a"])), 6), true);
  await api.complete("key", "a");
  assert.equal((await api.list(null))?.version, 8);
});

test("where no tool can be called, a part is better than nothing, and a change is refused", async () => {
  const { api, calls } = over(() => assert.fail("nothing is called"), false);
  assert.equal(await api.take(resultOf(page(5, ["a"], { open: 2 })), null), true);
  assert.deepEqual(await api.list(null), { version: 5, todos: [todo("a")] });
  assert.equal(api.beyond(), 1);
  assert.equal(await api.list(5), null);
  await assert.rejects(api.complete("key", "a"), { kind: "refused" });
  assert.deepEqual(calls, []);
});

test("a change is news of itself, and where it tells of less than there is, the list is to be read", async () => {
  const results: unknown[] = [
    changed({ change: "completed", changeNumber: 4, todo: todo("a") }),
    changed({ change: "deleted", changeNumber: 5, todo: todo("a") }),
    changed({ change: "undone", changeNumber: 6, todo: todo("a") }),
    changed({ change: "cleared", changeNumber: 7, changed: 3 }),
    changed({ change: "unchanged", todo: todo("a"), changed: 0 }),
  ];
  const { api, calls } = over((_, index) => results[index]);
  const told = async (news: ReturnType<typeof api.complete>) => {
    const { version, todos, removed, reload = false, change } = await news;
    return [version, todos.map(({ id }) => id), removed, reload, change?.number];
  };
  assert.deepEqual(await told(api.complete("key", "a")), [4, ["a"], [], false, 4]);
  assert.deepEqual(await told(api.remove("key", "a")), [5, [], ["a"], false, 5]);
  assert.deepEqual(await told(api.undo("key", 5)), [6, [], [], true, 6]);
  assert.deepEqual(await told(api.clearCompleted("key")), [7, [], [], true, 7]);
  assert.deepEqual(await told(api.reopen("key", "a")), [0, [], [], true, undefined]);
  assert.deepEqual(calls[2], { name: "undoChange", args: { changeNumber: 5 } });
});

test("the model is told what the user did, in the tools’ words, and of nothing that was not done", async () => {
  const results = [
    { content: [{ type: "text", text: "Completed “a”." }], structuredContent: changed({ change: "completed", changeNumber: 4 }) },
    { content: [{ type: "text", text: "Done before." }], structuredContent: changed({ change: "unchanged" }) },
    { content: [{ type: "text", text: "No." }], isError: true },
    { content: [{ type: "text", text: "Deleted “b”." }], structuredContent: changed({ change: "deleted", changeNumber: 5 }) },
  ];
  const told: string[] = [];
  const host = { callsTools: true, callServerTool: async () => results.shift(), tellModel: (text: string) => void told.push(text) };
  const api = createBoardApi(Promise.resolve(host as unknown as Host));
  await api.complete("key", "a");
  await api.complete("key", "a");
  await assert.rejects(api.remove("key", "a"));
  await api.remove("key", "b");
  assert.deepEqual(
    told.map((text) => text.split("\n").slice(1)),
    [["Completed “a”."], ["Completed “a”.", "Deleted “b”."]],
  );
});

test("an edit says what changes, and an addition by which name it may be sent again", async () => {
  const { api, calls } = over(() => changed({ change: "edited", changeNumber: 1, todo: todo("a") }));
  await api.edit("key", "a", { text: "b", dueOn: "2030-01-02" });
  await api.edit("key", "a", { dueOn: null });
  await api.create("key", "c", null);
  assert.deepEqual(
    calls.map(({ args }) => args),
    [
      { todoID: "a", todoText: "b", dueOn: "2030-01-02" },
      { todoID: "a", noDueDate: true },
      { todoText: "c", idempotencyKey: "key" },
    ],
  );
});

test("whatever goes wrong is told in the words there are for it", async () => {
  const wrong = async (answer: Error | CallToolResult) => {
    const callServerTool = () => (answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer));
    const api = createBoardApi(Promise.resolve({ callsTools: true, callServerTool } as unknown as Host));
    const failure = await api.complete("key", "a").catch((error: unknown) => error);
    assert.ok(failure instanceof Failure);
    return [failure.kind, failure.message];
  };
  assert.deepEqual(await wrong({ content: [{ type: "text", text: "There is no such todo." }], isError: true }), ["refused", "There is no such todo."]);
  assert.deepEqual(await wrong(new Refused("You said no.")), ["refused", "It was refused: You said no."]);
  assert.deepEqual(await wrong(new NoAnswer()), ["unreachable", "No answer came."]);
  assert.equal((await wrong({ content: [] }))[0], "server");
  const nobody = createBoardApi(Promise.reject(new NoAnswer()));
  await assert.rejects(nobody.list(null), { kind: "unreachable" });
});
