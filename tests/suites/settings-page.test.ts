// The page of connected apps, in a browser: what it shows, and that disconnecting there puts an app out.

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import type { Browser, Page } from "playwright-core";

import { authorized, codeGrant, connected, redeem } from "../harness/agent.ts";
import { launch, watch } from "../harness/chromium.ts";
import { READ } from "../harness/domain.ts";
import { callTool, readList } from "../harness/mcp.ts";
import { out } from "../harness/paths.ts";
import { Person } from "../harness/person.ts";
import { embedded } from "../harness/shared.ts";

const SCREENSHOTS = join(out, "screenshots");

describe("The page of connected apps", () => {
  let origin: string;
  let browser: Browser;
  before(async () => {
    mkdirSync(SCREENSHOTS, { recursive: true });
    origin = (await embedded()).origin;
    browser = await launch();
  });
  after(() => browser?.close());

  /** The page of somebody who is logged in; it must keep quiet and stay on this machine. */
  async function at(person: Person, path: string, run: (page: Page) => Promise<void>, dark = false): Promise<void> {
    const context = await browser.newContext({
      viewport: { width: 900, height: 700 },
      colorScheme: dark ? "dark" : "light",
    });
    await context.addCookies([
      { name: "stytch_session", value: person.sessionToken, url: origin },
      { name: "stytch_session_jwt", value: person.sessionJwt, url: origin },
    ]);
    const complaints = await watch(context);
    try {
      const page = await context.newPage();
      await page.goto(`${origin}${path}`);
      await run(page);
    } finally {
      await context.close();
    }
    assert.deepEqual(complaints, []);
  }

  test("it is one step from the list, and says what each app may do, since when, and when it last called", async () => {
    const ada = await Person.logsIn(origin);
    const { access_token } = await connected(ada);
    await callTool(origin, access_token, "listTodos", {});
    const reader = await authorized(ada, { scopes: [READ] }, { client_name: "A reader" });
    await redeem(reader.server, codeGrant(reader));
    await at(ada, "/todoapp", async (page) => {
      await page.getByRole("button", { name: /^Account/ }).click();
      await page.getByRole("link", { name: "Connected apps" }).click();
      await page.waitForURL(`${origin}/settings`);
      const row = (name: string) => page.getByRole("listitem").filter({ has: page.getByRole("heading", { name }) });
      await row("Ada’s agent").getByText("See, add, complete and delete your todos").waitFor();
      await row("Ada’s agent").getByText("Connected just now · last used just now").waitFor();
      await row("A reader").getByText("See your todos", { exact: true }).waitFor();
      await row("A reader").getByText("Connected just now · not used yet").waitFor();
      assert.equal(await row("A reader").getByText("add, complete").count(), 0);
      await page.screenshot({ path: join(SCREENSHOTS, "6-connected-apps.png") });
      await page.getByRole("link", { name: "Back to the list" }).click();
      await page.waitForURL(`${origin}/todoapp`);
    });
  });

  test("disconnecting asks once; then the app is gone from the page, and its next call is refused", async () => {
    const ada = await Person.logsIn(origin);
    const { access_token } = await connected(ada);
    await at(
      ada,
      "/settings",
      async (page) => {
        await page.getByRole("button", { name: "Disconnect Ada’s agent" }).click();
        const question = page.getByRole("group", { name: "Disconnect Ada’s agent?" });
        await page.screenshot({ path: join(SCREENSHOTS, "7-disconnect.png") });
        await question.getByRole("button", { name: "Keep" }).click();
        await question.waitFor({ state: "detached" });
        assert.equal((await readList(origin, access_token)).status, 200);

        await page.getByRole("button", { name: "Disconnect Ada’s agent" }).click();
        await question.getByRole("button", { name: "Disconnect" }).click();
        await page.getByText("Nothing is connected").waitFor();
        assert.equal((await readList(origin, access_token)).status, 401);
      },
      true,
    );
  });

  test("without a session it leads to the login, and back", async () => {
    const context = await browser.newContext();
    try {
      const page = await context.newPage();
      await page.goto(`${origin}/settings`);
      await page.waitForURL(`${origin}/login?**`);
      assert.match(page.url(), /settings/);
    } finally {
      await context.close();
    }
  });
});
