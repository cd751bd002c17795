// The board: the list inside a conversation, in a host built on the official client and the official bridge (MCP Apps), in a real
// browser, in a frame with nothing but scripts allowed.

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import type { Browser, BrowserContext, FrameLocator, Page } from "playwright-core";

import { authorized, codeGrant, connected, redeem } from "../harness/agent.ts";
import { axe as axeIn } from "../harness/axe.ts";
import { launch, watch } from "../harness/chromium.ts";
import { READ } from "../harness/domain.ts";
import { eventually } from "../harness/eventually.ts";
import { send, type Json } from "../harness/http.ts";
import { callTool } from "../harness/mcp.ts";
import { inspector } from "../harness/inspector.ts";
import type { Options } from "../harness/mcp-host/page.ts";
import { serveHost, type HostServer } from "../harness/mcp-host/serve.ts";
import { out } from "../harness/paths.ts";
import { Person } from "../harness/person.ts";
import { embedded } from "../harness/shared.ts";

const SCREENSHOTS = join(out, "screenshots");

/** What a host can do that does all there is for the board. */
const EVERYTHING = { serverTools: {}, serverResources: { listChanged: true }, updateModelContext: { text: {} } };

describe("The board in a conversation", () => {
  let origin: string;
  let browser: Browser;
  let host: HostServer;
  before(async () => {
    mkdirSync(SCREENSHOTS, { recursive: true });
    origin = (await embedded()).origin;
    [browser, host] = await Promise.all([launch(), serveHost()]);
  });
  after(async () => {
    await browser?.close();
    await host?.stop();
  });

  type Setting = Partial<Options> & { width?: number; texts?: string[]; theme?: "light" | "dark"; token?: string; meant?: RegExp; before?: (context: BrowserContext) => Promise<unknown> };
  type Scene = { ada: Person; page: Page; board: FrameLocator; shown: Json };

  /** Ada's list, shown in a host of hers. What the browser complains of fails the test, unless it is `meant`. */
  async function scene({ width = 700, texts = [], theme = "light", meant = /^$/, ...options }: Setting, run: (scene: Scene) => Promise<void>) {
    const ada = await Person.logsIn(origin);
    for (const text of texts) await ada.adds(text);
    const token = options.token ?? (await connected(ada)).access_token;
    await show({ width, theme, meant, ...options, token }, ada, run);
  }

  async function show(setting: Setting & { token: string }, ada: Person, run: (scene: Scene) => Promise<void>) {
    const { width = 700, theme = "light", meant = /^$/, before, ...options } = setting;
    const context = await browser.newContext({ viewport: { width, height: 760 }, colorScheme: theme, deviceScaleFactor: 2 });
    const complaints = await watch(context);
    await before?.(context);
    const page = await context.newPage();
    try {
      await page.goto(host.origin);
      const all: Options = {
        mcpUrl: `${origin}/mcp`,
        sandbox: host.sandbox,
        mode: "legacy",
        tool: "showBoard",
        arguments: {},
        capabilities: EVERYTHING,
        context: { theme, displayMode: "inline", containerDimensions: { width: 600 } },
        ...options,
      };
      const shown = await page.evaluate((all) => window.host.open(all), all);
      const board = page.frameLocator("iframe").frameLocator("iframe");
      await run({ ada, page, board, shown });
      assert.deepEqual(
        complaints.filter((complaint) => !meant.test(complaint)),
        [],
      );
    } catch (error) {
      await page.screenshot({ path: join(SCREENSHOTS, "failed-board.png") });
      throw new Error(`Complaints: ${complaints}`, { cause: error });
    } finally {
      await context.close();
    }
  }

  const box = (board: FrameLocator, name: string) => board.getByRole("checkbox", { name, exact: true });
  const add = async (board: FrameLocator, text: string) => {
    await board.getByRole("textbox", { name: "New todo" }).fill(text);
    await board.getByRole("button", { name: "Add" }).click();
    await box(board, text).waitFor();
  };
  const list = async (ada: Person) => (await ada.todos()).map(({ text, completed }) => `${completed ? "x" : "-"} ${text}`);
  /** Waits until what is asserted holds. */
  const soon = (what: string, holds: () => Promise<void>) => eventually(what, () => holds().then(() => true));
  const becomes = (ada: Person, wanted: string[]) => soon(`the list is ${wanted}`, async () => assert.deepEqual(await list(ada), wanted));
  const calls = (page: Page) => page.evaluate(() => window.host.calls);

  /** What axe-core finds wrong with the board as it is. */
  function axe(page: Page): Promise<string[]> {
    const frame = page.frame({ name: "app" });
    assert.ok(frame);
    return axeIn(frame);
  }

  test("the server says what the extension wants said", async () => {
    await scene({ texts: ["Buy milk"] }, async ({ board, shown: { tool, resource, contents, extensions } }) => {
      await box(board, "Buy milk").waitFor();
      assert.deepEqual(extensions["io.modelcontextprotocol/ui"], { mimeTypes: ["text/html;profile=mcp-app"] });
      assert.deepEqual(tool._meta, { ui: { resourceUri: resource.uri }, "ui/resourceUri": resource.uri });
      assert.match(resource.uri, /^ui:\/\//);
      assert.equal(resource.mimeType, "text/html;profile=mcp-app");
      assert.equal(contents.mimeType, resource.mimeType);
      assert.deepEqual(contents._meta, { ui: { prefersBorder: true } }, "it needs nothing from elsewhere");
      assert.match(contents.text, /^<!doctype html>/i);
      assert.doesNotMatch(contents.text, /<(?:script|link|img)[^>]+(?:src|href)=/, "all in one piece");
    });
    assert.equal((await send(`${origin}/mcp/board`)).status, 404, "it is no page of this origin");
  });

  test("the Inspector finds the board, and nothing in it that a host should mind", async () => {
    const { access_token } = await connected(await Person.logsIn(origin));
    for (const era of ["legacy", "modern"]) {
      const probe = (tool: string) =>
        inspector(`${origin}/mcp`, era, access_token, "tools/call", "--tool-name", tool, "--app-info", "--advertise-apps");
      const { appInfo } = await probe("showBoard");
      assert.deepEqual(appInfo, {
        toolName: "showBoard",
        hasApp: true,
        resourceUri: "ui://todo-service/board",
        resourceMimeType: "text/html;profile=mcp-app",
        prefersBorder: true,
      });
      for (const tool of ["createTodo", "listTodos"]) await assert.rejects(probe(tool), { code: 2 }, `${tool} has no app`);
    }
  });

  test("what is done in the board is done to the list, and undone", async () => {
    await scene({ texts: ["Buy milk", "Call mum"] }, async ({ ada, page, board }) => {
      await box(board, "Buy milk").waitFor();
      await box(board, "Buy milk").check();
      await becomes(ada, ["- Call mum", "x Buy milk"]);
      await board.getByRole("button", { name: /^Completed/ }).waitFor();
      await soon("the model is told", async () => {
        const [told] = await page.evaluate(() => window.host.told);
        assert.match(told ?? "", /^In the board, the user themselves did this to the TODO list:\nCompleted “Buy milk” \(id \w+\)\. Change 3\./);
      });
      await board.getByRole("button", { name: "Undo" }).click();
      await becomes(ada, ["- Buy milk", "- Call mum"]);
      await board.locator("[data-completed]").waitFor({ state: "detached" });

      await add(board, "Water the plants");
      await becomes(ada, ["- Buy milk", "- Call mum", "- Water the plants"]);
      await box(board, "Call mum").hover();
      await board.getByRole("button", { name: "Delete: Call mum" }).click();
      await becomes(ada, ["- Buy milk", "- Water the plants"]);
      await board.getByRole("status").getByRole("button", { name: "Undo" }).click();
      await becomes(ada, ["- Buy milk", "- Call mum", "- Water the plants"]);
      await box(board, "Call mum").waitFor();

      await board.getByText("Buy milk", { exact: true }).dblclick();
      await board.getByRole("textbox", { name: "Text" }).fill("Buy oat milk");
      await board.getByLabel("Due date").fill("2030-05-06");
      await board.getByRole("button", { name: "Save" }).click();
      await board.locator("time", { hasText: "2030" }).waitFor();
      await becomes(ada, ["- Buy oat milk", "- Call mum", "- Water the plants"]);

      await box(board, "Call mum").check();
      await becomes(ada, ["- Buy oat milk", "- Water the plants", "x Call mum"]);
      await box(board, "Call mum").uncheck();
      await becomes(ada, ["- Buy oat milk", "- Call mum", "- Water the plants"]);
      const { by } = (await ada.rest("GET", "/api/history")).json.changes[0];
      assert.equal(by.name, "Ada’s agent", "the person sees through whom it was done");
      assert.deepEqual(await page.evaluate(() => window.host.teardown()), {});
    });
  });

  for (const mode of ["legacy", { pin: "2026-07-28" }] as const)
    test(`what is done elsewhere shows up as it happens (${typeof mode === "string" ? "2025-11-25" : mode.pin})`, async () => {
      await scene({ texts: ["Buy milk"], mode }, async ({ ada, board }) => {
        await box(board, "Buy milk").waitFor();
        const todo = await ada.adds("Call mum");
        await box(board, "Call mum").waitFor();
        assert.equal((await ada.rest("POST", `/api/todos/${todo.id}/complete`)).status, 200);
        await board.locator("[data-completed]", { hasText: "Call mum" }).waitFor();
        await box(board, "Buy milk").check();
        await becomes(ada, ["x Buy milk", "x Call mum"]);
      });
    });

  test("where the host passes nothing on, the board looks for itself when somebody comes back to it", async () => {
    const before = (context: BrowserContext) => context.addInitScript("setInterval = () => 0");
    // Without a clock it does not look by itself.
    await scene({ texts: ["Buy milk"], capabilities: { serverTools: {} }, before }, async ({ ada, page, board }) => {
      await box(board, "Buy milk").waitFor();
      await ada.adds("Call mum");
      await page.getByText("Here is your list.").click();
      await board.getByRole("heading", { name: "Todos" }).click();
      await box(board, "Call mum").waitFor();
    });
  });

  test("a host that refuses a call: nothing is shown as done that is not, and the reason is said", async () => {
    await scene({ texts: ["Buy milk"] }, async ({ ada, page, board }) => {
      await box(board, "Buy milk").waitFor();
      await page.evaluate(() => window.host.refuse("markTodoComplete", "You said no."));
      await box(board, "Buy milk").click();
      await board.getByRole("status").filter({ hasText: "‘Buy milk’ was not completed. It was refused: You said no." }).waitFor();
      assert.equal(await box(board, "Buy milk").isChecked(), false);
      assert.deepEqual(await list(ada), ["- Buy milk"]);

      await page.evaluate(() => window.host.refuse("createTodo", "You said no."));
      await board.getByRole("textbox", { name: "New todo" }).fill("Call mum");
      await board.getByRole("button", { name: "Add" }).click();
      await board.getByText("Not saved. It was refused: You said no.").waitFor();
      await page.evaluate(() => window.host.refuse("createTodo"));
      await board.locator(".row-problem").getByRole("button", { name: "Try again" }).click();
      await box(board, "Call mum").waitFor();
      await becomes(ada, ["- Buy milk", "- Call mum"]);
    });
  });

  test("a tool that refuses: the board says why, in the tool’s words, and shows the list as it is", async () => {
    await scene({ texts: ["Buy milk"], capabilities: { serverTools: {} } }, async ({ ada, board }) => {
      await box(board, "Buy milk").check();
      await becomes(ada, ["x Buy milk"]);
      const [{ id }] = (await ada.todos()) as [Json];
      assert.equal((await ada.rest("PATCH", `/api/todos/${id}`, { text: "Buy oat milk" })).status, 200);
      await board.getByRole("button", { name: "Undo" }).click();
      // In the tool's words, or, where the board has heard of the change by then, by whom it was.
      await board.getByRole("status").filter({ hasText: /^Not undone\. .*changed/ }).waitFor();
      await box(board, "Buy oat milk").waitFor();
      assert.deepEqual(await list(ada), ["x Buy oat milk"]);
    });
  });

  test("an agent that may only read: the board shows the list, and takes back what it may not do", async () => {
    const ada = await Person.logsIn(origin);
    await ada.adds("Buy milk");
    const grant = await authorized(ada, { scopes: ["openid", READ] });
    const { access_token: token } = (await redeem(grant.server, codeGrant(grant))).json;
    await show({ token, meant: /403/ }, ada, async ({ board }) => {
      await box(board, "Buy milk").click();
      await board.getByRole("status").filter({ hasText: "‘Buy milk’ was not completed." }).waitFor();
      assert.equal(await box(board, "Buy milk").isChecked(), false);
      assert.deepEqual(await list(ada), ["- Buy milk"]);
    });
  });

  test("a host that passes no calls on shows what was found, and the board says that it can do no more", async () => {
    const texts = ["Buy milk", ...Array.from({ length: 50 }, (_, number) => `Todo ${number}`)];
    await scene({ texts, capabilities: {} }, async ({ ada, page, board }) => {
      await box(board, "Buy milk").waitFor();
      await board.getByText("And 1 more").waitFor();
      await board.getByText(`${origin}/todoapp`, { exact: true }).waitFor();
      assert.equal(await board.getByRole("button", { name: "Open the page" }).count(), 0, "this host opens nothing");
      await box(board, "Buy milk").click();
      await board.getByRole("status").filter({ hasText: "Here the list can only be looked at." }).waitFor();
      assert.equal(await box(board, "Buy milk").isChecked(), false);
      assert.deepEqual(await calls(page), []);
      assert.ok((await list(ada)).includes("- Buy milk"));
    });
  });

  /** Another agent of the same person. */
  async function claude(ada: Person): Promise<(name: string, args: Json) => Promise<Json>> {
    const grant = await authorized(ada, {}, { client_name: "Claude" });
    const { access_token } = (await redeem(grant.server, codeGrant(grant))).json;
    return async (name, args) => (await callTool(origin, access_token, name, args)).structuredContent;
  }

  test("what another agent does meanwhile takes nothing that was typed, and both versions of a text are shown", async () => {
    await scene({ texts: ["first", "second"] }, async ({ ada, page, board }) => {
      await box(board, "second").waitFor();
      const agent = await claude(ada);
      const [one, two] = await ada.todos();
      const edit = async (text: string, to: string) => {
        await board.getByRole("button", { name: `Edit: ${text}` }).dispatchEvent("click");
        await board.getByRole("textbox", { name: "Text" }).fill(to);
      };
      await edit("first", "first, with care");
      await agent("deleteTodo", { todoID: one?.["id"] });
      await board.getByText("Claude deleted this.").waitFor();
      assert.equal(await board.getByRole("textbox", { name: "Text" }).inputValue(), "first, with care");
      await board.getByRole("button", { name: "Keep as a new todo" }).click();
      await becomes(ada, ["- second", "- first, with care"]);
      await edit("second", "second, mine");
      await agent("updateTodo", { todoID: two?.["id"], todoText: "second, theirs" });
      const versions = board.getByRole("alert").filter({ hasText: "From Claude" });
      await versions.waitFor();
      assert.deepEqual(await versions.locator(".version-value").allTextContents(), ["second, mine", "second, theirs"]);
      assert.deepEqual(await axe(page), []);
      await page.screenshot({ path: join(SCREENSHOTS, "board-two-versions.png") });
      await versions.getByRole("button", { name: "Keep mine" }).click();
      await board.getByRole("button", { name: "Save", exact: true }).click();
      await becomes(ada, ["- second, mine", "- first, with care"]);
    });
  });

  test("Undo in the board is the user’s own, and what another agent did stands on its card", async () => {
    await scene({ texts: ["first"] }, async ({ ada, board }) => {
      await box(board, "first").waitFor();
      const agent = await claude(ada);
      await add(board, "by hand");
      await agent("createTodo", { todoText: "by Claude" });
      const card = board.getByRole("region", { name: "Claude" });
      await card.getByText("added ‘by Claude’").first().waitFor();
      await board.getByRole("button", { name: "Undo", exact: true }).first().click();
      await becomes(ada, ["- first", "- by Claude"]);
      await card.getByRole("button", { name: "Undo" }).click();
      await becomes(ada, ["- first"]);
    });
  });

  test("where the board shows a part it leads to the page, which shows all", async () => {
    const texts = Array.from({ length: 51 }, (_, number) => `Todo ${number}`);
    await scene({ texts, capabilities: { openLinks: {} } }, async ({ page, board }) => {
      await board.getByRole("button", { name: "Open the page" }).click();
      await soon("the host was asked", async () => assert.deepEqual(await page.evaluate(() => window.host.opened), [`${origin}/todoapp`]));
      assert.deepEqual(await axe(page), []);
    });
  });

  test("a text that looks like a page is a text", async () => {
    const text = '<img src="https://evil.example/x" onerror="alert(1)"><script>alert(2)</script>';
    await scene({ texts: [text] }, async ({ page, board }) => {
      page.on("dialog", () => assert.fail("a text has done something"));
      await board.getByText(text, { exact: true }).waitFor();
      assert.equal(await board.locator(".rows img, .rows script").count(), 0);
    });
  });

  test("a text from right to left reads from right to left, and its neighbours do not", async () => {
    await scene({ texts: ["לקנות חלב, 2 ליטר!", "Buy milk"] }, async ({ board }) => {
      const direction = (text: string) => board.getByText(text, { exact: true }).evaluate((node) => getComputedStyle(node).direction);
      assert.equal(await direction("לקנות חלב, 2 ליטר!"), "rtl");
      assert.equal(await direction("Buy milk"), "ltr");
      await board.getByRole("textbox", { name: "New todo" }).fill("שלום");
      assert.equal(await board.getByRole("textbox", { name: "New todo" }).evaluate((node) => getComputedStyle(node).direction), "rtl");
    });
  });

  test("a long list is read in parts that belong together", async () => {
    await scene({}, async ({ ada, page, board }) => {
      await board.getByText("Nothing to do").waitFor();
      const texts = Array.from({ length: 230 }, (_, number) => `Todo ${number}`);
      for (let at = 0; at < texts.length; at += 23) await Promise.all(texts.slice(at, at + 23).map((text) => ada.adds(text)));
      await board.getByText("230 open").waitFor();
      // Of so long a list is drawn what the frame has room for; the host makes it as high as the list a moment later.
      await soon("every row is drawn", async () => assert.equal(await board.locator("[data-row]").count(), 230));
      assert.ok((await calls(page)).every((name) => ["listTodos", "listHistory", "showBoard"].includes(name)));
    });
  });

  for (const theme of ["light", "dark"] as const)
    test(`in a ${theme} host: beautiful to look at, open to everybody`, async () => {
      const texts = ["Renew the passport", "Book the train to Lisbon", "Ask Jo about the garden fence", "Water the plants", "Pay the electricity bill"];
      await scene({ texts, theme }, async ({ ada, page, board }) => {
        const [passport, train, fence, plants, bill] = (await ada.todos()) as [Json, Json, Json, Json, Json];
        const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
        for (const [{ id }, dueOn] of [[passport, day(-2)], [train, day(0)], [fence, day(9)]] as const)
          assert.equal((await ada.rest("PATCH", `/api/todos/${id}`, { dueOn })).status, 200);
        for (const { id } of [plants, bill]) assert.equal((await ada.rest("POST", `/api/todos/${id}/complete`)).status, 200);
        await board.getByRole("button", { name: "Completed 2" }).waitFor();
        await board.locator("time").nth(2).waitFor();
        assert.deepEqual(await axe(page), []);
        await page.screenshot({ path: join(SCREENSHOTS, `board-${theme}.png`) });

        const ground = () => page.frame({ name: "app" })!.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
        const before = await ground();
        const other = theme === "light" ? "dark" : "light";
        await page.evaluate((other) => window.host.context({ theme: other as "dark" }), other);
        await soon("the theme is another", async () => assert.notEqual(await ground(), before));
        assert.deepEqual(await axe(page), []);
      });
    });

  test("dressed in the host’s colours, with its edges kept free", async () => {
    const variables = {
      "--color-background-primary": "light-dark(#fff8ef, #22190f)",
      "--color-background-secondary": "light-dark(#f6eadb, #2d2216)",
      "--color-text-primary": "light-dark(#2b1d0c, #f6ead9)",
      "--color-text-secondary": "light-dark(#6b5335, #c9b18f)",
      "--font-sans": "Georgia, serif",
      "--border-radius-md": "2px",
    };
    const context = { theme: "light", styles: { variables }, safeAreaInsets: { top: 0, right: 30, bottom: 40, left: 30 } };
    await scene({ texts: ["Buy milk"], context }, async ({ page, board }) => {
      await box(board, "Buy milk").waitFor();
      const look = await page.frame({ name: "app" })!.evaluate(() => ({
        ground: getComputedStyle(document.documentElement).backgroundColor,
        font: getComputedStyle(document.body).fontFamily,
        bottom: getComputedStyle(document.querySelector(".board")!).paddingBottom,
      }));
      assert.deepEqual(look, { ground: "rgb(255, 248, 239)", font: "Georgia, serif", bottom: "48px" });
      assert.deepEqual(await axe(page), []);
      await page.screenshot({ path: join(SCREENSHOTS, "board-host-colours.png") });
    });
  });

  test("on a phone: nothing sticks out, the frame is as high as the list, notices cover nothing", async () => {
    const long = "A todo whose text is so long that it cannot possibly stand on a single line of a phone, Donaudampfschifffahrtsgesellschaft included";
    await scene({ width: 340, texts: ["Buy milk", long] }, async ({ page, board }) => {
      await box(board, long).waitFor();
      const sizes = () =>
        page.frame({ name: "app" })!.evaluate(() => ({
          width: document.documentElement.scrollWidth - innerWidth,
          height: document.documentElement.scrollHeight - innerHeight,
        }));
      await soon("the frame fits", async () => assert.deepEqual(await sizes(), { width: 0, height: 0 }));
      await board.getByRole("button", { name: "Delete: Buy milk" }).click();
      const notice = await board.locator(".notice").boundingBox();
      const completed = await board.locator(".composer").boundingBox();
      assert.ok(notice && completed && notice.y >= completed.y + completed.height - 1, "the notice stands below the field");
      assert.deepEqual(await axe(page), []);
      await page.screenshot({ path: join(SCREENSHOTS, "board-phone.png") });
      await soon("the frame fits", async () => assert.deepEqual(await sizes(), { width: 0, height: 0 }));
    });
  });
});
