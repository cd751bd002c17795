// `mcp-remote`, which hosts that speak only stdio use: through its own OAuth, over every transport it has.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { after, afterEach, before, describe, test } from "node:test";

import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";

import { agrees } from "../harness/agent.ts";
import type { Json } from "../harness/http.ts";
import { pathWithTools, root } from "../harness/paths.ts";
import { Person } from "../harness/person.ts";
import { embedded } from "../harness/shared.ts";
import { TOOLS } from "../harness/tools.ts";
import { Worker } from "../harness/worker.ts";

describe("mcp-remote", () => {
  let origin: string;
  let ada: Person;
  /** Where the bridge keeps its tokens, a folder for each way. */
  const kept = mkdtempSync(join(tmpdir(), "mcp-remote-"));
  const clients: Client[] = [];
  before(async () => {
    origin = (await embedded()).origin;
    ada = await Person.logsIn(origin);
  });
  afterEach(() => Promise.all(clients.splice(0).map((client) => client.close())));
  after(() => rmSync(kept, { recursive: true, force: true }));

  /** Starts the bridge, goes with the browser if it asks for one, and gives the client at its other end. */
  async function bridged(home: string, path: string, ...options: string[]): Promise<{ client: Client; wasAsked: () => boolean }> {
    const transport = new StdioClientTransport({
      command: join(root, "node_modules", ".bin", "mcp-remote"),
      args: [`${origin}${path}`, String(await Worker.freePort()), ...options],
      // A browser that does nothing: the address is read off what the bridge says.
      env: { PATH: pathWithTools, HOME: home, MCP_REMOTE_CONFIG_DIR: home, BROWSER: "true" },
      stderr: "pipe",
    });
    let asked = false;
    const lines = createInterface({ input: transport.stderr as Readable });
    let said = "";
    const failed = new Promise<never>((_, reject) => {
      lines.on("line", (line) => {
        said += `${line}\n`;
        const url = /https?:\/\/\S+\/oauth\/authorize\?\S+/.exec(line)?.[0];
        if (url === undefined || asked) return;
        asked = true;
        agrees(ada, new URL(url)).then(fetch).catch(reject);
      });
    });
    const client = new Client({ name: "a host with stdio alone", version: "1.0.0" });
    clients.push(client);
    try {
      await Promise.race([client.connect(transport), failed]);
    } catch (error) {
      throw new Error(said, { cause: error });
    }
    return { client, wasAsked: () => asked };
  }

  const ways: Record<string, [string, ...string[]]> = {
    "Streamable HTTP, handshake": ["/mcp", "--transport", "http-only", "--protocol", "legacy"],
    "Streamable HTTP, whichever era": ["/mcp", "--transport", "http-only", "--protocol", "auto"],
    "HTTP+SSE": ["/sse", "--transport", "sse-only"],
  };
  for (const [name, [path, ...options]] of Object.entries(ways)) {
    test(`${name}: is let in once, works on the list, and comes back without being asked`, async () => {
      const home = mkdtempSync(join(kept, "way-"));
      const first = await bridged(home, path, ...options);
      assert.ok(first.wasAsked(), "the person was asked");
      const { tools } = await first.client.listTools();
      assert.deepEqual(tools.map((tool) => tool.name).sort(), TOOLS);
      await first.client.callTool({ name: "createTodo", arguments: { todoText: `by way of ${name}` } });
      const made = (await ada.todos()).find(({ text }) => text === `by way of ${name}`);
      assert.ok(made);
      await first.client.callTool({ name: "markTodoComplete", arguments: { todoID: made.id } });
      const { contents } = await first.client.readResource({ uri: `todoapp://todos/${made.id}` });
      assert.match(String((contents[0] as Json).text), /"completed":true/);
      await first.client.close();

      const again = await bridged(home, path, ...options);
      assert.equal(again.wasAsked(), false);
      await again.client.callTool({ name: "deleteTodo", arguments: { todoID: made.id } });
      assert.ok(!(await ada.todos()).some(({ id }) => id === made.id));
    });
  }
});
