// What a token's scopes and a person's roles let them do, and what they are told when it is not enough.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { authorized, codeGrant, discover, redeem } from "../harness/agent.ts";
import { assertProblem, parameter } from "../harness/assertions.ts";
import { READ, WRITE } from "../harness/domain.ts";
import { send, type Answer, type Json } from "../harness/http.ts";
import { ask, askStateless } from "../harness/mcp.ts";
import { Person, restAs } from "../harness/person.ts";
import { embedded, stytch, withStytch } from "../harness/shared.ts";
import { SESSION_CLAIM, someUserId, type StytchStandIn } from "../harness/stytch-stand-in.ts";
import { TOOLS } from "../harness/tools.ts";
import { Worker } from "../harness/worker.ts";

const READING = ["listHistory", "listTodos", "showBoard"];
const ALL_TOOLS = TOOLS;

/** A 403 whose challenge names the scopes that were lacking (RFC 6750 section 3.1; MCP 2026-07-28, authorization). */
function assertStepUp(answer: Answer, origin: string, scope: string): void {
  assert.equal(answer.status, 403, answer.text);
  const challenge = answer.headers.get("www-authenticate") ?? "";
  assert.equal(parameter(challenge, "error"), "insufficient_scope", challenge);
  assert.equal(parameter(challenge, "scope"), scope);
  assert.equal(parameter(challenge, "resource_metadata"), `${origin}/.well-known/oauth-protected-resource/mcp`);
}

const toolNames = (answer: Answer): string[] => answer.json.result.tools.map(({ name }: Json) => name).sort();

describe("Scopes, with the embedded provider", () => {
  let origin: string;
  let ada: Person;
  before(async () => {
    origin = (await embedded()).origin;
    ada = await Person.logsIn(origin);
  });

  async function token(request: Json): Promise<{ access_token: string; scope: string }> {
    const grant = await authorized(ada, request);
    return (await redeem(grant.server, codeGrant(grant))).json;
  }

  test("the metadata and the first challenge name them, so that clients ask for them", async () => {
    const { resource, server } = await discover(origin);
    assert.deepEqual(resource.scopes_supported, ["openid", "email", "profile", READ, WRITE]);
    for (const scope of [READ, WRITE, "offline_access"]) assert.ok(server.scopes_supported.includes(scope));
    const challenge = (await send(`${origin}/mcp`, { json: {} })).headers.get("www-authenticate") ?? "";
    assert.equal(parameter(challenge, "scope"), `openid email profile ${READ} ${WRITE}`);
  });

  test("a client that asks for no scope is taken to mean all that the server has a use for", async () => {
    for (const scopes of [undefined, []]) {
      const { scope, access_token } = await token({ scopes });
      assert.equal(scope, `openid email profile ${READ} ${WRITE}`);
      assert.deepEqual(toolNames(await ask(origin, access_token, "tools/list")), ALL_TOOLS);
    }
  });

  test("todos:read: only what reads is listed, and a change is refused with 403, naming what it takes", async () => {
    const { access_token } = await token({ scopes: ["openid", READ] });
    const todo = await ada.adds("Not for everyone");
    assert.deepEqual(toolNames(await ask(origin, access_token, "tools/list")), READING);
    assert.equal((await ask(origin, access_token, "tools/call", { name: "listTodos", arguments: {} })).status, 200);
    assert.equal((await ask(origin, access_token, "resources/read", { uri: `todoapp://todos/${todo.id}` })).status, 200);
    for (const [name, args] of [
      ["createTodo", { todoText: "x" }],
      ["markTodoComplete", { todoID: todo.id }],
      ["deleteTodo", { todoID: todo.id }],
      ["updateTodo", { todoID: todo.id, todoText: "x" }],
      ["reopenTodo", { todoID: todo.id }],
      ["clearCompleted", {}],
      ["undoChange", { changeNumber: 1 }],
    ] as const) {
      assertStepUp(await ask(origin, access_token, "tools/call", { name, arguments: args }), origin, WRITE);
      assertStepUp(await askStateless(origin, access_token, "tools/call", { name, arguments: args }), origin, WRITE);
    }
    assert.equal((await ada.todos()).find(({ id }) => id === todo.id).completed, false);
  });

  test("todos:write includes reading", async () => {
    const { access_token } = await token({ scopes: [WRITE] });
    assert.deepEqual(toolNames(await ask(origin, access_token, "tools/list")), ALL_TOOLS);
    assert.equal((await ask(origin, access_token, "resources/list")).status, 200);
    const added = await ask(origin, access_token, "tools/call", { name: "createTodo", arguments: { todoText: "written" } });
    assert.equal(added.json.result.isError ?? false, false);
  });

  test("a token that opens nothing here is told so at once, whatever it asks", async () => {
    const { access_token } = await token({ scopes: ["openid", "email"] });
    for (const method of ["ping", "tools/list", "resources/list"]) {
      assertStepUp(await ask(origin, access_token, method), origin, `${READ} ${WRITE}`);
    }
  });

  test("a refresh may narrow the scopes, and the new token can do no more than it says", async () => {
    const grant = await authorized(ada);
    const { refresh_token } = (await redeem(grant.server, codeGrant(grant))).json;
    const form = { grant_type: "refresh_token", client_id: grant.clientId, refresh_token };
    const narrow = (await redeem(grant.server, { ...form, scope: READ })).json;
    assert.equal(narrow.scope, READ);
    const refused = await ask(origin, narrow.access_token, "tools/call", { name: "createTodo", arguments: { todoText: "x" } });
    assertStepUp(refused, origin, WRITE);
  });

  test("step-up: after the person agreed to what the challenge names, the same call passes", async () => {
    await token({ scopes: [READ] });
    const { access_token } = await token({ scopes: [WRITE] });
    const call = { name: "createTodo", arguments: { todoText: "after the step-up" } };
    assert.equal((await ask(origin, access_token, "tools/call", call)).status, 200);
  });

  test("a scope that nobody here knows is not granted, and the person sees that it is not", async () => {
    const { scope } = await token({ scopes: [READ, "billing:write"] });
    assert.equal(scope, READ);
  });
});

