// What all of this is for, in a real browser and with an unmodified client: a person logs in and adds a todo; an agent asks
// to be let in; the person says yes; the agent adds a todo; the person sees it.

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import type { Browser, BrowserContext, Page } from "playwright-core";

import { launch, watch } from "../harness/chromium.ts";
import type { Json } from "../harness/http.ts";
import { connect } from "../harness/official-client.ts";
import { out } from "../harness/paths.ts";
import { someEmail } from "../harness/person.ts";
import { embedded } from "../harness/shared.ts";

const SCREENSHOTS = join(out, "screenshots");

describe("The journey", () => {
  let origin: string;
  let browser: Browser;
  before(async () => {
    mkdirSync(SCREENSHOTS, { recursive: true });
    origin = (await embedded()).origin;
    browser = await launch();
  });
  after(() => browser?.close());

  /** A fresh browser profile, whose every page must keep quiet and stay on this machine. */
  async function fresh(run: (context: BrowserContext) => Promise<void>): Promise<void> {
    const context = await browser.newContext({ viewport: { width: 1100, height: 800 } });
    const complaints = await watch(context);
    try {
      await run(context);
    } catch (error) {
      for (const [index, page] of context.pages().entries()) await shot(page, `failed-${index}`);
      throw new Error(`At ${context.pages().map((page) => page.url())}. Complaints: ${complaints}`, { cause: error });
    } finally {
      await context.close();
    }
    assert.deepEqual(complaints, []);
  }

  const shot = (page: Page, name: string) => page.screenshot({ path: join(SCREENSHOTS, `${name}.png`) });

  /** Logs in at the page that is open; the code is in the mailbox, which the page links to. */
  async function logIn(page: Page, email: string): Promise<void> {
    await page.getByRole("textbox").first().fill(email);
    await shot(page, "1-login");
    await page.getByRole("button", { name: "Continue with e-mail" }).click();
    await page.getByText("Enter the code").waitFor();
    const opened = page.waitForEvent("popup");
    await page.getByRole("link", { name: "the mailbox" }).click();
    const mailbox = await opened;
    const code = await mailbox.getByRole("listitem").filter({ hasText: email }).getByRole("button").textContent();
    assert.match(code ?? "", /^\d{6}$/);
    await mailbox.close();
    // The field has the focus already.
    await page.keyboard.type(String(code));
  }

  test("log in with a mailed code, add a todo, connect an agent, see what it adds", async () => {
    await fresh(async (context) => {
      const page = await context.newPage();
      await page.goto(`${origin}/`);
      await page.waitForURL(`${origin}/login`);
      await logIn(page, "ada@example.com");

      await page.waitForURL(`${origin}/todoapp`);
      await page.getByText("Nothing to do").waitFor();
      await page.getByRole("textbox", { name: "New todo" }).fill("Plan the week");
      await page.keyboard.press("Enter");
      await page.getByRole("checkbox", { name: "Plan the week" }).waitFor();
      await shot(page, "2-first-todo");

      const { client } = await connect(`${origin}/mcp`, "Journey’s agent", async (url) => {
        const consent = await context.newPage();
        await consent.goto(String(url));
        await consent.getByText("Journey’s agent").first().waitFor();
        await consent.getByText("127.0.0.1").first().waitFor();
        await shot(consent, "3-consent");
        await consent.getByRole("button", { name: "Allow", exact: true }).click();
        await consent.getByRole("heading", { name: "You can go back to your agent." }).waitFor();
        await consent.close();
      });
      await client.callTool({ name: "createTodo", arguments: { todoText: "Book the train, says the agent" } });

      // The page was not touched since: it finds out by itself.
      await page.getByRole("checkbox", { name: "Book the train, says the agent" }).waitFor();
      await shot(page, "4-what-the-agent-added");

      await page.getByRole("checkbox", { name: "Book the train, says the agent" }).click();
      await page.getByRole("button", { name: /Completed/ }).waitFor();
      await page.getByRole("button", { name: "Delete: Plan the week" }).click();
      await page.getByRole("checkbox", { name: "Plan the week" }).waitFor({ state: "detached" });
      const { structuredContent } = (await client.callTool({ name: "listTodos", arguments: {} })) as Json;
      assert.deepEqual(
        structuredContent.todos.map(({ text, completed }: Json) => ({ text, completed })),
        [{ text: "Book the train, says the agent", completed: true }],
      );
      await client.close();

      await page.reload();
      await page.getByRole("checkbox", { name: "Book the train, says the agent" }).waitFor();
      await page.getByRole("button", { name: /^Account/ }).click();
      await page.getByRole("button", { name: "Log out" }).click();
      await page.waitForURL(`${origin}/login`);
    });
  });

  test("an agent that comes first: the person logs in on the way to consent, and may say no", async () => {
    await fresh(async (context) => {
      const refused = connect(`${origin}/mcp`, "Hasty agent", async (url) => {
        const page = await context.newPage();
        await page.goto(String(url));
        await page.waitForURL(`${origin}/login?**`);
        await logIn(page, someEmail());
        await page.waitForURL(`${origin}/oauth/authorize?**`);
        await page.getByText("Hasty agent").first().waitFor();
        await page.getByRole("button", { name: "Don’t allow" }).click();
        await page.getByRole("heading", { name: "You can go back to your agent." }).waitFor();
      });
      await assert.rejects(refused, /access_denied/);
    });
  });

  test("the panel shows the address that an agent needs", async () => {
    await fresh(async (context) => {
      const page = await context.newPage();
      await page.goto(`${origin}/login`);
      await logIn(page, someEmail());
      await page.waitForURL(`${origin}/todoapp`);
      await page.getByRole("button", { name: "Connect an agent" }).first().click();
      const panel = page.getByRole("dialog", { name: "Connect an agent" });
      await panel.getByText(`${origin}/mcp`).first().waitFor();
      for (const host of ["Claude", "ChatGPT", "Cursor", "VS Code", "Inspector"])
        await panel.getByRole("tab", { name: host }).first().waitFor();
      await shot(page, "5-connect");
    });
  });
});
