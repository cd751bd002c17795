// What pages of other origins get at: cookies that they plant here, and names that they rebind to this machine. Cookies know no
// ports, and a sister domain may set them for the parent of both.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { request as httpRequest } from "node:http";
import { after, before, describe, test } from "node:test";

import type { Browser as Chromium, Page } from "playwright-core";

import { discover, pkce, register, REDIRECT_URI } from "../harness/agent.ts";
import { assertProblem } from "../harness/assertions.ts";
import { launch } from "../harness/chromium.ts";
import { eventually } from "../harness/eventually.ts";
import { getAsHost, send, type Answer } from "../harness/http.ts";
import { Browser, Person, someEmail } from "../harness/person.ts";
import { embedded } from "../harness/shared.ts";

let origin: string;
let ada: Person;
let eve: Person;
before(async () => {
  origin = (await embedded()).origin;
});

const digestOf = (person: Person) => createHash("sha256").update(person.userId).digest("base64url");

/** The places that an answer takes a cookie away from. */
function takenFrom(answer: Answer, name: string): string[] {
  return answer.headers.getSetCookie().flatMap((line) => {
    const [pair, ...attributes] = line.split("; ");
    return pair === `${name}=` && attributes.includes("Max-Age=0") ? [attributes.find((each) => each.startsWith("Path="))!.slice(5)] : [];
  });
}

const CALLS: [string, string, unknown?][] = [
  ["GET", "/api/todos"],
  ["POST", "/api/todos", { todoText: "x" }],
  ["POST", "/api/todos/clear-completed"],
  ["GET", "/api/todos/01ARZ3NDEKTSV4RRFFQ69G5FAV"],
  ["PATCH", "/api/todos/01ARZ3NDEKTSV4RRFFQ69G5FAV", { text: "x" }],
  ["DELETE", "/api/todos/01ARZ3NDEKTSV4RRFFQ69G5FAV"],
  ["POST", "/api/todos/01ARZ3NDEKTSV4RRFFQ69G5FAV/complete"],
  ["GET", "/api/history"],
  ["POST", "/api/history/1/undo"],
];

const call = (method: string, path: string, json: unknown, headers: Record<string, string>): Promise<Answer> =>
  send(`${origin}${path}`, { method, headers: { origin, ...headers }, ...(json === undefined ? {} : { json }) });

/** The handshake of the live connection, as far as an ordinary answer. */
async function handshake(path: string, cookie: string): Promise<{ status: number; cookies: string[] }> {
  const outgoing = httpRequest(`${origin}${path}`, {
    headers: { cookie, origin, connection: "Upgrade", upgrade: "websocket", "sec-websocket-version": "13", "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==" },
  }).end();
  return await Promise.race([
    once(outgoing, "response").then(([response]) => {
      response.resume();
      return { status: response.statusCode, cookies: response.headers["set-cookie"] ?? [] };
    }),
    once(outgoing, "upgrade").then(([, socket]) => {
      socket.destroy();
      return { status: 101, cookies: [] };
    }),
  ]);
}