describe("Scopes and roles, with Stytch", () => {
  let issuer: StytchStandIn;
  let open: Worker;
  let strict: Worker;
  before(async () => {
    issuer = await stytch();
    open = await withStytch();
    const variables = { ...issuer.variables, REQUIRED_SCOPES: `${READ} ${WRITE}` };
    strict = await Worker.start({ name: "with-stytch-and-scopes", variables });
  });
  after(() => strict?.stop());

  const token = (scope: string): Promise<string> => issuer.sign({ ...issuer.accessClaims(someUserId()), scope });

  test("as long as the project has no scopes of its own, none are named and none are needed", async () => {
    const { scopes_supported } = (await send(`${open.origin}/.well-known/oauth-protected-resource/mcp`)).json;
    assert.deepEqual(scopes_supported, ["openid", "email", "profile"]);
    assert.deepEqual(toolNames(await ask(open.origin, await token("openid"), "tools/list")), ALL_TOOLS);
  });

  test("REQUIRED_SCOPES names and enforces them", async () => {
    const { origin } = strict;
    const { scopes_supported } = (await send(`${origin}/.well-known/oauth-protected-resource/mcp`)).json;
    assert.deepEqual(scopes_supported, ["openid", "email", "profile", READ, WRITE]);
    assertStepUp(await ask(origin, await token("openid"), "tools/list"), origin, `${READ} ${WRITE}`);
    assert.deepEqual(toolNames(await ask(origin, await token(READ), "tools/list")), READING);
    assert.deepEqual(toolNames(await ask(origin, await token(`openid ${WRITE}`), "tools/list")), ALL_TOOLS);
  });

  test("a scope that only looks like one opens nothing", async () => {
    for (const scope of ["todos", "todos:*", "todos:readonly", "TODOS:READ", "xtodos:read", "todos:write:all"]) {
      const answer = await ask(strict.origin, await token(scope), "tools/list");
      assertStepUp(answer, strict.origin, `${READ} ${WRITE}`);
    }
  });

  test("a value of REQUIRED_SCOPES that is no scope of this server stops the Worker, and it says so", async () => {
    const broken = await Worker.start({ name: "wrong-scopes", variables: { REQUIRED_SCOPES: `${READ} todos:admin` } });
    try {
      assert.match(assertProblem(await send(`${broken.origin}/api/health`), 503).detail, /REQUIRED_SCOPES/);
    } finally {
      await broken.stop();
    }
  });

  describe("roles of the session, checked on every call of the page", () => {
    const session = async (roles: string[] | undefined): Promise<string> => {
      const claims = issuer.sessionClaims(someUserId());
      return issuer.sign({ ...claims, [SESSION_CLAIM]: { ...(claims[SESSION_CLAIM] as Json), roles } });
    };
    const rest = (jwt: string, method: string, path: string, json?: unknown) => restAs(open.origin, jwt, method, path, json);
    const ID = "01J00000000000000000000000";

    for (const roles of [["stytch_user"], ["todos_reader", "stytch_user"], [], undefined]) {
      test(`${JSON.stringify(roles)}: may read and write`, async () => {
        const jwt = await session(roles);
        assert.equal((await rest(jwt, "GET", "/api/todos")).status, 200);
        assert.equal((await rest(jwt, "POST", "/api/todos", { todoText: "x" })).status, 200);
      });
    }

    test("todos_reader: may read, and every change is 403", async () => {
      const jwt = await session(["todos_reader"]);
      assert.equal((await rest(jwt, "GET", "/api/todos")).status, 200);
      assertProblem(await rest(jwt, "POST", "/api/todos", { todoText: "x" }), 403, "not_permitted");
      assertProblem(await rest(jwt, "POST", `/api/todos/${ID}/complete`), 403, "not_permitted");
      assertProblem(await rest(jwt, "DELETE", `/api/todos/${ID}`), 403, "not_permitted");
      assert.deepEqual((await rest(jwt, "GET", "/api/todos")).json.todos, []);
    });

    test("a role that the table does not know permits nothing", async () => {
      const jwt = await session(["stytch_admin"]);
      assertProblem(await rest(jwt, "GET", "/api/todos"), 403, "not_permitted");
      assertProblem(await rest(jwt, "POST", "/api/todos", { todoText: "x" }), 403, "not_permitted");
    });
  });
});
