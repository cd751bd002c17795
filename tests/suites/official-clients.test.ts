// Clients as people have them, unmodified: the official TypeScript SDK with its own OAuth, and the MCP Inspector's command
// line.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import { promisify } from "node:util";

import { agrees, connected, consents, REDIRECT_URI } from "../harness/agent.ts";
import type { Json } from "../harness/http.ts";
import { Authorization, connect, reconnect } from "../harness/official-client.ts";
import { pathWithTools, root } from "../harness/paths.ts";
import { Person } from "../harness/person.ts";
import { embedded } from "../harness/shared.ts";
import { TOOLS } from "../harness/tools.ts";

describe("Clients as people have them", () => {
  let origin: string;
  before(async () => {
    origin = (await embedded()).origin;
  });

  /** The consent page without a browser: the person says yes and is sent back. */
  function saysYes(person: Person) {
    return async (url: URL): Promise<void> => {
      assert.equal(`${url.origin}${url.pathname}`, `${origin}/oauth/authorize`);
      await fetch(await agrees(person, url));
    };
  }

  describe("The official TypeScript SDK", () => {
    test("finds its way from the MCP URL to a token, and uses the list", async () => {
      const ada = await Person.logsIn(origin);
      const { client, authorization } = await connect(`${origin}/mcp`, "SDK client", saysYes(ada));
      assert.equal(authorization.url?.searchParams.get("code_challenge_method"), "S256");
      assert.equal(authorization.url.searchParams.get("resource"), `${origin}/mcp`);
      assert.equal(client.getServerVersion()?.name, "TODO Service");

      const { tools } = await client.listTools();
      assert.deepEqual(tools.map(({ name }) => name).sort(), TOOLS);
      // The SDK itself holds structured content to the output schema, once it has listed the tools.
      await client.callTool({ name: "createTodo", arguments: { todoText: "made by the SDK" } });
      const todos = await ada.todos();
      assert.deepEqual(
        todos.map(({ text }) => text),
        ["made by the SDK"],
      );
      const list = (await client.callTool({ name: "listTodos", arguments: {} })) as Json;
      assert.deepEqual(list.structuredContent.todos, todos);

      const { resources } = await client.listResources();
      const uri = `todoapp://todos/${todos[0].id}`;
      assert.deepEqual(
        resources.map((resource) => resource.uri),
        ["todoapp://history", uri],
      );
      const { contents } = await client.readResource({ uri });
      assert.match(String((contents[0] as Json).text), /made by the SDK/);
      await assert.rejects(client.readResource({ uri: "todoapp://todos/nothing" }), { code: -32002 });
      await client.ping();
      await client.close();
    });

    test("refreshes by itself when its access token is no longer taken", async () => {
      const { client_id, ...tokens } = await connected(await Person.logsIn(origin));
      const authorization = new Authorization(REDIRECT_URI, "SDK client");
      authorization.saveClientInformation({ client_id });
      authorization.saveTokens({ ...tokens, access_token: "no-longer-good" });

      const client = await reconnect(`${origin}/mcp`, authorization);
      await client.ping();
      assert.notEqual(authorization.tokens()?.access_token, "no-longer-good");
      assert.notEqual(authorization.tokens()?.refresh_token, tokens.refresh_token);
      await client.close();
    });

    test("is told when the person says no", async () => {
      const ada = await Person.logsIn(origin);
      const saysNo = async (url: URL): Promise<void> => {
        const { scope, ...rest } = Object.fromEntries(url.searchParams);
        const { submit } = await consents(ada, { ...rest, ...(scope && { scopes: scope.split(" ") }) }, false);
        await fetch(submit.json.data.redirect_uri);
      };
      await assert.rejects(connect(`${origin}/mcp`, "SDK client", saysNo), /access_denied/);
    });
  });

  describe("The MCP Inspector’s command line", () => {
    async function inspector(token: string, ...args: string[]): Promise<Json> {
      const command = [
        "--cli",
        `${origin}/mcp`,
        "--transport",
        "http",
        "--header",
        `Authorization: Bearer ${token}`,
        "--format",
        "json",
      ];
      const { stdout } = await promisify(execFile)(join(root, "node_modules", ".bin", "mcp-inspector"), [...command, ...args], {
        cwd: root,
        env: { ...process.env, PATH: pathWithTools },
      });
      return JSON.parse(stdout);
    }

    for (const era of ["legacy", "modern", "auto"]) {
      test(`lists the tools with a token (${era})`, async () => {
        const { access_token } = await connected(await Person.logsIn(origin));
        const answer = await inspector(access_token, "--method", "tools/list", "--protocol-era", era);
        const tools = answer.result?.tools ?? answer.tools;
        assert.deepEqual(tools.map(({ name }: Json) => name).sort(), TOOLS);
      });
    }

    test("finds nothing in the tools’ schemas that some host could not take", async () => {
      const { access_token } = await connected(await Person.logsIn(origin));
      await inspector(access_token, "--method", "tools/list", "--strict");
    });

    test("calls a tool", async () => {
      const ada = await Person.logsIn(origin);
      const { access_token } = await connected(ada);
      await inspector(
        access_token,
        "--method",
        "tools/call",
        "--tool-name",
        "createTodo",
        "--tool-arg",
        "todoText=from the Inspector",
      );
      assert.deepEqual(
        (await ada.todos()).map(({ text }) => text),
        ["from the Inspector"],
      );
    });

    test("says that it has to authorize when its token is not taken", async () => {
      await assert.rejects(inspector("nonsense", "--method", "tools/list"), { code: 3 });
    });
  });
});
