// The question before many todos are deleted: the answer is good for what was shown, and once.

import assert from "node:assert/strict";
import { before, beforeEach, describe, test } from "node:test";

import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import { ElicitRequestSchema } from "@modelcontextprotocol/sdk/types.js";

import { assertRpcError } from "../harness/assertions.ts";
import { authorized, codeGrant, connected, redeem } from "../harness/agent.ts";
import type { Json } from "../harness/http.ts";
import { askStateless, callTool, ENVELOPE, post, STATELESS } from "../harness/mcp.ts";
import { Person } from "../harness/person.ts";
import { embedded } from "../harness/shared.ts";

const YES = { action: "accept" as const, content: { delete: true } };

describe("clearCompleted, the confirmation", () => {
  let origin: string;
  before(async () => {
    origin = (await embedded()).origin;
  });

  let ada: Person;
  let token: string;
  beforeEach(async () => {
    ada = await Person.logsIn(origin);
    token = (await connected(ada)).access_token;
    await completes(1);
  });

  async function completes(many: number): Promise<void> {
    for (let done = 0; done < many; done += 1) {
      const { todo } = (await callTool(origin, token, "createTodo", { todoText: "Done" })).structuredContent;
      await callTool(origin, token, "markTodoComplete", { todoID: todo.id });
    }
  }
  const left = async (): Promise<number> => (await ada.todos()).length;
  const changes = async (): Promise<Json[]> => (await callTool(origin, token, "listHistory", { limit: 100 })).structuredContent.changes;

  /** The call in the stateless revision, with what the client brings along. */
  function clears(more: Json = {}, access = token) {
    const _meta = { ...ENVELOPE, "io.modelcontextprotocol/clientCapabilities": { elicitation: {} } };
    return askStateless(origin, access, "tools/call", { name: "clearCompleted", arguments: {}, ...more, _meta });
  }
  /** The one question of a result that asks, and the state to bring back. */
  function question({ json }: { json: Json }): { name: string; message: string; requestState: string } {
    assert.equal(json.result?.resultType, "input_required", JSON.stringify(json));
    const [[name, { params }]] = Object.entries<Json>(json.result.inputRequests) as [[string, Json]];
    return { name, message: params.message, requestState: json.result.requestState };
  }
  const yesTo = ({ name, requestState }: { name: string; requestState: string }) => ({ requestState, inputResponses: { [name]: YES } });

  test("says how many, and one is not many", async () => {
    assert.equal(question(await clears()).message, "Delete 1 completed todo? It can be undone.");
    await completes(1);
    assert.equal(question(await clears()).message, "Delete 2 completed todos? It can be undone.");
  });

  test("a yes to one todo is none to the five that were completed since: it is asked again", async () => {
    const first = question(await clears());
    await completes(5);
    const second = question(await clears(yesTo(first)));
    assert.equal(second.message, "Delete 6 completed todos? It can be undone.");
    assert.equal(await left(), 6);
    const done = (await clears(yesTo(second))).json.result;
    assert.deepEqual([done.structuredContent.change, done.structuredContent.changed], ["cleared", 6]);
    assert.equal(await left(), 0);
  });

  test("whatever else changed, it is asked again, and in the end it gives up", async () => {
    let asked = question(await clears());
    for (const text of ["a", "b"]) {
      await ada.adds(text);
      asked = question(await clears(yesTo(asked)));
    }
    await ada.adds("c");
    const given = (await clears(yesTo(asked))).json.result;
    assert.equal(given.isError, true);
    assert.match(given.content[0].text, /changes faster/);
    assert.equal(await left(), 4);
  });

  test("the same state and answers get the first outcome, however often and whatever has happened since", async () => {
    const asked = yesTo(question(await clears()));
    const first = (await clears(asked)).json.result;
    assert.equal(first.structuredContent.change, "cleared");
    assert.deepEqual((await clears(asked)).json.result, first);
    await completes(2);
    assert.deepEqual((await clears(asked)).json.result, first);
    assert.equal(await left(), 2, "it approves no second clear");
    assert.equal((await changes()).filter(({ deed }) => deed === "cleared").length, 1);
  });

  test("ten at once are one change", async () => {
    const asked = yesTo(question(await clears()));
    const answers = await Promise.all(Array.from({ length: 10 }, () => clears(asked)));
    const numbers = new Set(answers.map(({ json }) => json.result.structuredContent.changeNumber));
    assert.equal(numbers.size, 1);
    assert.equal((await changes()).filter(({ deed }) => deed === "cleared").length, 1);
  });

  test("an answer to nothing is refused", async () => {
    const answer = await clears({ inputResponses: { confirm: YES } });
    assertRpcError(answer, 200, -32602);
    assert.match(answer.json.error.message, /was not asked/);
    assert.equal(await left(), 1);
  });

  test("an answer that stands twice is refused", async () => {
    const { requestState } = question(await clears());
    const _meta = { ...ENVELOPE, "io.modelcontextprotocol/clientCapabilities": { elicitation: {} } };
    const params = { name: "clearCompleted", arguments: {}, requestState, inputResponses: {}, _meta };
    // As text: no object of JavaScript has a member twice.
    const twice = `{"confirm":{"action":"decline"},"confirm":${JSON.stringify(YES)}}`;
    const body = JSON.stringify({ jsonrpc: "2.0", id: 7, method: "tools/call", params }).replace('"inputResponses":{}', `"inputResponses":${twice}`);
    const headers = { "mcp-protocol-version": STATELESS, "mcp-method": "tools/call", "mcp-name": "clearCompleted" };
    assertRpcError(await post(origin, token, body, headers), 400, -32602);
    assert.equal(await left(), 1);
  });

  test("a no deletes nothing", async () => {
    const { name, requestState } = question(await clears());
    for (const no of [{ action: "decline" }, { action: "cancel" }, { action: "accept", content: { delete: false } }]) {
      const { result } = (await clears({ requestState, inputResponses: { [name]: no } })).json;
      assert.equal(result.isError, true);
      assert.equal(await left(), 1);
    }
  });

  test("the state is the client’s that was asked: another app of the same person may not go on with it", async () => {
    const asked = yesTo(question(await clears()));
    const grant = await authorized(ada, {}, { client_name: "Another app" });
    const other = (await redeem(grant.server, codeGrant(grant))).json.access_token;
    assertRpcError(await clears(asked, other), 200, -32602);
    assert.equal(await left(), 1);
  });

  test("in a session, too, it is asked again while the call waits", async () => {
    const messages: string[] = [];
    const client = new Client({ name: "suite", version: "1.0.0" }, { capabilities: { elicitation: {} } });
    client.setRequestHandler(ElicitRequestSchema, async ({ params }) => {
      messages.push(params.message);
      // Between the question and the answer another todo is completed.
      if (messages.length === 1) await completes(1);
      return YES;
    });
    const headers = { authorization: `Bearer ${token}` };
    await client.connect(new StreamableHTTPClientTransport(new URL(`${origin}/mcp`), { requestInit: { headers } }) as Transport);
    try {
      const result = (await client.callTool({ name: "clearCompleted", arguments: {} })) as Json;
      assert.deepEqual(messages, ["Delete 1 completed todo? It can be undone.", "Delete 2 completed todos? It can be undone."]);
      assert.equal(result.structuredContent.changed, 2);
    } finally {
      await client.close();
    }
    assert.equal(await left(), 0);
  });

  test("without a completed todo there is nothing to ask", async () => {
    await clears(yesTo(question(await clears())));
    const { result } = (await clears()).json;
    assert.equal(result.structuredContent.change, "unchanged");
  });
});
