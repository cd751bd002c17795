// mcporter, unmodified: a command line and a generator of TypeScript that go by the order of a tool's properties.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";

import { connected } from "../harness/agent.ts";
import { out, pathWithTools, root } from "../harness/paths.ts";
import { Person } from "../harness/person.ts";
import { embedded } from "../harness/shared.ts";

describe("mcporter", () => {
  let ada: Person;
  let home: string;
  before(async () => {
    const { origin } = await embedded();
    ada = await Person.logsIn(origin);
    const { access_token } = await connected(ada);
    home = mkdtempSync(join(tmpdir(), "todo-service-mcporter-"));
    const todo = { baseUrl: `${origin}/mcp`, headers: { Authorization: `Bearer ${access_token}` } };
    writeFileSync(join(home, "mcporter.json"), JSON.stringify({ mcpServers: { todo } }));
  });
  after(() => rmSync(home, { recursive: true, force: true }));

  async function run(program: string, ...args: string[]): Promise<string> {
    const command = join(root, "node_modules", ".bin", program);
    // A home of its own: it reads what other programs there are configured with.
    const { stdout } = await promisify(execFile)(command, args, { cwd: home, env: { PATH: pathWithTools, HOME: home, NO_COLOR: "1" } });
    return stdout;
  }
  const mcporter = (...args: string[]) => run("mcporter", "--config", join(home, "mcporter.json"), ...args);
  const texts = async () => (await ada.todos()).map(({ text, dueOn }) => [text, dueOn]);

  test("arguments by position are the ones that one would think", async () => {
    await mcporter("call", 'todo.createTodo("buy bread")');
    await mcporter("call", 'todo.createTodo("bake it", "2027-01-31")');
    assert.deepEqual(await texts(), [["buy bread", undefined], ["bake it", "2027-01-31"]]);
    const [{ id }] = (await ada.todos()) as [{ id: string }];
    await mcporter("call", `todo.updateTodo("${id}", "buy rye bread")`);
    await mcporter("call", `todo.markTodoComplete("${id}")`);
    const listed = await mcporter("call", 'todo.listTodos("completed")');
    assert.match(listed, /buy rye bread/);
    assert.doesNotMatch(listed, /bake it/);
  });

  test("the types that it makes of the tools compile", async () => {
    // Where its own package is found.
    const folder = join(out, "mcporter");
    mkdirSync(folder, { recursive: true });
    await mcporter("emit-ts", "todo", "--mode", "types", "--out", join(folder, "tools.d.ts"));
    const types = readFileSync(join(folder, "tools.d.ts"), "utf8");
    // As a module: of declaration files the compiler checks nothing.
    writeFileSync(join(folder, "tools.ts"), types);
    const options = ["--ignoreConfig", "--noEmit", "--strict", "--skipLibCheck", "--target", "es2024", "--module", "nodenext"];
    await run("tsc", ...options, join(folder, "tools.ts")).catch((error) => assert.fail(`${error.stdout}${error.stderr}`));
    assert.match(types, /createTodo\(todoText: string, dueOn\?: string/);
  });
});
