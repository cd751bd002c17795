// Clients as people have them, unmodified: the official TypeScript SDK with its own OAuth, and the MCP Inspector's command
// line.

import assert from "node:assert/strict";
import { before, describe, test } from "node:test";

import { agrees, connected, consents, REDIRECT_URI } from "../harness/agent.ts";
import { SERVER_NAME } from "../harness/domain.ts";
import type { Json } from "../harness/http.ts";
import { inspector } from "../harness/inspector.ts";
import { Authorization, connect, reconnect } from "../harness/official-client.ts";
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
      assert.equal(client.getServerVersion()?.name, SERVER_NAME);

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
        ["todoapp://todos", "todoapp://history", "ui://todo-service/board", uri],
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

  test("The MCP Inspector’s command line says that it has to authorize when its token is not taken", async () => {
    await assert.rejects(inspector(`${origin}/mcp`, "legacy", "nonsense", "tools/list"), { code: 3 });
  });
});
