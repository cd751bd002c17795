// Both checks against every token that is not right, with an issuer whose key the test holds.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, test } from "node:test";

import { generateKeyPair, SignJWT, type JWTPayload } from "jose";

import { assertChallenge, assertProblem } from "../harness/assertions.ts";
import { eventually } from "../harness/eventually.ts";
import { send, type Answer } from "../harness/http.ts";
import { post } from "../harness/mcp.ts";
import { restAs } from "../harness/person.ts";
import { stytch, withStytch } from "../harness/shared.ts";
import { SESSION_CLAIM, someUserId, StytchStandIn } from "../harness/stytch-stand-in.ts";
import { Worker } from "../harness/worker.ts";

const PING = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "ping" });
// A client that runs in a browser, so that what it can read is seen as well.
const PAGE = "http://localhost:6274";

/** A claim set with one claim left out. */
function without(claims: JWTPayload, name: string): JWTPayload {
  return Object.fromEntries(Object.entries(claims).filter(([key]) => key !== name));
}

const base64url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
const now = (): number => Math.floor(Date.now() / 1000);

describe("Tokens by both checks", () => {
  let origin: string;
  let issuer: StytchStandIn;
  const ada = someUserId();

  before(async () => {
    issuer = await stytch();
    origin = (await withStytch()).origin;
  });

  const knock = (token: string): Promise<Answer> => post(origin, token, PING, { origin: PAGE });
  const access = (changes: JWTPayload = {}): Promise<string> => issuer.sign({ ...issuer.accessClaims(ada), ...changes });
  const session = (changes: JWTPayload = {}): Promise<string> => issuer.sign({ ...issuer.sessionClaims(ada), ...changes });

  /** Ways in which a token of either kind can be wrong. */
  const WRONG: Record<string, (claims: JWTPayload) => Promise<string> | string> = {
    garbage: () => "garbage",
    "three dots of nothing": () => "..",
    "longer than any token": (claims) => issuer.sign({ ...claims, padding: "x".repeat(20_000) }),
    expired: (claims) => issuer.sign({ ...claims, exp: now() - 120 }),
    "not yet valid": (claims) => issuer.sign({ ...claims, nbf: now() + 120 }),
    "without an expiry": (claims) => issuer.sign(without(claims, "exp")),
    "of another issuer": (claims) => issuer.sign({ ...claims, iss: "https://evil.example" }),
    "of an issuer that only begins like ours": (claims) => issuer.sign({ ...claims, iss: `${issuer.domain}/` }),
    "of another project at Stytch": (claims) => issuer.sign({ ...claims, iss: "stytch.com/project-test-other" }),
    "without an issuer": (claims) => issuer.sign(without(claims, "iss")),
    "for another project": (claims) => issuer.sign({ ...claims, aud: [`project-test-${randomUUID()}`] }),
    "without an audience": (claims) => issuer.sign(without(claims, "aud")),
    "without a user": (claims) => issuer.sign(without(claims, "sub")),
    "for something that is no user": (claims) => issuer.sign({ ...claims, sub: "m2m-client-test-1" }),
    "an id token": () => issuer.sign(issuer.idClaims(ada)),
    "an id token whose audience is the project": () => issuer.sign({ ...issuer.idClaims(ada), aud: [issuer.projectId] }),
    "both kinds at once": (claims) => issuer.sign({ ...issuer.accessClaims(ada), ...issuer.sessionClaims(ada), ...claims }),
    "unsigned (alg none)": (claims) => `${base64url({ alg: "none", kid: issuer.kid, typ: "JWT" })}.${base64url(claims)}.`,
    "signed by HS256 with the public key as the secret": (claims) =>
      issuer.sign(claims, { alg: "HS256", key: new TextEncoder().encode(String(issuer.publicJwk.n)) }),
    "signed by ES256 under the known key id": async (claims) =>
      issuer.sign(claims, { alg: "ES256", key: (await generateKeyPair("ES256")).privateKey }),
    "signed by RS512 with the right key’s id": async (claims) =>
      issuer.sign(claims, { alg: "RS512", key: (await generateKeyPair("RS512")).privateKey }),
    "signed by somebody else under the known key id": async (claims) =>
      issuer.sign(claims, { key: (await generateKeyPair("RS256")).privateKey }),
    "of an unknown key": (claims) => issuer.sign(claims, { kid: "jwk-test-unknown" }),
    "of no named key": async (claims) =>
      new SignJWT(claims).setProtectedHeader({ alg: "RS256", typ: "JWT" }).sign((await generateKeyPair("RS256")).privateKey),
    "of another type": (claims) => issuer.sign(claims, { typ: "dpop+jwt" }),
    "with a changed signature": async (claims) => {
      const [header, payload, signature = ""] = (await issuer.sign(claims)).split(".");
      const changed = Buffer.from(signature, "base64url").map((byte, index) => (index === 9 ? byte ^ 1 : byte));
      return `${header}.${payload}.${Buffer.from(changed).toString("base64url")}`;
    },
    "with changed claims": async (claims) => {
      const [header, , signature] = (await issuer.sign(claims)).split(".");
      return `${header}.${base64url({ ...claims, sub: someUserId() })}.${signature}`;
    },
  };

  describe("The bearer token, /mcp", () => {
    for (const [name, iss] of [
      ["the project’s domain", () => issuer.domain],
      ["stytch.com/{project_id}", () => `stytch.com/${issuer.projectId}`],
    ] as const) {
      test(`a good access token issued by ${name} is let in`, async () => {
        assert.equal((await knock(await access({ iss: iss() }))).status, 200);
      });
    }

    test("the audience may be a text, and stand among others", async () => {
      assert.equal((await knock(await access({ aud: issuer.projectId }))).status, 200);
      assert.equal((await knock(await access({ aud: ["https://other.example", issuer.projectId] }))).status, 200);
    });

    test("clocks may differ by a little", async () => {
      assert.equal((await knock(await access({ exp: now() - 20 }))).status, 200);
      assert.equal((await knock(await access({ nbf: now() + 20 }))).status, 200);
    });

    test("the scheme’s name is case-insensitive", async () => {
      const token = await access();
      for (const scheme of ["bearer", "BEARER"]) {
        assert.equal((await post(origin, "", PING, { authorization: `${scheme} ${token}` })).status, 200);
      }
    });

    test("no token: a challenge that points to the metadata and names no error", async () => {
      assertChallenge(await post(origin, "", PING, { authorization: undefined, origin: PAGE }), origin, undefined);
      assertChallenge(await post(origin, "", PING, { authorization: "Basic YTpi", origin: PAGE }), origin, undefined);
      for (const method of ["GET", "DELETE"]) {
        assertChallenge(await send(`${origin}/mcp`, { method, headers: { origin: PAGE } }), origin, undefined);
      }
    });

    test("a good token in the query or in the body is no token", async () => {
      const token = await access();
      const inQuery = await send(`${origin}/mcp?access_token=${token}`, {
        headers: { accept: "application/json", origin: PAGE },
        json: JSON.parse(PING),
      });
      assertChallenge(inQuery, origin, undefined);
      assertChallenge(
        await send(`${origin}/mcp`, { headers: { origin: PAGE }, form: { access_token: token } }),
        origin,
        undefined,
      );
      const cookie = { authorization: undefined, cookie: `stytch_session_jwt=${await session()}`, origin: PAGE };
      assertChallenge(await post(origin, "", PING, cookie), origin, undefined);
    });

    for (const [name, make] of Object.entries(WRONG)) {
      test(`refused: ${name}`, async () => {
        assertChallenge(await knock(await make(issuer.accessClaims(ada))), origin, "invalid_token");
      });
    }

    for (const claim of ["client_id", "scope"]) {
      test(`refused: an access token without ${claim}`, async () => {
        assertChallenge(await knock(await issuer.sign(without(issuer.accessClaims(ada), claim))), origin, "invalid_token");
      });
    }

    test("refused: a session JWT", async () => {
      assertChallenge(await knock(await session()), origin, "invalid_token");
      assertChallenge(await knock(await access({ [SESSION_CLAIM]: { id: "session-test-1" } })), origin, "invalid_token");
    });

    test("refused: two tokens in one header, an empty one", async () => {
      const token = await access();
      for (const authorization of ["Bearer", "Bearer ", `Bearer ${token}, Bearer ${token}`, `Bearer ${token} x`]) {
        assertChallenge(await post(origin, "", PING, { authorization, origin: PAGE }), origin, "invalid_token");
      }
    });

    test("a refused token is refused again, and a good one after it is let in", async () => {
      const bad = await access({ exp: now() - 120 });
      for (let time = 0; time < 3; time++) assertChallenge(await knock(bad), origin, "invalid_token");
      assert.equal((await knock(await access())).status, 200);
    });

    test("a key that Stytch added since is found", async () => {
      const token = await issuer.sign(issuer.accessClaims(ada), await issuer.addKey());
      // The key set is not fetched again at once if it has just been: a stranger could make the Worker ask all day.
      await eventually("the new key is known", async () => (await knock(token)).status === 200 || undefined, 120_000);
    });

    test("a page of another site may not call, not even with a good token", async () => {
      const answer = await post(origin, await access(), PING, { origin: "https://evil.example" });
      assert.equal(answer.status, 403);
    });

    test("a client in a browser may ask first, and read the challenge", async () => {
      const answer = await send(`${origin}/mcp`, {
        method: "OPTIONS",
        headers: {
          origin: PAGE,
          "access-control-request-method": "POST",
          "access-control-request-headers": "authorization,content-type,mcp-protocol-version,mcp-method,mcp-name",
        },
      });
      assert.equal(answer.status, 204, answer.text);
      assert.ok(["*", PAGE].includes(answer.headers.get("access-control-allow-origin") ?? ""));
      const allowed = (answer.headers.get("access-control-allow-headers") ?? "").toLowerCase();
      for (const name of ["authorization", "content-type", "mcp-protocol-version", "mcp-method", "mcp-name", "mcp-session-id"]) {
        assert.ok(allowed.includes(name), name);
      }
      assert.match(answer.headers.get("access-control-allow-methods") ?? "", /POST/);
    });
  });

  describe("The session cookie, /api/todos", () => {
    const knock = (jwt: string): Promise<Answer> => restAs(origin, jwt, "GET", "/api/todos");

    for (const [name, iss] of [
      ["stytch.com/{project_id}", () => `stytch.com/${issuer.projectId}`],
      ["the project’s domain", () => issuer.domain],
    ] as const) {
      test(`a good session JWT issued by ${name} is let in`, async () => {
        assert.equal((await knock(await session({ iss: iss() }))).status, 200);
      });
    }

    for (const [name, make] of Object.entries(WRONG)) {
      test(`refused: ${name}`, async () => {
        assertProblem(await knock(await make(issuer.sessionClaims(ada))), 401);
      });
    }

    test("refused: an access token", async () => {
      assertProblem(await knock(await access()), 401);
    });

    test("refused: a good session JWT in Authorization instead of the cookie", async () => {
      assertProblem(await send(`${origin}/api/todos`, { headers: { authorization: `Bearer ${await session()}` } }), 401);
    });

    test("the cookie is found among others, and its name is exact", async () => {
      const jwt = await session();
      const get = (cookie: string): Promise<Answer> => send(`${origin}/api/todos`, { headers: { cookie } });
      assert.equal((await get(`a=b; stytch_session_jwt=${jwt}; stytch_session=x`)).status, 200);
      assertProblem(await get(`xstytch_session_jwt=${jwt}`), 401);
      assertProblem(await get(`stytch_session_jwt2=${jwt}`), 401);
    });
  });

  describe("With Stytch as the identity provider", () => {
    test("health and config say so, and the embedded provider is not there", async () => {
      assert.equal((await send(`${origin}/api/health`)).json.identity, "stytch");
      const config = (await send(`${origin}/api/config`)).json;
      assert.equal(config.identity, "stytch");
      assert.equal(config.publicToken, issuer.variables["STYTCH_PUBLIC_TOKEN"]);
      assert.equal(config.mailbox, null);
      for (const [method, path] of [
        ["POST", "/sdk/v1/otps/email/login_or_create"],
        ["POST", "/v1/oauth2/token"],
        ["POST", "/v1/oauth2/register"],
        ["GET", "/.well-known/jwks.json"],
        ["GET", "/dev/mailbox"],
      ] as const) {
        const answer = await send(`${origin}${path}`, { method, ...(method === "POST" && { json: {} }) });
        assert.equal(answer.status, 404, `${method} ${path}`);
      }
    });

    test("the metadata names Stytch’s project as the authorization server, letter for letter", async () => {
      const { resource, authorization_servers } = (await send(`${origin}/.well-known/oauth-protected-resource/mcp`)).json;
      assert.equal(resource, `${origin}/mcp`);
      assert.deepEqual(authorization_servers, [issuer.domain]);
    });

    test("page and agent of one user share a list; another user has another", async () => {
      const [ben, eve] = [someUserId(), someUserId()];
      const benSession = await issuer.sign(issuer.sessionClaims(ben));
      assert.equal((await restAs(origin, benSession, "POST", "/api/todos", { todoText: "shared" })).status, 200);
      const list = async (user: string) =>
        (
          await post(
            origin,
            await issuer.sign(issuer.accessClaims(user)),
            JSON.stringify({ jsonrpc: "2.0", id: 1, method: "resources/list" }),
          )
        ).json.result.resources.filter(({ uri }: { uri: string }) => uri.startsWith("todoapp://todos/"));
      assert.equal((await list(ben)).length, 1);
      assert.deepEqual(await list(eve), []);
    });
  });
});

