// What people see of text that somebody wrote, in a real browser: its direction is its own and reaches no further than itself.
// And two things about the page that a person notices with their hands: where the focus is, and when "No connection" goes.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import type { Browser, BrowserContext, Locator, Page } from "playwright-core";

import { authorized, codeGrant, discover, pkce, redeem, REDIRECT_URI, register, SCOPES } from "../harness/agent.ts";
import { launch } from "../harness/chromium.ts";
import { callTool } from "../harness/mcp.ts";
import { mailedCode, Person, someEmail } from "../harness/person.ts";
import { embedded } from "../harness/shared.ts";

const HEBREW = "לקנות חלב, 2 ליטר!";
const ARABIC_NAME = "مساعد 7";

describe("What others wrote, in the page", () => {
  let origin: string;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let ada: Person;
  let token: string;
  before(async () => {
    origin = (await embedded()).origin;
    browser = await launch();
    ada = await Person.logsIn(origin);
    const agent = await authorized(ada, {}, { client_name: ARABIC_NAME });
    token = (await redeem(agent.server, codeGrant(agent))).json.access_token;
    await callTool(origin, token, "createTodo", { todoText: HEBREW });
    await ada.adds("Buy milk");
    context = await browser.newContext({ viewport: { width: 900, height: 800 } });
    await context.addCookies([
      { name: "stytch_session", value: ada.sessionToken, url: origin },
      { name: "stytch_session_jwt", value: ada.sessionJwt, url: origin },
    ]);
    page = await context.newPage();
  });
  after(() => browser?.close());

  const direction = (element: Locator) => element.evaluate((node) => getComputedStyle(node).direction);

  test("a todo reads in its own direction, in the list and while it is edited", async () => {
    await page.goto(`${origin}/todoapp`);
    const text = page.getByText(HEBREW, { exact: true });
    await text.waitFor();
    assert.equal(await direction(text), "rtl");
    assert.equal(await text.evaluate((node) => getComputedStyle(node).unicodeBidi), "isolate", "nothing in it reaches beyond it");
    assert.equal(await direction(page.getByText("Buy milk", { exact: true })), "ltr");
    const field = page.getByRole("textbox", { name: "New todo" });
    assert.equal(await direction(field), "ltr");
    await field.fill("שלום");
    assert.equal(await direction(field), "rtl");
    await field.fill("");
    await text.dblclick();
    assert.equal(await direction(page.getByRole("textbox", { name: "Text" })), "rtl");
    await page.keyboard.press("Escape");
  });

  test("in the history and on cards it stands in a sentence that goes on from left to right", async () => {
    await page.goto(`${origin}/todoapp`);
    await page.getByText(HEBREW, { exact: true }).waitFor();
    await page.getByRole("button", { name: "History" }).click();
    const entry = page.getByRole("dialog", { name: "History" }).getByRole("listitem").filter({ hasText: HEBREW });
    await entry.getByText(`${ARABIC_NAME} added ‘${HEBREW}’`).waitFor();
    assert.equal(await direction(entry), "ltr");
    assert.deepEqual(await isolated(entry), [
      [ARABIC_NAME, "rtl"],
      [HEBREW, "rtl"],
    ]);
    await page.keyboard.press("Escape");
    const { structuredContent } = await callTool(origin, token, "createTodo", { todoText: "קפה" });
    const card = page.getByRole("region", { name: ARABIC_NAME, exact: true });
    await card.getByText("קפה", { exact: true }).waitFor();
    assert.deepEqual(await isolated(card), [
      [ARABIC_NAME, "rtl"],
      ["קפה", "rtl"],
    ]);
    await callTool(origin, token, "deleteTodo", { todoID: structuredContent.todo.id });
  });

  /** What of a place stands apart from the rest of it, each with its direction. */
  const isolated = (place: Locator) =>
    place.locator("bdi").evaluateAll((nodes) =>
      nodes.map((node) => [node.textContent, getComputedStyle(node).direction]),
    );

  test("so do the names of apps, in the settings and where a person is asked", async () => {
    await page.goto(`${origin}/settings`);
    const name = page.getByRole("heading", { name: ARABIC_NAME });
    await name.waitFor();
    assert.deepEqual(await isolated(name), [[ARABIC_NAME, "rtl"]]);
    const { server } = await discover(origin);
    const { client_id } = (await register(server, { client_name: ARABIC_NAME })).json;
    const request = { response_type: "code", client_id, redirect_uri: REDIRECT_URI, scope: SCOPES.join(" "), state: "x", code_challenge: pkce().challenge, code_challenge_method: "S256", prompt: "consent" };
    await page.goto(`${origin}/oauth/authorize?${new URLSearchParams(request)}`);
    // Stytch's component takes no markup: the name is isolated by characters (UAX #9).
    await page.getByText(`\u2068${ARABIC_NAME}\u2069 asks to use your todos`).waitFor();
  });

  test("words without a blank in them stay within the page, on a narrow one too", async () => {
    const bob = await Person.logsIn(origin);
    const agent = await authorized(bob, {}, { client_name: "N".repeat(100) });
    const { access_token } = (await redeem(agent.server, codeGrant(agent))).json;
    const narrow = await browser.newContext({ viewport: { width: 420, height: 800 } });
    try {
      await narrow.addCookies([
        { name: "stytch_session", value: bob.sessionToken, url: origin },
        { name: "stytch_session_jwt", value: bob.sessionJwt, url: origin },
      ]);
      const page = await narrow.newPage();
      const beyond = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      await page.goto(`${origin}/todoapp`);
      await page.getByText("Nothing to do").waitFor();
      const text = "x".repeat(300);
      await callTool(origin, access_token, "createTodo", { todoText: text });
      await page.getByText(text, { exact: true }).waitFor();
      await page.getByRole("status").filter({ hasText: "NNN" }).waitFor();
      assert.ok((await beyond()) <= 0, "list and notice");
      await page.getByRole("button", { name: "History" }).click();
      await page.getByRole("dialog", { name: "History" }).getByRole("listitem").waitFor();
      assert.ok((await beyond()) <= 0, "history");
      const row = page.getByRole("dialog", { name: "History" }).getByRole("listitem");
      assert.equal(await row.evaluate((node) => node.scrollWidth <= node.clientWidth), true, "a row of the history");
    } finally {
      await narrow.close();
    }
  });

  test("the field for the code has the focus when it is there, and again after a wrong one", async () => {
    const visitor = await browser.newContext();
    try {
      const page = await visitor.newPage();
      const email = someEmail();
      await page.goto(`${origin}/login`);
      await page.getByRole("textbox").first().fill(email);
      await page.keyboard.press("Enter");
      await page.getByText("Enter the code").waitFor();
      const code = await mailedCode(origin, email);
      const refused = page.waitForResponse((response) => response.url().includes("/otps/authenticate"));
      await page.keyboard.type(code === "000000" ? "111111" : "000000");
      assert.ok((await refused).status() >= 400);
      const field = page.locator("input[autocomplete=one-time-code]");
      // The wrong one is selected: nobody has to take it out first.
      await page.waitForFunction((field) => {
        const { value, selectionStart, selectionEnd, disabled } = field as HTMLInputElement;
        return document.activeElement === field && !disabled && selectionStart === 0 && selectionEnd === value.length && value.length > 0;
      }, await field.elementHandle());
      await page.keyboard.type(code);
      await page.waitForURL(`${origin}/todoapp`);
    } finally {
      await visitor.close();
    }
  });

  test("“No connection” goes with the first answer, while the live socket has been open all along", async () => {
    const mine = await context.newPage();
    try {
      await mine.addInitScript(() => {
        globalThis.WebSocket = class extends WebSocket {
          constructor(...parameters: ConstructorParameters<typeof WebSocket>) {
            super(...parameters);
            this.addEventListener("open", () => Object.assign(globalThis, { isLive: true }));
          }
        };
      });
      const live = mine.waitForEvent("websocket");
      await mine.goto(`${origin}/todoapp`);
      await mine.getByText("Buy milk", { exact: true }).waitFor();
      await mine.waitForFunction(() => "isLive" in globalThis);
      const socket = await live;
      await mine.route("**/api/todos**", (route) => route.abort("failed"));
      await mine.getByRole("checkbox", { name: "Buy milk" }).click();
      await mine.getByText("No connection.").waitFor();
      const answered = mine.waitForResponse((response) => response.url().includes("/api/todos") && response.ok());
      await mine.unroute("**/api/todos**");
      await answered;
      await mine.getByText("No connection.").waitFor({ state: "detached" });
      assert.equal(socket.isClosed(), false);
    } finally {
      await mine.close();
    }
  });
});
