// The TODO service as both peers have it: a user's list is one JSON array in Workers KV, as in the example that Stytch's guide walks
// through, and the tools are declared as the TypeScript SDK's documentation teaches, with zod. They are this Worker's tools, with
// the same names, titles, descriptions, schemas and annotations; the bench compares them before it measures anything.
//
// What no row of the bench calls (history, undo, the board) is declared and answers that it is not here.

import { z } from "zod";

const moment = z.iso.datetime().describe("A moment, RFC 3339, UTC. Written as YYYY-MM-DDTHH:MM:SSZ.");
const count = z.int().min(0);
const day = (text) => z.iso.date().describe(`${text} Written as YYYY-MM-DD.`);

const todo = z
  .object({
    id: z.string().describe("The todo's id."),
    text: z.string().describe("One line of plain text."),
    completed: z.boolean(),
    createdAt: moment,
    version: count.default(0).describe("The number of the change that made it what it is: the same number, the same todo."),
    completedAt: z.iso.datetime().describe("When it was completed; absent while it is open. Written as YYYY-MM-DDTHH:MM:SSZ.").optional(),
    dueOn: day("The day by which it should be done; absent where there is none.").optional(),
  })
  .describe("One todo.");

const page = z.object({
  todos: z.array(todo).describe("Open todos before completed ones, each oldest first."),
  open: count.describe("How many todos of the whole list are open."),
  completed: count.describe("How many todos of the whole list are completed."),
  version: count.describe("The number of the newest change: the same number, the same list."),
  nextCursor: z.string().describe("Pass it as `cursor` for the next page; absent on the last.").optional(),
});

const change = z.object({
  change: z
    .union([
      z.enum(["created", "edited", "completed", "reopened", "deleted", "cleared", "undone"]),
      z.literal("unchanged").describe("That was done before."),
    ])
    .describe("What happened."),
  changed: count.describe("How many todos the change was about."),
  open: count.describe("How many todos of the list are open now."),
  completed: count.describe("How many are completed."),
  changeNumber: count.describe("The change's number, which undoChange takes; absent where nothing changed.").optional(),
  todo: todo.describe("The todo as it is now, a deleted one as it was last; absent where the change was about several.").optional(),
});

const deed = z
  .union([
    z.enum(["created", "edited", "completed", "reopened", "deleted"]),
    z.literal("cleared").describe("Every completed todo was removed."),
    z.literal("undone").describe("An earlier change was taken back."),
  ])
  .describe("What was done.");

const history = z.object({
  changes: z.array(
    z
      .object({
        number: count.describe("The change's number: the changes of a list are numbered from 1."),
        at: moment,
        by: z
          .union([
            z.object({ kind: z.literal("browser") }),
            z.object({
              kind: z.literal("app"),
              id: z.string().describe("The app's OAuth client id."),
              name: z.string().describe("The name it goes by."),
            }),
          ])
          .describe("Who did it: the person in their browser, or an app they have connected."),
        deed,
        todos: count.describe("How many todos it touched."),
        undoable: z.boolean().describe("Whether it can be undone: nothing newer stands in the way."),
        undoes: z.object({ number: count, deed }).describe("The change that was taken back.").optional(),
        todo: todo.describe("The todo after the change, a deleted one as it was last; absent where it touched several.").optional(),
        textBefore: z.string().describe("The text before, where the change gave the todo another.").optional(),
      })
      .describe("One change of the list."),
  ),
  next: count.describe("Pass it as `before` for older changes; absent at the end of the history.").optional(),
});

const id = z.string().describe("The todo's id, as listTodos gives it.");
const number = z.int().min(1).describe("The change's number, as the change's own result or listHistory gives it.");

const reads = { readOnlyHint: true, openWorldHint: false };
const writes = (destructiveHint, idempotentHint) => ({ readOnlyHint: false, destructiveHint, idempotentHint, openWorldHint: false });

const CLEAR =
  "Delete every completed TODO at once. The user is asked first where their client can show a question; where it cannot, ask them yourself. undoChange brings them back.";
const BOARD =
  "Show the user the TODO list as a board in the conversation, in which they complete, add and undo themselves. For when they want to see their list or go through it; to read it yourself, use listTodos.";
