// What the MCP endpoints make of requests that are not right: over real HTTP, byte by byte where it matters. Each is told
// what is wrong in the way the specification names, none does anything, and the Worker goes on serving. (What the engine makes
// of any bytes at all is the fuzzer's business: crates/mcp/fuzz.)

import assert from "node:assert/strict";
import { once } from "node:events";
import { request } from "node:http";
import { connect, type Socket } from "node:net";
import { text as readText } from "node:stream/consumers";
import { after, before, describe, test } from "node:test";

import { connected } from "../harness/agent.ts";
import { Answer, send, type Json } from "../harness/http.ts";
import { ask, askStateless, ENVELOPE, initialize, STATELESS } from "../harness/mcp.ts";
import { Person } from "../harness/person.ts";
import { embedded } from "../harness/shared.ts";
import { STREAMS } from "../harness/stream.ts";
import type { Worker } from "../harness/worker.ts";

type Headers = Record<string, string | string[] | undefined>;
type Expected = { status: number; code: number; id?: Json };

const MEGABYTE = 1024 * 1024;
const PING = '{"jsonrpc":"2.0","id":7,"method":"ping"}';
const nested = (open: string, close: string, depth: number) => open.repeat(depth) + close.repeat(depth);

describe("MCP, bad input", () => {
  let worker: Worker;
  let origin: string;
  let ada: Person;
  let token: string;
  let logged: number;
  /** Where to post messages of an HTTP+SSE session whose stream is open. */
  let messages: string;
  let stream: AbortController;
  before(async () => {
    worker = await embedded();
    origin = worker.origin;
    ada = await Person.logsIn(origin);
    token = (await connected(ada)).access_token;
    logged = worker.log().length;
    stream = new AbortController();
    const opened = await fetch(`${origin}/sse`, {
      headers: { authorization: `Bearer ${token}`, accept: "text/event-stream" },
      signal: stream.signal,
    });
    const reader = opened.body?.pipeThrough(new TextDecoderStream()).getReader();
    const endpoint = /data: (\S+)/.exec((await reader?.read())?.value ?? "")?.[1];
    assert.ok(endpoint, "the stream says where to post");
    messages = new URL(endpoint, origin).href;
  });
  after(async () => {
    stream.abort();
    assert.deepEqual(await ada.todos(), [], "whatever was asked, nothing was done");
    const log = worker.log().slice(logged);
    assert.doesNotMatch(log, /panicked|unreachable|RuntimeError|hung|canceled/i);
    assert.doesNotMatch(log, /" 5\d\d |\b5\d\d (?:Internal|Service)/, "nothing broke");
  });

  /** Sends bytes as they are; a header with several values several times. */
  async function raw(url: string, body: string | Uint8Array, headers: Headers = {}, method = "POST"): Promise<Answer> {
    const all: Headers = {
      authorization: `Bearer ${token}`,
      accept: "application/json, text/event-stream",
      "content-type": "application/json",
      ...headers,
    };
    const present = Object.entries(all).filter((pair): pair is [string, string | string[]] => pair[1] !== undefined);
    const outgoing = request(url, { method, headers: Object.fromEntries(present) });
    outgoing.end(body);
    const [incoming] = await once(outgoing, "response");
    const received = Object.entries(incoming.headers).map(([name, value]): [string, string] => [name, String(value)]);
    return new Answer(incoming.statusCode, new Headers(received), await readText(incoming));
  }

  function assertRefused(answer: Answer, { status, code, id }: Expected, why: string): void {
    assert.equal(answer.status, status, `${why}: ${answer.text}`);
    assert.equal(answer.mediaType, "application/json", why);
    const { jsonrpc, error, ...rest } = answer.json;
    assert.equal(jsonrpc, "2.0", why);
    assert.equal(error.code, code, `${why}: ${answer.text}`);
    assert.ok(error.message.length > 0 && error.message.length < 500, `${why}: the error says in short what is wrong`);
    assert.deepEqual(rest, id === undefined ? {} : { id }, `${why}: the id, and nothing else`);
  }

  const stateless = (method: string): Headers => ({ "mcp-protocol-version": STATELESS, "mcp-method": method });

  describe("bodies", () => {
    const not_json: [string, string | Uint8Array][] = [
      ["nothing", ""],
      ["white space", " \n\t"],
      ["half a message", PING.slice(0, 20)],
      ["two messages", `${PING}${PING}`],
      ["something after the message", `${PING} x`],
      ["a comma too many", '{"jsonrpc":"2.0","id":7,"method":"ping",}'],
      ["single quotes", "{'jsonrpc':'2.0'}"],
      ["no number", '{"jsonrpc":"2.0","id":NaN,"method":"ping"}'],
      ["a line break in a string", '{"jsonrpc":"2.0","id":7,"method":"pi\nng"}'],
      ["a byte order mark", `\ufeff${PING}`],
      ["a NUL", `${PING}\0`],
      ["UTF-16", Buffer.from(PING, "utf16le")],
      ["a broken UTF-8 sequence", Buffer.from('{"jsonrpc":"2.0","id":"\xc3\x28","method":"ping"}', "latin1")],
      ["an overlong UTF-8 sequence", Buffer.from('{"jsonrpc":"2.0","id":"\xc0\xaf","method":"ping"}', "latin1")],
      ["an encoded surrogate", Buffer.from('{"jsonrpc":"2.0","id":"\xed\xa0\x80","method":"ping"}', "latin1")],
      ["100,000 arrays", "[".repeat(100_000)],
      ["100,000 objects", '{"a":'.repeat(100_000)],
    ];
    const no_message: [string, string, Json?][] = [
      ["a number", "7"],
      ["null", "null"],
      ["a text", '"ping"'],
      ["an empty object", "{}"],
      ["100,000 closed arrays", nested("[", "]", 100_000)],
      ["no version", '{"id":7,"method":"ping"}', 7],
      ["version 1.0", '{"jsonrpc":"1.0","id":7,"method":"ping"}', 7],
      ["the version as a number", '{"jsonrpc":2.0,"id":7,"method":"ping"}', 7],
      ["no method", '{"jsonrpc":"2.0","id":7}', 7],
      ["the method as a number", '{"jsonrpc":"2.0","id":7,"method":7}', 7],
      ["the method as null", '{"jsonrpc":"2.0","id":7,"method":null}', 7],
      ["the method as a list", '{"jsonrpc":"2.0","id":7,"method":["ping"]}', 7],
      ["a result and an error", '{"jsonrpc":"2.0","id":7,"result":{},"error":{}}', 7],
      ["an id that is null", '{"jsonrpc":"2.0","id":null,"method":"ping"}'],
      ["an id that is a fraction", '{"jsonrpc":"2.0","id":1.5,"method":"ping"}'],
      ["an id with an exponent that makes it a fraction", '{"jsonrpc":"2.0","id":1e-3,"method":"ping"}'],
      ["an id that is true", '{"jsonrpc":"2.0","id":true,"method":"ping"}'],
      ["an id that is an object", '{"jsonrpc":"2.0","id":{"a":1},"method":"ping"}'],
      ["an id that is a list", '{"jsonrpc":"2.0","id":[7],"method":"ping"}'],
      ["an id of 2,000 digits", `{"jsonrpc":"2.0","id":${"9".repeat(2_000)},"method":"ping"}`],
      ["an id of 2,000 letters", `{"jsonrpc":"2.0","id":"${"x".repeat(2_000)}","method":"ping"}`],
      ["an id that is half a character", '{"jsonrpc":"2.0","id":"\\ud800","method":"ping"}'],
      ["two ids", '{"jsonrpc":"2.0","id":7,"id":8,"method":"ping"}'],
      ["two methods", '{"jsonrpc":"2.0","id":7,"method":"ping","method":"tools/list"}'],
    ];
    const addresses: [string, () => string, Headers][] = [
      ["/mcp, handshake", () => `${origin}/mcp`, { "mcp-protocol-version": "2025-11-25" }],
      ["/mcp, stateless", () => `${origin}/mcp`, stateless("ping")],
      ["/sse/message", () => messages, {}],
    ];
    for (const [address, url, headers] of addresses) {
      for (const [why, body] of not_json) {
        test(`${address}: ${why} is 400 and -32700`, async () => {
          assertRefused(await raw(url(), body, headers), { status: 400, code: -32700 }, why);
        });
      }
      for (const [why, body, id] of no_message) {
        test(`${address}: ${why} is 400 and -32600`, async () => {
          // What is posted to an HTTP+SSE session is answered on its stream; a refusal of the post is nobody's answer.
          const answered = address === "/sse/message" ? undefined : id;
          assertRefused(await raw(url(), body, headers), { status: 400, code: -32600, id: answered }, why);
        });
      }
      for (const params of ["[]", "7", '"x"', "null", "true"]) {
        test(`${address}: params ${params} are refused, or none`, async () => {
          const answer = await raw(url(), `{"jsonrpc":"2.0","id":7,"method":"ping","params":${params}}`, headers);
          if (address === "/sse/message") assert.equal(answer.status, 202, "said on the stream");
          else if (params === "null") assert.ok([200, 400].includes(answer.status), answer.text);
          else assertRefused(answer, { status: 400, code: -32602, id: 7 }, params);
        });
      }
    }

    test("depth where nothing is expected is harmless, and where something is, refused", async () => {
      const deep = nested("[", "]", 10_000);
      const ping = await raw(`${origin}/mcp`, `{"jsonrpc":"2.0","id":7,"method":"ping","params":{"_meta":{},"x":${deep}}}`);
      assert.deepEqual(ping.json, { jsonrpc: "2.0", id: 7, result: {} });
      for (const params of [`{"name":"createTodo","arguments":${deep}}`, `{"name":"createTodo","arguments":{"todoText":${deep}}}`]) {
        const call = await raw(`${origin}/mcp`, `{"jsonrpc":"2.0","id":7,"method":"tools/call","params":${params}}`);
        assert.equal(call.status, 200);
        assert.ok(call.json.error?.code === -32602 || call.json.result.isError, call.text);
      }
    });

    for (const [why, id] of Object.entries({ "the greatest": "9223372036854775807", "one greater": "9223372036854775808", "of 300 digits": "7".repeat(300), negative: "-1" })) {
      test(`an id that is an integer, ${why}, comes back as it was`, async () => {
        const { text } = await raw(`${origin}/mcp`, `{"jsonrpc":"2.0","id":${id},"method":"ping"}`);
        assert.ok(text.includes(`"id":${id}`), text);
      });
    }

    test("more than a megabyte is 413, announced or not, and the connection can be used again", async () => {
      const long = `{"jsonrpc":"2.0","id":7,"method":"ping","params":{"x":"${"x".repeat(MEGABYTE)}"}}`;
      for (const url of [`${origin}/mcp`, messages]) {
        assert.equal((await raw(url, long)).status, 413, "announced");
        assert.equal((await raw(url, long, { "transfer-encoding": "chunked" })).status, 413, "in chunks");
      }
      assert.equal((await raw(`${origin}/mcp`, PING)).status, 200);
    });

    test("a body in pieces of one byte is one body, and one that never ends disturbs nobody", async () => {
      const head = (path: string, length: number) =>
        `POST ${path} HTTP/1.1\r\nHost: ${new URL(origin).host}\r\nAuthorization: Bearer ${token}\r\n` +
        `Content-Type: application/json\r\nAccept: application/json\r\nConnection: close\r\nContent-Length: ${length}\r\n\r\n`;
      const half = await dial(origin);
      half.write(`${head("/mcp", PING.length)}${PING.slice(0, 10)}`);
      const slow = await dial(origin);
      slow.write(head("/mcp", PING.length));
      for (const byte of PING) await new Promise((written) => slow.write(byte, written));
      assert.match(await readText(slow), /^HTTP\/1\.1 200 [\s\S]*"result":\{\}/);
      assert.equal((await raw(`${origin}/mcp`, PING)).status, 200, "while another has not finished");
      half.destroy();
      assert.equal((await raw(`${origin}/mcp`, PING)).status, 200);
    });
  });

  describe("parameters of every method", () => {
    const id = "01JD0000000000000000000000";
    /** Valid parameters: each member in turn becomes something else. `true` where it may be left out. */
    const methods: Record<string, { params: Json; optional?: string[]; era?: "handshake" | "stateless" }> = {
      initialize: { params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "x", version: "0" } }, era: "handshake" },
      "tools/call": { params: { name: "listTodos", arguments: {} }, optional: ["arguments"] },
      "tools/list": { params: { cursor: "x" }, optional: ["cursor"] },
      "resources/list": { params: { cursor: "x" }, optional: ["cursor"] },
      "resources/read": { params: { uri: `todoapp://todos/${id}` } },
      "resources/subscribe": { params: { uri: `todoapp://todos/${id}` }, era: "handshake" },
      "resources/unsubscribe": { params: { uri: `todoapp://todos/${id}` }, era: "handshake" },
      "prompts/get": { params: { name: "triage", arguments: {} }, optional: ["arguments"] },
      "completion/complete": {
        params: { ref: { type: "ref/resource", uri: "todoapp://todos/{id}" }, argument: { name: "id", value: "" }, context: {} },
        optional: ["context"],
      },
      "subscriptions/listen": { params: { notifications: {} }, era: "stateless" },
    };
    for (const [method, { params, optional = [], era }] of Object.entries(methods)) {
      for (const member of Object.keys(params)) {
        for (const wrong of [7, true, null, [], "\u0000", {}, undefined]) {
          const typed = typeof wrong === typeof params[member] && !Array.isArray(wrong) && wrong !== null;
          if (typed || ((wrong === undefined || wrong === null) && optional.includes(member))) continue;
          test(`${method}: ${member} as ${JSON.stringify(wrong)}`, async () => {
            const spoilt = { ...params, [member]: wrong };
            if (era !== "stateless") {
              const session = (await initialize(origin, token, "2025-11-25")).headers.get("mcp-session-id") ?? undefined;
              const body = JSON.stringify({ jsonrpc: "2.0", id: 7, method, params: spoilt });
              const answer = await raw(`${origin}/mcp`, body, { "mcp-protocol-version": "2025-11-25", "mcp-session-id": session });
              assertRefused(answer, { status: 200, code: -32602, id: 7 }, "handshake");
            }
            if (era !== "handshake") {
              const named = typeof (spoilt.name ?? spoilt.uri) === "string" ? {} : { "mcp-name": "listTodos" };
              const answer = await askStateless(origin, token, method, spoilt, named);
              assertRefused(answer, { status: 200, code: -32602, id: 7 }, "stateless");
            }
          });
        }
      }
    }

    const calls: Record<string, Json[]> = {
      createTodo: [{}, { todoText: 7 }, { todoText: null }, { todoText: "" }, { todoText: " " }, { todoText: "x".repeat(100_000) }, { todoText: "x", dueOn: "tomorrow" }, { todoText: "x", dueOn: "2027-02-30" }, { todoText: "x", idempotencyKey: "" }],
      listTodos: [{ show: "some" }, { limit: 0 }, { limit: 201 }, { limit: "all" }, { limit: 1.5 }, { cursor: "made-up" }, { cursor: 7 }, { dueBy: "soon" }],
      markTodoComplete: [{}, { todoID: 7 }, { todoID: "x" }, { todoID: id }, { todoID: "../../etc" }],
      deleteTodo: [{}, { todoID: id }, { todoID: [id] }],
      updateTodo: [{ todoID: id }, { todoID: id, todoText: "" }, { todoID: id, dueOn: "2027-01-01", noDueDate: true }],
      reopenTodo: [{ todoID: id }],
      undoChange: [{}, { changeNumber: -1 }, { changeNumber: 1e300 }, { changeNumber: "1" }, { changeNumber: 99 }],
      listHistory: [{ limit: 0 }, { limit: 101 }, { before: -1 }],
    };
    for (const [name, rows] of Object.entries(calls)) {
      for (const args of rows) {
        test(`${name}(${JSON.stringify(args).slice(0, 60)}) is an error that a model can act on`, async () => {
          for (const answer of [await ask(origin, token, "tools/call", { name, arguments: args }), await askStateless(origin, token, "tools/call", { name, arguments: args })]) {
            assert.equal(answer.status, 200, answer.text);
            assert.equal(answer.json.id, 7);
            assert.equal(answer.json.result?.isError, true, answer.text);
            assert.ok(answer.json.result.content[0].text.length > 10, answer.text);
            assert.ok(answer.text.length < 2_000, "and does not repeat what was sent");
          }
        });
      }
    }
  });

  describe("headers", () => {
    const call = (headers: Headers, method = "tools/list") => {
      const body = JSON.stringify({ jsonrpc: "2.0", id: 7, method, params: { _meta: ENVELOPE } });
      return raw(`${origin}/mcp`, body, { ...stateless(method), ...headers });
    };
    for (const [why, headers, expected] of [
      ["Mcp-Method twice, equal", { "mcp-method": ["tools/list", "tools/list"] }, { status: 400, code: -32020, id: 7 }],
      ["Mcp-Method twice, different", { "mcp-method": ["tools/list", "tools/call"] }, { status: 400, code: -32020, id: 7 }],
      ["MCP-Protocol-Version twice", { "mcp-protocol-version": [STATELESS, "2025-11-25"] }, { status: 400, code: -32020, id: 7 }],
      ["an empty MCP-Protocol-Version", { "mcp-protocol-version": "" }, { status: 400, code: -32020, id: 7 }],
      ["an Accept without JSON", { accept: "text/event-stream" }, { status: 406, code: -32000 }],
      ["an Accept that refuses JSON", { accept: "application/json;q=0" }, { status: 406, code: -32000 }],
      ["an Accept that is none", { accept: ",;=" }, { status: 406, code: -32000 }],
      ["no Content-Type", { "content-type": undefined }, { status: 415, code: -32000 }],
      ["another Content-Type", { "content-type": "text/json" }, { status: 415, code: -32000 }],
      ["a form", { "content-type": "application/x-www-form-urlencoded" }, { status: 415, code: -32000 }],
      ["a page from elsewhere", { origin: "https://evil.example" }, { status: 403, code: -32000 }],
      ["a page without an origin", { origin: "null" }, { status: 403, code: -32000 }],
    ] as [string, Headers, Expected][]) {
      test(`${why} is ${expected.status} and ${expected.code}`, async () => assertRefused(await call(headers), expected, why));
    }

    for (const version of ["1999-01-01", "2025-11-25 ", "2025-11-2", "latest", "2026-07-28, 2026-07-28", "\u00fc"]) {
      test(`MCP-Protocol-Version ${JSON.stringify(version)} without an envelope is refused, unless it is one`, async () => {
        const answer = await raw(`${origin}/mcp`, PING, { "mcp-protocol-version": version });
        if (version.trim() === "2025-11-25") assert.equal(answer.status, 200);
        else {
          assert.equal(answer.status, 400, answer.text);
          assert.ok([-32000, -32022, -32020, -32602].includes(answer.json.error.code), answer.text);
        }
      });
    }

    for (const [path, allowed] of Object.entries({ "/mcp": ["DELETE", "GET", "POST"], "/sse": ["GET"], "/sse/message?sessionId=x": ["POST"] })) {
      test(`${path}: a method it does not have is 405, and Allow names those it has`, async () => {
        for (const method of ["PUT", "PATCH", "TRACE", "DELETE", "GET", "POST"].filter((name) => !allowed.includes(name) && name !== "TRACE")) {
          const answer = await raw(`${origin}${path}`, "", {}, method);
          assert.equal(answer.status, 405, `${method}: ${answer.text}`);
          const names = (answer.headers.get("allow") ?? "").split(/, */).filter((name) => name !== "OPTIONS" && name !== "HEAD");
          assert.deepEqual(names.sort(), allowed, method);
        }
      });
    }

    for (const [why, authorization] of Object.entries({
      none: undefined,
      "another scheme": "Basic YTpi",
      "no token": "Bearer",
      "not a token": "Bearer x.y.z",
      "a token of 20,000 letters": `Bearer ${"x".repeat(20_000)}`,
    })) {
      test(`authorization, ${why}: 401 and the way to a token, before anything is read`, async () => {
        for (const path of ["/mcp", "/sse", "/sse/message?sessionId=x"]) {
          const answer = await raw(`${origin}${path}`, path === "/sse" ? "" : "{", { authorization }, path === "/sse" ? "GET" : "POST");
          assert.ok([401, 431].includes(answer.status), `${path}: ${answer.status}`);
          if (answer.status === 401) assert.match(answer.headers.get("www-authenticate") ?? "", /^Bearer .*resource_metadata="/);
        }
      });
    }
  });

  describe("what the server gave out, made up or altered", () => {
    test("sessions: 404, whatever is done with them", async () => {
      const id = (await initialize(origin, token, "2025-11-25")).headers.get("mcp-session-id") ?? "";
      const flipped = (at: number) => `${id.slice(0, at)}${id[at] === "A" ? "B" : "A"}${id.slice(at + 1)}`;
      const places = Array.from({ length: 12 }, (_, step) => Math.floor((step * (id.length - 1)) / 12));
      for (const forged of ["x", "a".repeat(4_000), `${id}A`, id.slice(1), id.toUpperCase(), ...places.map(flipped)]) {
        for (const [method, body] of [["POST", PING], ["GET", ""], ["DELETE", ""]] as const) {
          assertRefused(await raw(`${origin}/mcp`, body, { "mcp-session-id": forged }, method), { status: 404, code: -32001, ...(method === "POST" ? { id: 7 } : {}) }, `${method} ${forged.slice(0, 40)}`);
        }
        assert.equal((await raw(`${origin}/sse/message?sessionId=${forged}`, PING)).status, 404);
      }
      assert.equal((await raw(`${origin}/mcp`, PING, { "mcp-session-id": [id, id] })).status, 404, "twice");
    });

    test("Last-Event-ID: a place that there is not is now", async () => {
      const id = (await initialize(origin, token, "2025-11-25")).headers.get("mcp-session-id") ?? "";
      for (const place of ["", "x", "0.", ".1", "0.-1", "0.9007199254740992", "0.18446744073709551615", "0.99999999999999999999", "../0.1", "a b.1", "x".repeat(5_000)]) {
        const leaving = new AbortController();
        const headers = { authorization: `Bearer ${token}`, accept: "text/event-stream", "mcp-session-id": id, "last-event-id": place };
        const answer = await fetch(`${origin}/mcp`, { headers, signal: leaving.signal });
        assert.equal(answer.status, 200, place.slice(0, 40));
        const first = await answer.body?.pipeThrough(new TextDecoderStream()).getReader().read();
        assert.match(first?.value ?? "", /^id: 0\.\d+\n/, place.slice(0, 40));
        leaving.abort();
      }
    });

    test("cursors: -32602, or for a tool an error it can act on", async () => {
      for (const cursor of ["x", "AAAA", "01JD0000000000000000000000", "x".repeat(10_000), "\u0000", "🦀"]) {
        for (const method of ["resources/list", "tools/list", "prompts/list", "resources/templates/list"]) {
          assertRefused(await ask(origin, token, method, { cursor }), { status: 200, code: -32602, id: 7 }, `${method} ${cursor.slice(0, 20)}`);
        }
      }
    });

    test("an empty cursor is the start", async () => {
      for (const method of ["resources/list", "tools/list", "prompts/list", "resources/templates/list"]) {
        assert.deepEqual((await ask(origin, token, method, { cursor: "" })).json, (await ask(origin, token, method)).json, method);
      }
    });

    test("requestState: what was not sealed here, for this, is -32602 and asks again nobody", async () => {
      const ben = await Person.logsIn(origin);
      const { access_token } = await connected(ben);
      const done = await ben.adds("done");
      await ben.rest("POST", `/api/todos/${done.id}/complete`);
      const _meta = { ...ENVELOPE, "io.modelcontextprotocol/clientCapabilities": { elicitation: {} } };
      const params = { name: "clearCompleted", arguments: {}, _meta };
      const { requestState } = (await askStateless(origin, access_token, "tools/call", params)).json.result;
      const inputResponses = { confirm: { action: "accept", content: { delete: true } } };
      for (const forged of [7, "", "x", `${requestState}A`, `A${requestState.slice(1)}`, requestState.slice(0, -3)]) {
        const answer = await askStateless(origin, access_token, "tools/call", { ...params, inputResponses, requestState: forged });
        assert.equal(answer.json.error?.code, -32602, `${String(forged).slice(0, 20)}: ${answer.text}`);
      }
      // Ada may not go on where Ben was asked.
      const stolen = await askStateless(origin, token, "tools/call", { ...params, inputResponses, requestState });
      assert.equal(stolen.json.error?.code, -32602, stolen.text);
      assert.equal((await ben.todos()).length, 1);
    });

    test("answers that nobody waits for, and notifications of any kind, are taken and do nothing", async () => {
      const id = (await initialize(origin, token, "2025-11-25")).headers.get("mcp-session-id") ?? "";
      for (const message of [
        { id: "nobody", result: {} },
        { id: 7, error: { code: -1, message: "no" } },
        { id: "x".repeat(5_000), result: {} },
        { method: "notifications/cancelled" },
        { method: "notifications/cancelled", params: { requestId: {} } },
        { method: "notifications/cancelled", params: { requestId: "nothing under way", reason: 7 } },
        { method: "notifications/\u0000" },
        { method: "tools/call", params: { name: "createTodo", arguments: { todoText: "from a notification" } } },
      ]) {
        const body = JSON.stringify({ jsonrpc: "2.0", ...message });
        assert.equal((await raw(`${origin}/mcp`, body, { "mcp-session-id": id })).status, 202, body.slice(0, 80));
        assert.equal((await raw(messages, body)).status, 202, body.slice(0, 80));
      }
    });

    test("ids that are used twice at once are answered twice", async () => {
      const answers = await Promise.all(Array.from({ length: 8 }, () => ask(origin, token, "tools/list")));
      for (const { json } of answers) assert.ok(json.id === 7 && json.result.tools.length > 0);
    });
  });

  for (const [name, open] of Object.entries(STREAMS)) {
    test(`${name}: twenty that are left at once disturb nobody`, async () => {
      const streams = await Promise.all(Array.from({ length: 20 }, () => open(origin, token)));
      for (const opened of streams) opened.leave();
      assert.equal((await send(`${origin}/api/health`)).status, 200);
      assert.equal((await raw(`${origin}/mcp`, PING)).status, 200);
    });
  }
});

async function dial(origin: string): Promise<Socket> {
  const { hostname, port } = new URL(origin);
  const socket = connect(Number(port), hostname);
  await once(socket, "connect");
  return socket;
}