describe("Planted cookies", () => {
  before(async () => {
    [ada, eve] = [await Person.logsIn(origin), await Person.logsIn(origin)];
  });

  for (const [method, path, json] of CALLS) {
    test(`${method} ${path}: two sessions are none, whichever comes first, and the planted one is taken away`, async () => {
      for (const jwts of [[eve.sessionJwt, ada.sessionJwt], [ada.sessionJwt, eve.sessionJwt], [ada.sessionJwt, ""], [ada.sessionJwt, "x", "y"]]) {
        const cookie = jwts.map((jwt) => `stytch_session_jwt=${jwt}`).join("; ");
        const answer = await call(method, path, json, { cookie });
        assertProblem(answer, 401, "several_sessions");
        const places = takenFrom(answer, "stytch_session_jwt");
        const segments = path.split("/").slice(1);
        const wanted = segments.flatMap((_, index) => [`/${segments.slice(0, index + 1).join("/")}`, `/${segments.slice(0, index + 1).join("/")}/`]);
        assert.deepEqual(places.sort(), wanted.sort(), "all but the right one’s own place");
      }
      assert.deepEqual([await ada.todos(), await eve.todos()], [[], []]);
    });
  }

  test("the same session twice is one", async () => {
    const cookie = `stytch_session_jwt=${ada.sessionJwt}; a=b; stytch_session_jwt=${ada.sessionJwt}`;
    assert.equal((await call("GET", "/api/todos", undefined, { cookie })).status, 200);
  });

  test("the live connection is refused alike", async () => {
    const both = `stytch_session_jwt=${eve.sessionJwt}; stytch_session_jwt=${ada.sessionJwt}`;
    const refused = await handshake("/api/todos/live", both);
    assert.equal(refused.status, 401);
    assert.ok(refused.cookies.some((line) => line.startsWith("stytch_session_jwt=; Path=/api;")));
    const mine = `stytch_session_jwt=${ada.sessionJwt}`;
    assert.equal((await handshake(`/api/todos/live?account=${digestOf(eve)}`, mine)).status, 401);
    assert.equal((await handshake(`/api/todos/live?account=${digestOf(ada)}`, mine)).status, 101);
    assert.equal((await handshake("/api/todos/live", mine)).status, 101);
  });

  test("a page that says whose it is is refused another account’s session, on every call; who does not say is served", async () => {
    for (const [method, path, json] of CALLS) {
      const cookie = `stytch_session_jwt=${eve.sessionJwt}`;
      for (const said of [digestOf(ada), "x", ada.userId]) {
        const answer = await call(method, path, json, { cookie, "x-account-digest": said });
        assertProblem(answer, 401, "another_account");
      }
    }
    assert.deepEqual(await eve.todos(), []);
    const own = { cookie: `stytch_session_jwt=${eve.sessionJwt}`, "x-account-digest": digestOf(eve) };
    assert.equal((await call("GET", "/api/todos", undefined, own)).status, 200);
  });

  test("a login under way in two browsers at once is none; the next try finds the right one", async () => {
    const browser = await Browser.at(origin);
    const email = someEmail();
    const { methodId, code } = await browser.askForCode(email);
    const planted = (await Browser.at(origin)).copy();
    await planted.askForCode(someEmail());
    const own = String(browser.cookies);
    const both = `${String(planted.cookies)}; ${own}`;
    const { publicToken } = (await send(`${origin}/api/config`)).json;
    const sdk = (path: string, json: unknown, cookie: string) =>
      send(`${origin}/sdk/v1${path}`, { json, headers: { origin, cookie, authorization: `Basic ${Buffer.from(`${publicToken}:`).toString("base64")}` } });
    for (const [path, json] of [
      ["/otps/authenticate", { method_id: methodId, token: code, session_duration_minutes: 60 }],
      ["/otps/email/login_or_create", { email }],
    ] as const) {
      const answer = await sdk(path, json, both);
      assert.equal(answer.status, 400, answer.text);
      assert.ok(takenFrom(answer, "login_browser").includes("/sdk"));
    }
    const login = await sdk("/otps/authenticate", { method_id: methodId, token: code, session_duration_minutes: 60 }, own);
    assert.equal(login.status, 200, login.text);
  });

  test("at the authorization endpoint two sessions are none, and the planted one is taken away", async () => {
    const { server } = await discover(origin);
    const { client_id } = (await register(server)).json;
    const query = new URLSearchParams({ client_id, redirect_uri: REDIRECT_URI, code_challenge: pkce().challenge, prompt: "none" });
    const cookie = `stytch_session=${eve.sessionToken}; stytch_session=${ada.sessionToken}`;
    const answer = await send(`${server.authorization_endpoint}?${query}`, { headers: { cookie } });
    assert.equal(answer.status, 400);
    assert.deepEqual(takenFrom(answer, "stytch_session").sort(), ["/oauth", "/oauth/", "/oauth/authorize", "/oauth/authorize/"]);
  });

  describe("in a browser", () => {
    let chromium: Chromium;
    before(async () => {
      chromium = await launch();
    });
    after(() => chromium?.close());

    /** Somebody’s page, and a cookie of somebody else’s that another port has set. */
    async function attacked(run: (page: Page, plant: (name: string, value: string, path: string) => Promise<void>, victim: Person, attacker: Person) => Promise<void>) {
      const [victim, attacker] = [await Person.logsIn(origin), await Person.logsIn(origin)];
      const context = await chromium.newContext();
      try {
        const { hostname } = new URL(origin);
        const plant = (name: string, value: string, path: string) => context.addCookies([{ name, value, domain: hostname, path }]);
        await plant("stytch_session", victim.sessionToken, "/");
        await plant("stytch_session_jwt", victim.sessionJwt, "/");
        await run(await context.newPage(), plant, victim, attacker);
        assert.deepEqual(await attacker.todos(), []);
        const left = (await context.cookies(origin)).filter(({ name, path }) => name.startsWith("stytch_session") && path !== "/");
        assert.deepEqual(left, []);
      } finally {
        await context.close();
      }
    }

    const add = async (page: Page, text: string) => {
      await page.getByRole("textbox", { name: "New todo" }).fill(text);
      await page.keyboard.press("Enter");
      await page.getByRole("checkbox", { name: text }).waitFor();
    };

    const arrived = (person: Person, text: string) =>
      eventually(`${text} is on the list`, async () => (await person.todos()).find((todo) => todo.text === text));

    for (const path of ["/api", "/api/", "/api/todos", "/"]) {
      test(`a session planted at ${path} of an open page: what is written goes to its owner, and the page goes on`, async () => {
        await attacked(async (page, plant, victim, attacker) => {
          await page.goto(`${origin}/todoapp`);
          await page.getByText("Nothing to do").waitFor();
          await plant("stytch_session_jwt", attacker.sessionJwt, path);
          await add(page, "Mine");
          await arrived(victim, "Mine");
          await page.reload();
          await page.getByRole("checkbox", { name: "Mine" }).waitFor();
        });
      });
    }

    test("a session planted for the page itself, before it is opened: it is its owner’s page all the same", async () => {
      await attacked(async (page, plant, victim, attacker) => {
        await plant("stytch_session", attacker.sessionToken, "/todoapp");
        await plant("stytch_session_jwt", attacker.sessionJwt, "/todoapp");
        await page.goto(`${origin}/todoapp`);
        await page.getByRole("button", { name: `Account: ${victim.email}` }).or(page.getByRole("button", { name: /^Account/ })).first().click();
        await page.getByText(victim.email).waitFor();
        await page.keyboard.press("Escape");
        await add(page, "Mine");
        await arrived(victim, "Mine");
      });
    });
  });
});