const UNDO =
  "Take one change of the TODO list back, whoever made it: every TODO it touched becomes what it was before. Refused when one of them has been changed since. An undo is a change too, and can be undone.";

/** Every tool, with its schemas, made once for the isolate: the documentation makes them anew with each server, which costs more. */
const TOOLS = [];

function tool(name, title, icon, description, inputSchema, outputSchema, annotations, run, more = {}) {
  TOOLS.push({ name, icon, run, config: { title, description, inputSchema, outputSchema, annotations: { title, ...annotations }, ...more } });
}

tool(
  "listTodos",
  "List TODOs",
  "list",
  "Read the TODO list: open todos before completed ones, each oldest first, a page at a time. Filter by state, by words of the text, and by due date rather than reading all of a long list.",
  z.strictObject({
    show: z.enum(["all", "open", "completed"]).default("all").describe("Which todos to show."),
    contains: z
      .string()
      .max(200)
      .describe(
        "Only todos with every one of these words in their text, in any order, each perhaps as a part of a longer word. Capital and small letters are the same (STRASSE finds Straße), and so are composed and decomposed ones; accents count.",
      )
      .optional(),
    dueBy: day("Only todos due on this day or before; overdue ones are found with yesterday's date.").optional(),
    limit: z.int().min(1).max(200).default(50).describe("How many at most."),
    cursor: z.string().describe("Where to go on: the `nextCursor` of the page before.").optional(),
  }),
  page,
  reads,
  async (list, { show, contains, dueBy, limit }) => {
    const { todos, version } = await list.read();
    const shown = todos
      .filter((todo) => show === "all" || todo.completed === (show === "completed"))
      .filter((todo) => contains === undefined || todo.text.toLowerCase().includes(contains.toLowerCase()))
      .filter((todo) => dueBy === undefined || (todo.dueOn ?? "9999") <= dueBy)
      .slice(0, limit);
    const counts = counted(todos);
    const words = `${shown.length} of the list's ${counts.open} open and ${counts.completed} completed todos.`;
    return result(words, { todos: shown, ...counts, version });
  },
);
tool(
  "createTodo",
  "Add a TODO",
  "add",
  "Add a new TODO task",
  z.strictObject({
    todoText: z.string().min(1).max(1000).describe("What is to be done, in one line of plain text."),
    dueOn: day("The day by which it should be done, if there is one.").optional(),
    idempotencyKey: z
      .string()
      .min(1)
      .max(255)
      .describe("Choose one, such as a UUID, and send the same again if the answer got lost: the todo is then added once.")
      .optional(),
  }),
  change,
  writes(false, false),
  (list, { todoText, dueOn }) =>
    list.change("created", "Added", (todos, version) => {
      const now = new Date().toISOString();
      const added = { id: crypto.randomUUID(), text: todoText, completed: false, createdAt: now, version, ...(dueOn && { dueOn }) };
      todos.push(added);
      return added;
    }),
);
tool(
  "markTodoComplete",
  "Complete a TODO",
  "complete",
  "Mark a TODO as complete",
  z.strictObject({ todoID: id }),
  change,
  writes(false, true),
  (list, { todoID }) =>
    list.change("completed", "Completed", (todos, version) => {
      const found = todos.find(({ id }) => id === todoID);
      return found && Object.assign(found, { completed: true, completedAt: new Date().toISOString(), version });
    }),
);
tool(
  "deleteTodo",
  "Delete a TODO",
  "delete",
  "Delete a TODO. To mark one as done, use markTodoComplete instead.",
  z.strictObject({ todoID: id }),
  change,
  writes(true, true),
  (list, { todoID }) =>
    list.change("deleted", "Deleted", (todos) => {
      const at = todos.findIndex(({ id }) => id === todoID);
      return at < 0 ? undefined : todos.splice(at, 1)[0];
    }),
);
tool(
  "updateTodo",
  "Change a TODO",
  "edit",
  "Change a TODO's text, its due date, or both. What is not given stays as it is.",
  z.strictObject({
    todoID: id,
    todoText: z.string().min(1).max(1000).describe("The new text, in one line; without it the text stays.").optional(),
    dueOn: day("The new due date; without it the date stays.").optional(),
    noDueDate: z.boolean().default(false).describe("Takes the due date away."),
  }),
  change,
  writes(true, true),
  (list, { todoID, todoText, dueOn, noDueDate }) =>
    list.change("edited", "Changed", (todos, version) => {
      const found = todos.find(({ id }) => id === todoID);
      if (found === undefined) return undefined;
      if (noDueDate) delete found.dueOn;
      return Object.assign(found, { version, ...(todoText && { text: todoText }), ...(dueOn && { dueOn }) });
    }),
);
tool(
  "reopenTodo",
  "Reopen a TODO",
  "reopen",
  "Mark a completed TODO as open again.",
  z.strictObject({ todoID: id }),
  change,
  writes(false, true),
  (list, { todoID }) =>
    list.change("reopened", "Reopened", (todos, version) => {
      const found = todos.find(({ id }) => id === todoID);
      if (found) delete found.completedAt;
      return found && Object.assign(found, { completed: false, version });
    }),
);
const notHere = () => ({ isError: true, content: [{ type: "text", text: "The bench does not call this." }] });
const nothing = z.strictObject({});
tool("clearCompleted", "Clear completed TODOs", "clear", CLEAR, nothing, change, writes(true, true), notHere);
const ui = { "ui/resourceUri": "ui://todo-service/board", ui: { resourceUri: "ui://todo-service/board" } };
tool("showBoard", "Show the board", "list", BOARD, nothing, page, reads, notHere, { _meta: ui });
tool(
  "listHistory",
  "What was done",
  "history",
  "The newest changes of the TODO list, newest first: what was done, by whom, when, and whether it can be undone.",
  z.strictObject({
    limit: z.int().min(1).max(100).default(20).describe("How many at most."),
    before: z.int().min(0).describe("Only changes before this number: the `next` of the page before.").optional(),
  }),
  history,
  reads,
  notHere,
);
tool("undoChange", "Undo a change", "undo", UNDO, z.strictObject({ changeNumber: number }), change, writes(true, false), notHere);

