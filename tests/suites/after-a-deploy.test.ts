// A tab that was open while a new version was deployed, and addresses at which there is nothing: a file that is missing is
// missing, and never the page under another name.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

import type { Browser, BrowserContext, Page } from "playwright-core";

import { axe } from "../harness/axe.ts";
import { launch } from "../harness/chromium.ts";
import { eventually } from "../harness/eventually.ts";
import { send } from "../harness/http.ts";
import { Person } from "../harness/person.ts";
import { embedded } from "../harness/shared.ts";

const HTML = { accept: "text/html,application/xhtml+xml,*/*;q=0.8" };

describe("After a deploy", () => {
  let origin: string;
  let browser: Browser;
  before(async () => {
    origin = (await embedded()).origin;
    browser = await launch();
  });
  after(() => browser?.close());

  for (const path of ["/assets/index-of-yesterday.js", "/assets/", "/favicon.ico", "/robots.txt", "/sw.js", "/manifest.webmanifest", "/icons/none.png", "/a/b.css"])
    test(`${path} is not there, and is said not to be`, async () => {
      for (const headers of [{}, HTML]) {
        const answer = await send(`${origin}${path}`, { headers });
        assert.equal(answer.status, 404);
        assert.equal(answer.headers.get("content-type"), "application/problem+json");
        assert.doesNotMatch(answer.headers.get("cache-control") ?? "", /max-age|immutable/);
      }
    });

  for (const path of ["/", "/todoapp", "/settings", "/login", "/authenticate", "/oauth/logout", "/oauth/answered", "/settings/"])
    test(`${path} is the page, with what keeps it safe`, async () => {
      const answer = await send(`${origin}${path}`, { headers: HTML });
      assert.equal(answer.status, 200);
      assert.match(answer.headers.get("content-type") ?? "", /^text\/html/);
      assert.match(answer.headers.get("content-security-policy") ?? "", /default-src 'self'/);
      assert.equal(answer.headers.get("x-frame-options"), "DENY");
      assert.match(answer.text, /<div id="root">/);
      const head = await send(`${origin}${path}`, { method: "HEAD", headers: HTML });
      assert.deepEqual([head.status, head.text], [200, ""]);
    });

  test("an address that nobody knows is 404: the page to a person, a problem to a program", async () => {
    const person = await send(`${origin}/todos`, { headers: HTML });
    assert.equal(person.status, 404);
    assert.match(person.text, /<div id="root">/);
    assert.match(person.headers.get("content-security-policy") ?? "", /default-src 'self'/);
    const program = await send(`${origin}/todos`);
    assert.deepEqual([program.status, program.json.code], [404, "not_found"]);
    const posted = await send(`${origin}/todoapp`, { method: "POST" });
    assert.deepEqual([posted.status, posted.headers.get("allow")], [405, "GET, HEAD"]);
    assert.equal((await send(`${origin}/todos`, { method: "POST", headers: HTML })).status, 404);
  });

  async function opened(run: (page: Page, context: BrowserContext) => Promise<void>): Promise<void> {
    const ada = await Person.logsIn(origin);
    const context = await browser.newContext();
    try {
      await context.addCookies([
        { name: "stytch_session", value: ada.sessionToken, url: origin },
        { name: "stytch_session_jwt", value: ada.sessionJwt, url: origin },
      ]);
      const page = await context.newPage();
      await page.goto(`${origin}/todoapp`);
      await page.getByRole("textbox", { name: "New todo" }).fill("Half of a sentence");
      await run(page, context);
    } finally {
      await context.close();
    }
  }

  const toSettings = async (page: Page) => {
    await page.getByRole("button", { name: /^Account/ }).click();
    await page.getByRole("link", { name: "Connected apps" }).click();
  };

  test("a part of the page that has gone loads the page again, and nothing that was typed is lost", async () => {
    await opened(async (page, context) => {
      let missing = 1;
      await context.route(/\/assets\/settings-page/, (route) =>
        missing-- > 0 ? route.fulfill({ status: 404, contentType: "application/problem+json", body: "{}" }) : route.continue(),
      );
      await toSettings(page);
      await page.getByRole("heading", { name: "Connected apps" }).waitFor();
      assert.ok(missing <= 0);
      await page.getByRole("link", { name: "Back to the list" }).click();
      // What this tab had kept is given back once it is certain that no other tab has it.
      const field = page.getByRole("textbox", { name: "New todo" });
      await eventually("what was typed is there again", async () => ((await field.inputValue()) === "Half of a sentence" ? true : undefined));
    });
  });

  test("a part that cannot be had at all leaves no white page", async () => {
    await opened(async (page, context) => {
      await context.route(/\/assets\/settings-page/, (route) => route.fulfill({ status: 404, body: "" }));
      // It is loaded again once. What is shown until then is the same heading, of a page that is about to go.
      await Promise.all([page.waitForEvent("load"), toSettings(page)]);
      await page.getByRole("heading", { name: "Something went wrong" }).waitFor();
      await context.unroute(/\/assets\/settings-page/);
      await page.getByRole("button", { name: "Load the page again" }).click();
      await page.getByRole("heading", { name: "Connected apps" }).waitFor();
    });
  });

  test("without a connection the page is not thrown away for a part that is missing", async () => {
    await opened(async (page, context) => {
      await page.evaluate(() => ((globalThis as { sameDocument?: boolean }).sameDocument = true));
      await context.setOffline(true);
      await toSettings(page);
      await page.getByRole("heading", { name: "Something went wrong" }).waitFor();
      assert.equal(await page.evaluate(() => (globalThis as { sameDocument?: boolean }).sameDocument), true);
    });
  });

  describe("where Stytch’s SDK cannot be had", () => {
    /** With how often it was asked for by now. */
    const withoutSdk = (run: (page: Page, asked: () => number) => Promise<void>) =>
      opened(async (page, context) => {
        let asked = 0;
        await context.route(/\/assets\/(sdk|make-client)/, (route) => {
          asked += 1;
          return route.abort("connectionfailed");
        });
        // As somebody does for whom it has been loaded again already.
        await page.evaluate(() => sessionStorage.setItem("todos.loaded-again", String(Date.now())));
        await page.reload();
        await page.getByRole("textbox", { name: "New todo" }).waitFor();
        await eventually("it was asked for", async () => (asked > 0 ? true : undefined));
        await run(page, () => asked);
      });
    /** In a second, each of its two files asked for once more, or for the first time. */
    const asksInPeace = async (asked: () => number) => {
      const before = asked();
      await sleep(1_000);
      assert.ok(asked() - before <= 4, `it was asked for ${asked() - before} times in a second`);
    };

    test("the panel to connect an agent has the address all the same, at once", async () => {
      await withoutSdk(async (page, asked) => {
        await page.getByRole("button", { name: "Connect an agent", exact: true }).click();
        await page.getByRole("dialog").getByText(`${origin}/mcp`, { exact: true }).waitFor();
        await asksInPeace(asked);
      });
    });

    test("nobody is logged out, and it is said, each time", async () => {
      await withoutSdk(async (page) => {
        await page.getByRole("button", { name: /^Account/ }).click();
        await page.getByRole("button", { name: "Log out", exact: true }).click();
        await page.getByRole("button", { name: "Log out and discard" }).click();
        const still = page.getByRole("dialog", { name: "You are still logged in" });
        await still.getByText("The server can’t be reached. Check your connection.").waitFor();
        await still.getByRole("button", { name: "Log out and discard" }).click();
        await still.waitFor();
        await still.getByRole("button", { name: "Stay" }).click();
        await still.waitFor({ state: "hidden" });
        assert.equal(await page.getByRole("textbox", { name: "New todo" }).inputValue(), "Half of a sentence");
      });
    });

    test("the connected apps are said not to be there, on a page that is", async () => {
      await withoutSdk(async (page, asked) => {
        await toSettings(page);
        await page.getByRole("heading", { name: "Connected apps" }).waitFor();
        await page.getByRole("alert").getByRole("button", { name: "Load the page again" }).waitFor();
        await asksInPeace(asked);
      });
    });
  });

  test("the connected apps have their page while Stytch’s SDK is on its way, and the focus is in it", async () => {
    await opened(async (page, context) => {
      let letGo: () => void = () => undefined;
      const isLetGo = new Promise<void>((resolve) => (letGo = resolve));
      await context.route(/\/assets\/(sdk|make-client)/, async (route) => {
        await isLetGo;
        await route.continue();
      });
      await page.reload();
      await toSettings(page);
      await page.locator("h1:focus").filter({ hasText: "Connected apps" }).waitFor();
      assert.deepEqual(await axe(page.mainFrame()), []);
      letGo();
      await page.getByText("Nothing is connected").waitFor();
      await page.locator("h1:focus").filter({ hasText: "Connected apps" }).waitFor();
    });
  });

  test("an address that leads nowhere says so, and leads to the list", async () => {
    await opened(async (page) => {
      await page.goto(`${origin}/todos`);
      await page.getByRole("heading", { name: "There is nothing here" }).waitFor();
      await page.getByRole("link", { name: "Go to your list" }).click();
      await page.getByRole("textbox", { name: "New todo" }).waitFor();
    });
  });
});
