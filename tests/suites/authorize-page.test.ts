// The authorization endpoint as people meet it, in a browser and with Stytch’s own consent component: what they are shown before
// they decide, when they have to log in again, what becomes of a request that is wrong, and of going back.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, describe, test } from "node:test";

import type { Browser, BrowserContext, Page } from "playwright-core";

import { discover, pkce, register } from "../harness/agent.ts";
import { launch, watch } from "../harness/chromium.ts";
import { ClientDocuments } from "../harness/client-documents.ts";
import { READ } from "../harness/domain.ts";
import { eventually } from "../harness/eventually.ts";
import type { Json } from "../harness/http.ts";
import { mailedCode, Person, someEmail } from "../harness/person.ts";
import { embedded } from "../harness/shared.ts";

describe("The consent page", () => {
  let origin: string;
  let server: Json;
  let browser: Browser;
  /** What listens where the client is answered. */
  let app: Server;
  let port: number;
  let callback: string;
  before(async () => {
    origin = (await embedded()).origin;
    ({ server } = await discover(origin));
    browser = await launch();
    app = createServer((_, response) => void response.setHeader("content-type", "text/html").end("back at the app")).listen(0, "127.0.0.1");
    await once(app, "listening");
    ({ port } = app.address() as AddressInfo);
    callback = `http://127.0.0.1:${port}/callback`;
  });
  after(async () => {
    await browser?.close();
    app?.closeAllConnections();
    app?.close();
  });

  /** A browser in which nobody is logged in, or `person` is. */
  async function inside(person: Person | undefined, run: (page: Page, context: BrowserContext) => Promise<void>): Promise<void> {
    const context = await browser.newContext();
    const complaints = await watch(context);
    if (person) {
      await context.addCookies([
        { name: "stytch_session", value: person.sessionToken, url: origin },
        { name: "stytch_session_jwt", value: person.sessionJwt, url: origin },
      ]);
    }
    try {
      await run(await context.newPage(), context);
    } catch (error) {
      throw new Error(`At ${context.pages().map((page) => page.url())}: ${await context.pages()[0]?.textContent("body")}`, { cause: error });
    } finally {
      await context.close();
    }
    // What is refused is refused with a status, and browsers note that.
    assert.deepEqual(complaints.filter((complaint) => !/status of 40[0-9]/.test(complaint)), []);
  }

  async function address(changes: Record<string, string | undefined> = {}, metadata: Json = {}): Promise<string> {
    const { client_id } = (await register(server, { client_name: "Planner", redirect_uris: [callback], ...metadata })).json;
    const request = { client_id, redirect_uri: callback, response_type: "code", scope: `openid ${READ}`, state: "s", code_challenge: pkce().challenge };
    const pairs = Object.entries<string | undefined>({ ...request, ...changes }).filter((pair) => pair[1] !== undefined);
    return `${server.authorization_endpoint}?${new URLSearchParams(pairs as [string, string][])}`;
  }

  async function logIn(page: Page, email: string): Promise<void> {
    await page.getByRole("textbox").first().fill(email);
    await page.getByRole("button", { name: "Continue with e-mail" }).click();
    await page.getByText("Enter the code").waitFor();
    await page.getByRole("textbox").first().click();
    await page.keyboard.type(await mailedCode(origin, email));
  }

  const allow = (page: Page) => page.getByRole("button", { name: "Allow", exact: true });
  const cannotGoOn = (page: Page) => page.getByRole("heading", { name: "This request can’t go on" });

  /** The client’s address, once the browser has arrived there. */
  async function backAtTheApp(page: Page): Promise<URLSearchParams> {
    await page.waitForURL(`${callback}?**`);
    return new URL(page.url()).searchParams;
  }

  test("a client that lists refresh_token: the person sees that it stays connected until they disconnect it", async () => {
    const sentence = "Stay connected when you are away, until you disconnect it";
    const ada = await Person.logsIn(origin);
    for (const [grant_types, shown] of [[["authorization_code", "refresh_token"], 1], [["authorization_code"], 0]] as const) {
      const url = await address({}, { grant_types });
      await inside(ada, async (page) => {
        await page.goto(url);
        await allow(page).waitFor();
        assert.equal(await page.getByText(sentence).count(), shown);
      });
    }
  });

  test("a program on this computer is said to be one, by its port or its scheme", async () => {
    const ada = await Person.logsIn(origin);
    for (const [redirect_uri, words] of [
      [callback, `You then return to a program on this computer, at 127.0.0.1:${port}.`],
      ["vscode://claude.ai/cb", "You then return to a program on this computer, the one that opens vscode: links."],
    ] as const) {
      const url = await address({ redirect_uri }, { redirect_uris: [redirect_uri] });
      await inside(ada, async (page) => {
        await page.goto(url);
        await page.getByText(words).waitFor();
      });
    }
  });

  for (const [decision, button] of [["a yes", "Allow"], ["a no", "Don’t allow"]] as const) {
    test(`after ${decision}, going back finds the request answered, and asks for nothing`, async () => {
      const url = await address();
      await inside(await Person.logsIn(origin), async (page) => {
        let asked = 0;
        page.on("request", (request) => (asked += Number(request.url().includes("/authorize/"))));
        await page.goto(url);
        await page.getByRole("button", { name: button, exact: true }).click();
        const answer = await backAtTheApp(page);
        assert.equal(answer.get("code") !== null, button === "Allow");
        assert.equal(answer.get("error"), button === "Allow" ? null : "access_denied");
        const before = asked;
        await page.goBack();
        await page.getByRole("heading", { name: button === "Allow" ? "Connected" : "Not connected" }).waitFor();
        await page.reload();
        await page.getByRole("heading", { name: button === "Allow" ? "Connected" : "Not connected" }).waitFor();
        assert.equal(asked, before);
        assert.ok(!page.url().includes("client_id"), page.url());
      });
    });
  }

  test("a request that was agreed to before goes through without a question, and going back finds it answered", async () => {
    const ada = await Person.logsIn(origin);
    const website = "https://agent.example/cb";
    const metadata = { redirect_uris: [website] };
    const { client_id } = (await register(server, metadata)).json;
    const url = await address({ redirect_uri: website, client_id });
    await inside(ada, async (page, context) => {
      await context.route(`${website}*`, (route) => route.fulfill({ body: "back at the app" }));
      await page.goto(url);
      await allow(page).click();
      await page.waitForURL(`${website}?**`);
      await page.goto(url);
      await page.waitForURL(`${website}?**`);
      await page.goBack();
      await page.getByRole("heading", { name: "Connected" }).waitFor();
    });
  });

  for (const asks of [{ prompt: "login" }, { max_age: "0" }]) {
    test(`${JSON.stringify(asks)}: who is logged in logs in again, and then decides`, async () => {
      const ada = await Person.logsIn(origin);
      const { started_at } = (await ada.browser.sdk("/sessions/authenticate", {})).json.data.session;
      await eventually("the next second", async () => Date.now() >= Date.parse(started_at) + 1000 || undefined);
      const url = await address(asks);
      await inside(ada, async (page) => {
        await page.goto(url);
        await page.getByRole("button", { name: "Log in again" }).click();
        await logIn(page, ada.email);
        await allow(page).click();
        assert.ok((await backAtTheApp(page)).get("code"));
      });
    });
  }

  test("prompt=login: who is not logged in logs in once", async () => {
    const url = await address({ prompt: "login" });
    await inside(undefined, async (page) => {
      await page.goto(url);
      await logIn(page, someEmail());
      await allow(page).click();
      assert.ok((await backAtTheApp(page)).get("code"));
    });
  });

  test("a request that is wrong takes nobody to a stranger by itself, logged in or not; a button does", async () => {
    const ada = await Person.logsIn(origin);
    for (const [changes, error] of [
      [{ response_mode: "fragment" }, "invalid_request"],
      [{ code_challenge: undefined }, "invalid_request"],
      [{ prompt: "none" }, "login_required"],
    ] as const) {
      for (const person of [undefined, ada]) {
        const url = await address(changes);
        await inside(person, async (page) => {
          let left = false;
          page.on("request", (request) => (left ||= request.url().startsWith(callback)));
          await page.goto(url);
          await cannotGoOn(page).waitFor();
          await page.getByText("That leads to a program on this computer, which you have not connected before.").waitFor();
          assert.equal(left, false);
          await page.getByRole("link", { name: "Tell the app" }).click();
          const answer = await backAtTheApp(page);
          assert.equal(answer.get("error"), person && error === "login_required" ? "consent_required" : error);
          assert.equal(answer.get("iss"), origin);
        });
      }
    }
  });

  test("a client that the person has connected is told by itself", async () => {
    const ada = await Person.logsIn(origin);
    const { client_id } = (await register(server, { redirect_uris: [callback] })).json;
    const [good, wrong] = [await address({ client_id }), await address({ client_id, response_mode: "fragment" })];
    await inside(ada, async (page) => {
      await page.goto(good);
      await allow(page).click();
      await backAtTheApp(page);
      await page.goto(wrong);
      assert.equal((await backAtTheApp(page)).get("error"), "invalid_request");
    });
  });

  test("who has logged in for a request that turns out wrong is sent back; who came logged in, by whatever link, is not", async () => {
    const documents = await ClientDocuments.start();
    try {
      const url = await address({ client_id: documents.publish("/c", { redirect_uris: [callback] }), response_mode: "fragment" });
      await inside(undefined, async (page) => {
        await page.goto(url);
        await logIn(page, someEmail());
        assert.equal((await backAtTheApp(page)).get("error"), "invalid_request");
      });
      await inside(await Person.logsIn(origin), async (page) => {
        const { pathname, search } = new URL(url);
        await page.goto(`${origin}/login?${new URLSearchParams({ returnTo: `${pathname}${search}` })}`);
        await cannotGoOn(page).waitFor();
        await page.getByRole("link", { name: "Tell the app" }).waitFor();
      });
    } finally {
      await documents.stop();
    }
  });

  test("an unknown client is said to be one, without a login, and leads nowhere", async () => {
    await inside(undefined, async (page) => {
      await page.goto(await address({ client_id: "connected-app-test-00000000-0000-4000-8000-000000000000" }));
      await page.getByText("is not registered (any more)").waitFor();
      assert.equal(await page.getByRole("link", { name: "Tell the app" }).count(), 0);
    });
  });
});