/** Declares the service on a server of either SDK, for one user's list. `origin` is where its pictures are. */
export function declare(server, ResourceTemplate, list, origin) {
  for (const { name, icon, run, config } of TOOLS) {
    const icons = [{ src: `${origin}/icons/${icon}.png`, mimeType: "image/png", sizes: ["64x64"] }];
    server.registerTool(name, { ...config, icons }, (args) => run(list, args));
  }
  server.registerResource(
    "todo",
    new ResourceTemplate("todoapp://todos/{id}", { list: undefined }),
    { title: "A TODO", description: "One TODO, as JSON.", mimeType: "application/json" },
    async (uri, { id }) => {
      const { todos } = await list.read();
      const found = todos.find((todo) => todo.id === id);
      if (found === undefined) throw new Error(`There is no todo ${id}`);
      return { contents: [{ uri: uri.href, mimeType: "application/json", text: JSON.stringify(found) }] };
    },
  );
}

/** One user's list in KV. Nothing serialises two writers, as nothing does in the example. */
export class List {
  constructor(kv, userId) {
    this.kv = kv;
    this.key = userId;
  }

  async read() {
    return (await this.kv.get(this.key, "json")) ?? { todos: [], version: 0 };
  }

  async change(done, word, make) {
    const list = await this.read();
    list.version += 1;
    const todo = make(list.todos, list.version);
    if (todo === undefined) return { isError: true, content: [{ type: "text", text: "There is no such todo." }] };
    list.todos.sort((a, b) => Number(a.completed) - Number(b.completed) || a.createdAt.localeCompare(b.createdAt));
    await this.kv.put(this.key, JSON.stringify(list));
    const counts = counted(list.todos);
    const words = `${word} “${todo.text}” (id ${todo.id}). Change ${list.version}. ${counts.open} open, ${counts.completed} completed.`;
    return result(words, { change: done, changeNumber: list.version, todo, changed: 1, ...counts });
  }
}

function counted(todos) {
  const completed = todos.filter((todo) => todo.completed).length;
  return { open: todos.length - completed, completed };
}

/** What a tool answers: in words, and as what its output schema says. */
function result(words, structuredContent) {
  const content = [words, JSON.stringify(structuredContent)].map((text) => ({ type: "text", text }));
  return { content, structuredContent };
}