describe("While Stytch’s keys cannot be had", () => {
  let issuer: StytchStandIn;
  let worker: Worker;
  const ada = someUserId();

  before(async () => {
    issuer = await StytchStandIn.start();
    worker = await Worker.start({ name: "without-stytchs-keys", variables: issuer.variables });
  });
  after(async () => {
    await worker?.stop();
    await issuer?.stop();
  });

  /** Twenty calls at once with tokens of their own; the keys are answered for when all that fetch them have come. */
  async function twenty(): Promise<Answer[]> {
    const tokens = await Promise.all(Array.from({ length: 20 }, () => issuer.sign(issuer.accessClaims(ada))));
    const { promise, resolve } = Promise.withResolvers<void>();
    issuer.answering = promise;
    const answers = Promise.all(tokens.map((token) => post(worker.origin, token, PING)));
    await eventually("the keys are asked for", async () => (issuer.keysAsked > 0 ? true : undefined));
    // One that needs no keys, sent after them: by then they were all at it.
    assert.equal((await send(`${worker.origin}/api/health`)).status, 200);
    resolve();
    return answers;
  }

  test("one request asks for them, the others wait, and all are told to come back in a second", async () => {
    issuer.keysStatus = 503;
    const before = Date.now();
    const answers = await twenty();
    assert.deepEqual(answers.map(({ status, headers }) => [status, headers.get("retry-after")]), Array(20).fill([503, "1"]));
    for (let call = 0; call < 5; call++) assert.equal((await post(worker.origin, await issuer.sign(issuer.accessClaims(ada)), PING)).status, 503);
    // One at once, and at most one more for each second that this has taken.
    const seconds = Math.ceil((Date.now() - before) / 1_000);
    assert.ok(issuer.keysAsked <= 1 + seconds, `asked ${issuer.keysAsked} times in ${seconds} s`);
  });

  test("once they can be had, one request fetches them for all", async () => {
    issuer.keysStatus = 200;
    await worker.restart();
    issuer.keysAsked = 0;
    const answers = await twenty();
    assert.deepEqual(answers.map(({ status }) => status), Array(20).fill(200));
    assert.equal(issuer.keysAsked, 1);
  });

  test("they are asked for again a second later, by whoever comes then", async () => {
    issuer.keysStatus = 503;
    await worker.restart();
    const call = async () => (await post(worker.origin, await issuer.sign(issuer.accessClaims(ada)), PING)).status;
    assert.equal(await call(), 503);
    issuer.keysStatus = 200;
    await eventually("they are had", async () => ((await call()) === 200 ? true : undefined), 20_000);
  });
});