describe("Names rebound to this machine", () => {
  for (const path of ["/dev/mailbox", "/api/config", "/.well-known/openid-configuration", "/oauth/authorize", "/mcp"]) {
    test(`${path} is not served under another name`, async () => {
      const { port } = new URL(origin);
      for (const host of [`evil.example:${port}`, "evil.example", `localhost.evil.example:${port}`, `127.0.0.1.evil.example:${port}`])
        assertProblem(await getAsHost(`${origin}${path}`, host), 421, "unknown_host");
    });
  }

  test("a page of such a name cannot read the mailbox, whatever headers it sends; this machine’s own pages can", async () => {
    const { port } = new URL(origin);
    const rebound = `http://evil.example:${port}`;
    const chromium = await launch(["--host-resolver-rules=MAP evil.example 127.0.0.1"]);
    try {
      const page = await chromium.newPage();
      const read = (headers: Record<string, string>) =>
        page.evaluate(async (headers) => (await fetch("/dev/mailbox", { headers: { accept: "application/json", ...headers } })).status, headers);
      await page.goto(`${rebound}/api/health`);
      for (const original of [`${origin}/dev/mailbox`, `http://127.0.0.1:${port}/dev/mailbox`]) {
        const spoofed = { "mf-original-url": original };
        for (const more of [{}, { "accept-language": "" }, { "accept-language": "*" }, { "sec-fetch-mode": "cors" }, { "user-agent": "curl/8" }, { "accept-language": "", "user-agent": "curl/8" }])
          assert.equal(await read({ ...spoofed, ...more } as Record<string, string>), 421, JSON.stringify({ original, more }));
      }
      await page.goto(`${origin}/dev/mailbox`);
      assert.equal(await read({}), 200);
    } finally {
      await chromium.close();
    }
    assert.equal((await send(`${origin}/dev/mailbox`)).status, 200, "programs read it as ever");
  });
});
