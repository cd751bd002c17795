// The pictures that hosts show: each one that is named anywhere is there, is what it is said to be, and is the server's own.

import assert from "node:assert/strict";
import { before, describe, test } from "node:test";

import { connected } from "../harness/agent.ts";
import type { Json } from "../harness/http.ts";
import { ask, askStateless, initialize } from "../harness/mcp.ts";
import { Person } from "../harness/person.ts";
import { embedded } from "../harness/shared.ts";

type Icon = { src: string; mimeType: string; sizes: string[] };

describe("The server’s pictures", () => {
  let origin: string;
  let token: string;
  before(async () => {
    origin = (await embedded()).origin;
    const ada = await Person.logsIn(origin);
    await ada.adds("Buy milk");
    token = (await connected(ada)).access_token;
  });

  const list = async (method: string, key: string): Promise<Json[]> =>
    (await ask(origin, token, method, {}, "2025-11-25")).json.result[key];

  test("the server tells of its own in either era and on its card", async () => {
    const { serverInfo } = (await initialize(origin, token, "2025-11-25")).json.result;
    assert.deepEqual(
      serverInfo.icons.map(({ mimeType, sizes }: Icon) => `${mimeType} ${sizes}`),
      ["image/png 48x48", "image/png 192x192", "image/svg+xml any"],
    );
    const discovered = (await askStateless(origin, token, "server/discover")).json.result;
    assert.deepEqual(discovered._meta["io.modelcontextprotocol/serverInfo"].icons, serverInfo.icons);
    const card = await (await fetch(`${origin}/mcp/server-card`)).json();
    assert.deepEqual(card.icons, serverInfo.icons);
    const older = (await initialize(origin, token, "2025-06-18")).json.result;
    assert.equal(older.serverInfo.icons, undefined, "2025-06-18 knows no pictures");
  });

  test("every tool, prompt and standing resource has one", async () => {
    const resources = (await list("resources/list", "resources")).filter(({ uri }) => !uri.startsWith("todoapp://todos/"));
    const all = [
      ...(await list("tools/list", "tools")),
      ...(await list("prompts/list", "prompts")),
      ...(await list("resources/templates/list", "resourceTemplates")),
      ...resources,
    ];
    assert.ok(all.length > 12);
    for (const { name, icons } of all) assert.equal(icons?.length, 1, name);
  });

  test("each can be fetched by anybody, from the server’s own origin, as what it is said to be", async () => {
    const { serverInfo } = (await initialize(origin, token, "2025-11-25")).json.result;
    const lists = [
      await list("tools/list", "tools"),
      await list("prompts/list", "prompts"),
      await list("resources/list", "resources"),
      await list("resources/templates/list", "resourceTemplates"),
    ];
    const icons: Icon[] = [serverInfo, ...lists.flat()].flatMap((declared) => declared.icons ?? []);
    for (const { src, mimeType, sizes } of new Map(icons.map((icon) => [icon.src, icon])).values()) {
      assert.equal(new URL(src).origin, origin);
      const response = await fetch(src, { headers: { origin: "https://host.example" }, redirect: "error" });
      assert.equal(response.status, 200, src);
      assert.equal(response.headers.get("content-type"), mimeType, src);
      assert.equal(response.headers.get("cross-origin-resource-policy"), "cross-origin", src);
      const bytes = Buffer.from(await response.arrayBuffer());
      if (mimeType !== "image/png") continue;
      assert.deepEqual(sizes, [`${bytes.readUInt32BE(16)}x${bytes.readUInt32BE(20)}`], `${src}: the size in its header`);
    }
  });

  test("they do not make the list of tools a burden", async () => {
    const tools = await list("tools/list", "tools");
    const pictures = JSON.stringify(tools.map(({ icons }) => icons)).length;
    assert.ok(pictures < JSON.stringify(tools).length / 12, `${pictures} bytes`);
  });
});
