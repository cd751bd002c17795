// What may be done to a list beyond adding and ticking off, who did it, and the way back: by the page's interface and by the
// agents'.

import assert from "node:assert/strict";
import { before, describe, test } from "node:test";

import { connected } from "../harness/agent.ts";
import { send, type Answer, type Json } from "../harness/http.ts";
import { callTool } from "../harness/mcp.ts";
import { Person } from "../harness/person.ts";
import { embedded } from "../harness/shared.ts";

const UNKNOWN_ID = "01ARZ3NDEKTSV4RRFFQ69G5FAV";

describe("Changes and their history", () => {
  let origin: string;
  let ada: Person;
  before(async () => {
    origin = (await embedded()).origin;
    ada = await Person.logsIn(origin);
  });

  /** A request of the page with headers of its own. */
  function rest(person: Person, method: string, path: string, headers: Record<string, string> = {}, json?: unknown) {
    const all = { cookie: `stytch_session_jwt=${person.sessionJwt}`, origin, ...headers };
    return send(`${origin}${path}`, { method, headers: all, ...(json === undefined ? {} : { json }) });
  }

  const minimal = { prefer: "return=minimal" };

  /** The newest changes. */
  async function history(person: Person): Promise<Json[]> {
    const answer = await person.rest("GET", "/api/history");
    assert.equal(answer.status, 200, answer.text);
    return answer.json.changes;
  }

  function assertProblem(answer: Answer, status: number, code: string): void {
    assert.equal(answer.status, status, answer.text);
    assert.equal(answer.mediaType, "application/problem+json");
    assert.equal(answer.json.code, code);
    assert.ok(answer.json.detail.length > 10);
  }

  const find = (todos: Json[], id: string): Json => todos.find((todo) => todo.id === id);

  test("PATCH gives a todo another text and a due date, and takes the date away", async () => {
    const { id } = await ada.adds("Buy mlik");
    const edited = await ada.rest("PATCH", `/api/todos/${id}`, { text: " Buy milk ", dueOn: "2026-12-24" });
    assert.equal(edited.status, 200, edited.text);
    assert.deepEqual(
      [find(edited.json.todos, id).text, find(edited.json.todos, id).dueOn],
      ["Buy milk", "2026-12-24"],
    );
    const textOnly = await ada.rest("PATCH", `/api/todos/${id}`, { text: "Buy oat milk" });
    assert.equal(find(textOnly.json.todos, id).dueOn, "2026-12-24", "what is not named stays");
    const cleared = await ada.rest("PATCH", `/api/todos/${id}`, { dueOn: null });
    assert.equal(find(cleared.json.todos, id).dueOn, undefined);
    assert.equal(find(cleared.json.todos, id).text, "Buy oat milk");
  });

  test("a todo can be created with a due date", async () => {
    const answer = await ada.rest("POST", "/api/todos", { todoText: "Pay rent", dueOn: "2026-12-01" });
    assert.equal(answer.json.todos.find(({ text }: Json) => text === "Pay rent").dueOn, "2026-12-01");
  });

  test("a completed todo can be reopened, and that again changes nothing", async () => {
    const { id } = await ada.adds("Ring Ben");
    await ada.rest("POST", `/api/todos/${id}/complete`);
    for (const _time of ["once", "again"]) {
      const answer = await ada.rest("POST", `/api/todos/${id}/reopen`);
      assert.equal(answer.status, 200, answer.text);
      const todo = find(answer.json.todos, id);
      assert.deepEqual([todo.completed, todo.completedAt], [false, undefined]);
    }
  });

  test("clearing completed todos is one change, and one undo brings all of them back", async () => {
    const ben = await Person.logsIn(origin);
    for (const text of ["a", "b", "c"]) {
      const { id } = await ben.adds(text);
      if (text !== "b") await ben.rest("POST", `/api/todos/${id}/complete`);
    }
    const before = await ben.todos();
    const cleared = await ben.rest("POST", "/api/todos/clear-completed");
    assert.deepEqual(
      cleared.json.todos.map(({ text }: Json) => text),
      ["b"],
    );
    const [change] = await history(ben);
    assert.deepEqual([change.deed, change.todos, change.undoable], ["cleared", 2, true]);
    const undone = await ben.rest("POST", `/api/history/${change.number}/undo`);
    assert.equal(undone.status, 200, undone.text);
    assert.deepEqual(undone.json.todos, before);
  });

  test("the history tells what was done, by whom and when, newest first", async () => {
    const ben = await Person.logsIn(origin);
    const { access_token, client_id } = await connected(ben);
    const { id } = await ben.adds("Book a table");
    await callTool(origin, access_token, "markTodoComplete", { todoID: id });
    await ben.rest("PATCH", `/api/todos/${id}`, { text: "Book a table for two" });
    const changes = await history(ben);
    assert.deepEqual(
      changes.map(({ number, deed, by, undoable }: Json) => ({ number, deed, by, undoable })),
      [
        { number: 3, deed: "edited", by: { kind: "browser" }, undoable: true },
        { number: 2, deed: "completed", by: { kind: "app", id: client_id, name: "Ada’s agent" }, undoable: false },
        { number: 1, deed: "created", by: { kind: "browser" }, undoable: false },
      ],
    );
    assert.equal(changes[0].textBefore, "Book a table");
    assert.equal(changes[0].todo.text, "Book a table for two");
    assert.ok(Math.abs(Date.parse(changes[0].at) - Date.now()) < 60_000);

    const page = async (query: string) => (await ben.rest("GET", `/api/history?${query}`)).json;
    const first = await page("limit=2");
    assert.deepEqual([first.changes.map(({ number }: Json) => number), first.next], [[3, 2], 2]);
    const rest = await page(`limit=2&before=${first.next}`);
    assert.deepEqual([rest.changes.map(({ number }: Json) => number), rest.next], [[1], undefined]);
    for (const bad of ["limit=0", "limit=101", "limit=x", "before=-1"])
      assertProblem(await ben.rest("GET", `/api/history?${bad}`), 400, "bad_parameter");
  });

  test("what an agent did is undone in one step, exactly; the undo itself can be undone", async () => {
    const ben = await Person.logsIn(origin);
    const { access_token } = await connected(ben);
    await ben.adds("stays");
    const { id } = await ben.adds("Buy milk");
    const before = await ben.todos();
    const result = await callTool(origin, access_token, "deleteTodo", { todoID: id });
    const number = result.structuredContent.changeNumber;
    const undone = await ben.rest("POST", `/api/history/${number}/undo`);
    assert.deepEqual(undone.json.todos, before);
    const [undo] = await history(ben);
    assert.deepEqual([undo.deed, undo.undoes, undo.by], ["undone", { number, deed: "deleted" }, { kind: "browser" }]);
    assertProblem(await ben.rest("POST", `/api/history/${number}/undo`), 409, "changed_since");
    const again = await ben.rest("POST", `/api/history/${undo.number}/undo`);
    assert.deepEqual(
      again.json.todos.map(({ text }: Json) => text),
      ["stays"],
    );
  });

  test("a change with something newer in its way is not undone, and says what is in the way", async () => {
    const { id } = await ada.adds("Write letter");
    const [created] = await history(ada);
    await ada.rest("PATCH", `/api/todos/${id}`, { text: "Write a long letter" });
    const before = await ada.todos();
    const refused = await ada.rest("POST", `/api/history/${created.number}/undo`);
    assertProblem(refused, 409, "changed_since");
    assert.match(refused.json.detail, /Write a long letter/);
    assert.deepEqual(await ada.todos(), before);
    for (const number of ["0", "999999"]) assertProblem(await ada.rest("POST", `/api/history/${number}/undo`), 404, "unknown_change");
    assertProblem(await ada.rest("POST", "/api/history/x/undo"), 404, "unknown_change");
    assert.equal((await ada.rest("GET", "/api/history/1/undo")).headers.get("allow"), "POST");
  });

  test("nobody sees or undoes what happened in another’s list", async () => {
    const [ben, eve] = [await Person.logsIn(origin), await Person.logsIn(origin)];
    await ben.adds("mine");
    assert.deepEqual(await history(eve), []);
    assertProblem(await eve.rest("POST", "/api/history/1/undo"), 404, "unknown_change");
    assert.equal((await send(`${origin}/api/history`)).status, 401);
  });

  test("history outlives the Worker, and stays within 500 changes", async () => {
    const ben = await Person.logsIn(origin);
    const { id } = await ben.adds("on and off");
    for (let round = 0; round < 255; round++)
      for (const what of ["complete", "reopen"]) {
        const answer = await rest(ben, "POST", `/api/todos/${id}/${what}`, minimal);
        assert.equal(answer.status, 200, answer.text);
      }
    const worker = await embedded();
    await worker.restart();
    const numbers: number[] = [];
    for (let before = ""; ; ) {
      const { changes, next } = (await ben.rest("GET", `/api/history?limit=100${before}`)).json;
      numbers.push(...changes.map(({ number }: Json) => number));
      if (next === undefined) break;
      before = `&before=${next}`;
    }
    assert.deepEqual(
      numbers,
      Array.from({ length: 500 }, (_, index) => 511 - index),
    );
    const { number } = (await rest(ben, "POST", `/api/todos/${id}/complete`, minimal)).json.change;
    assert.equal(number, 512, "numbers go on where they were");
  });

  test("Prefer: return=minimal answers a change with what changed and nothing else", async () => {
    const ben = await Person.logsIn(origin);
    await ben.adds("another");
    const created = await rest(ben, "POST", "/api/todos", minimal, { todoText: "Buy milk" });
    assert.equal(created.headers.get("preference-applied"), "return=minimal");
    const { version, change, todos, removed, open, completed } = created.json;
    assert.deepEqual([version, change.deed, removed, open, completed], [2, "created", [], 2, 0]);
    assert.deepEqual(
      todos.map(({ text }: Json) => text),
      ["Buy milk"],
    );
    const deleted = (await rest(ben, "DELETE", `/api/todos/${todos[0].id}`, minimal)).json;
    assert.deepEqual([deleted.todos, deleted.removed, deleted.open], [[], [todos[0].id], 1]);
    const unchanged = (await rest(ben, "POST", "/api/todos/clear-completed", minimal)).json;
    assert.deepEqual([unchanged.version, unchanged.change], [3, undefined]);
  });

  test("If-Match: of two tabs that edit the same todo, the second is told; nothing is lost", async () => {
    const { id } = await ada.adds("Draft");
    const seen = await rest(ada, "GET", `/api/todos/${id}`);
    const etag = seen.headers.get("etag") ?? "";
    assert.equal(etag, `"${seen.json.version}"`);
    const edit = (text: string, tag: string) => rest(ada, "PATCH", `/api/todos/${id}`, { "if-match": tag }, { text });
    assert.equal((await edit("Tab one", etag)).status, 200);
    assertProblem(await edit("Tab two", etag), 412, "outdated");
    assertProblem(await edit("Tab two", `W/${etag}`), 412, "outdated");
    assertProblem(await edit("Tab two", '"1", "another,server"'), 412, "outdated");
    for (const nonsense of ["nonsense", "1", '"1', '"1" "2"', "W/1", '*, "1"'])
      assertProblem(await edit("Tab two", nonsense), 400, "bad_if_match");
    assert.equal(find(await ada.todos(), id).text, "Tab one");
    const now = (await rest(ada, "GET", `/api/todos/${id}`)).headers.get("etag");
    assert.equal((await edit("Tab two", `"1",, ${now}`)).status, 200);
    assert.equal((await edit("Tab three", "*")).status, 200);
  });

  test("a list that has not changed is not sent again", async () => {
    const list = await rest(ada, "GET", "/api/todos");
    const etag = list.headers.get("etag") ?? "";
    assert.match(etag, /^"\d+"$/);
    const unchanged = await rest(ada, "GET", "/api/todos", { "if-none-match": etag });
    assert.deepEqual([unchanged.status, unchanged.text, unchanged.headers.get("etag")], [304, "", etag]);
    await ada.adds("news");
    assert.equal((await rest(ada, "GET", "/api/todos", { "if-none-match": etag })).status, 200);
  });

  test("what is not a patch, a date or a path is refused with what would be right", async () => {
    const { id } = await ada.adds("as it was");
    const patch = (json: unknown) => ada.rest("PATCH", `/api/todos/${id}`, json);
    for (const dueOn of ["tomorrow", "2026-02-30", "2026-1-1", ""]) assertProblem(await patch({ dueOn }), 422, "bad_due_date");
    for (const json of [{ dueOn: 7 }, { text: null, done: true }, [], "x"]) assertProblem(await patch(json), 400, "bad_json");
    assertProblem(await patch({ text: " " }), 422, "text_empty");
    assertProblem(await ada.rest("PATCH", `/api/todos/${UNKNOWN_ID}`, { text: "x" }), 404, "unknown_todo");
    assertProblem(await ada.rest("POST", `/api/todos/${UNKNOWN_ID}/reopen`), 404, "unknown_todo");
    for (const [method, path, allow] of [
      ["PUT", `/api/todos/${id}`, "GET, HEAD, PATCH, DELETE"],
      ["GET", `/api/todos/${id}/reopen`, "POST"],
      ["GET", "/api/todos/clear-completed", "POST"],
      ["DELETE", "/api/history", "GET, HEAD"],
    ] as const) {
      const answer = await ada.rest(method, path);
      assertProblem(answer, 405, "method_not_allowed");
      assert.equal(answer.headers.get("allow"), allow);
    }
    assert.equal(find(await ada.todos(), id).text, "as it was");
    const crossSite = await rest(ada, "POST", "/api/todos/clear-completed", { origin: "https://evil.example" });
    assertProblem(crossSite, 403, "cross_site");
  });

  test("the agent’s tools change, reopen, clear, tell and undo", async () => {
    const ben = await Person.logsIn(origin);
    const { access_token } = await connected(ben);
    const call = async (name: string, args: Json = {}): Promise<Json> => {
      const result = await callTool(origin, access_token, name, args);
      assert.notEqual(result.isError, true, JSON.stringify(result.content));
      return result.structuredContent;
    };
    const { todo } = await call("createTodo", { todoText: "Tax return", dueOn: "2027-05-31" });
    assert.equal(todo.dueOn, "2027-05-31");
    const edited = await call("updateTodo", { todoID: todo.id, todoText: "File tax return", noDueDate: true });
    assert.deepEqual([edited.change, edited.todo.text, edited.todo.dueOn], ["edited", "File tax return", undefined]);
    await call("markTodoComplete", { todoID: todo.id });
    assert.equal((await call("reopenTodo", { todoID: todo.id })).change, "reopened");
    await call("markTodoComplete", { todoID: todo.id });
    const cleared = await call("clearCompleted");
    assert.deepEqual([cleared.change, cleared.changed, cleared.completed], ["cleared", 1, 0]);
    assert.equal((await call("clearCompleted")).change, "unchanged");
    await call("undoChange", { changeNumber: cleared.changeNumber });
    assert.equal((await ben.todos())[0].text, "File tax return");
    const { changes } = await call("listHistory", { limit: 2 });
    assert.deepEqual(
      changes.map(({ deed, by }: Json) => [deed, by.name]),
      [
        ["undone", "Ada’s agent"],
        ["cleared", "Ada’s agent"],
      ],
    );
    for (const [name, args] of [
      ["updateTodo", { todoID: todo.id }],
      ["updateTodo", { todoID: todo.id, dueOn: "soon" }],
      ["updateTodo", { todoID: todo.id, dueOn: "2026-12-01", noDueDate: true }],
      ["undoChange", { changeNumber: 1 }],
      ["undoChange", { changeNumber: 99 }],
      ["listHistory", { limit: 0 }],
    ] as const)
      assert.equal((await callTool(origin, access_token, name, args)).isError, true, `${name} ${JSON.stringify(args)}`);
  });
});
