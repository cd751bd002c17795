// The states in which person and agent meet, and those in which something failed, light and dark, on a desktop and on a phone: each
// is reached once, by real pages and agents, and then looked at in each way. axe-core finds nothing, nothing sticks out, and there is
// a picture of each, in tests/out/screenshots/pages.

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import type { Browser, Page } from "playwright-core";

import { authorized, codeGrant, redeem } from "../harness/agent.ts";
import { axe } from "../harness/axe.ts";
import { launch } from "../harness/chromium.ts";
import { eventually } from "../harness/eventually.ts";
import { callTool } from "../harness/mcp.ts";
import { out } from "../harness/paths.ts";
import { embedded } from "../harness/shared.ts";
import { World, type Scene } from "../harness/together/world.ts";

const SCREENSHOTS = join(out, "screenshots", "pages");
const WIDTHS = { desktop: { width: 1280, height: 860 }, phone: { width: 390, height: 844 } } as const;

const LONG = "Ask Ines whether the cabin is free in the second week of January, and if not, which week would do";

type State = {
  todos?: readonly string[];
  /** Resolves when the state is there. */
  reach: (scene: Scene) => Promise<unknown>;
};

describe("The pages where person and agent meet", { concurrency: 3 }, () => {
  let origin: string;
  let browser: Browser;
  before(async () => {
    mkdirSync(SCREENSHOTS, { recursive: true });
    origin = (await embedded()).origin;
    browser = await launch();
  });
  after(() => browser?.close());

  const composer = (page: Page) => page.getByRole("textbox", { name: "New todo" });
  const toSettings = async (page: Page) => {
    await page.getByRole("button", { name: /^Account/ }).click();
    await page.getByRole("link", { name: "Connected apps" }).click();
  };

  const STATES: Record<string, State> = {
    "together-begun-elsewhere": {
      reach: async ({ page: { page } }) => {
        const other = await page.context().newPage();
        await other.goto(`${origin}/todoapp`);
        await composer(other).fill(LONG);
        await composer(page).fill("Book the night train");
        await other.close();
        await eventually("what the other window left is there", async () => {
          await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
          return (await page.getByText("Begun in another window").count()) > 0 ? true : undefined;
        });
      },
    },
    "together-kept-or-discarded": {
      reach: async ({ world, page, ids: [one = "", two = ""] }) => {
        for (const id of [one, two]) {
          await page.startEdit(id);
          await page.type(id, LONG);
        }
        await world.agents[0].call("markTodoComplete", { todoID: one });
        await world.agents[1].call("deleteTodo", { todoID: two });
        await page.page.getByText("Claude completed this").waitFor();
        await page.page.getByText("ChatGPT deleted this").waitFor();
      },
    },
    "together-two-versions": {
      reach: async ({ world, page, ids: [one = ""] }) => {
        await page.startEdit(one);
        await page.type(one, LONG);
        await page.row(one).getByLabel("Due date").fill("2031-02-03");
        await world.agents[0].call("updateTodo", { todoID: one, todoText: `${LONG}; or ask Tom`, dueOn: "2031-03-04" });
        await page.page.getByRole("button", { name: "Use theirs" }).nth(1).waitFor();
      },
    },
    "together-since-you-last-looked": {
      reach: async ({ world, page: { page }, ids: [one = "", two = "", three = ""] }) => {
        await page.goto("about:blank");
        const [claude, chat] = world.agents;
        await claude.call("markTodoComplete", { todoID: one });
        await claude.call("deleteTodo", { todoID: two });
        for (const text of ["Pack the skis", "Wax the skis", LONG, "Buy chains for the tyres"]) await claude.call("createTodo", { todoText: text });
        await chat.call("updateTodo", { todoID: three, dueOn: "2031-05-06" });
        await page.goto(`${origin}/todoapp`);
        await page.getByRole("region", { name: "Claude", exact: true }).waitFor();
        await page.getByRole("region", { name: "ChatGPT", exact: true }).waitFor();
      },
    },
    "together-burst-undone": {
      reach: async ({ world, page: { page } }) => {
        for (const text of ["Pack the skis", "Wax the skis", LONG, "Buy chains for the tyres"]) await world.agents[0].call("createTodo", { todoText: text });
        await page.getByRole("checkbox", { name: "Buy chains for the tyres" }).waitFor();
        await page.getByRole("button", { name: "Undo all 4" }).click();
        await page.getByRole("status").getByRole("button", { name: "Redo" }).focus();
      },
    },
    "together-connected": {
      reach: async ({ world, page: { page } }) => {
        const read = page.waitForResponse((response) => response.url().includes("connected_apps") && response.ok());
        await page.getByRole("button", { name: "Connect an agent" }).first().click();
        await read;
        const grant = await authorized(world.ada, {}, { client_name: "Claude Code on the desk" });
        const { access_token } = (await redeem(grant.server, codeGrant(grant))).json;
        await callTool(origin, access_token, "createTodo", { todoText: LONG });
        await page.getByRole("dialog").getByRole("status").getByText("It works").waitFor();
      },
    },
    "together-earlier-changes": {
      reach: async ({ page, ids: [one = ""] }) => {
        await page.link("down");
        await page.add("Written before the weekend");
        await page.toggle(one);
        await page.page.getByText("Not saved.").waitFor();
        await page.crash((closed) =>
          closed.evaluate(() => {
            for (const [name, value] of Object.entries(localStorage)) {
              if (name.endsWith(".commands")) localStorage.setItem(name, JSON.stringify(JSON.parse(value).map((given: { at: number }) => ({ ...given, at: given.at - 48 * 3_600_000 }))));
            }
          }),
        );
        await page.link("up");
        await page.page.getByRole("group").filter({ hasText: "more than a day ago" }).waitFor();
      },
    },
    "together-offline": {
      reach: async ({ page, ids: [one = "", two = ""] }) => {
        await page.link("down");
        await page.toggle(one);
        await page.remove(two);
        await page.add("Written on a train");
        await page.page.getByText("Not saved.").waitFor();
        await page.page.getByText("Not saved as completed.").waitFor();
      },
    },
    "together-failed-off-screen": {
      todos: Array.from({ length: 40 }, (_, number) => `Call number ${number}`),
      reach: async ({ page, ids: [one = ""] }) => {
        await page.link("stuck");
        await page.toggle(one);
        await page.page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
        await page.link("down");
        await page.page.getByRole("status").getByRole("button", { name: "Show" }).focus();
      },
    },
    "together-who-and-when": {
      reach: async ({ world, page, ids: [one = ""] }) => {
        await world.agents[0].call("updateTodo", { todoID: one, todoText: LONG, dueOn: "2031-02-03" });
        await page.page.getByRole("checkbox", { name: LONG }).waitFor();
        await page.startEdit(one);
        await page.page.getByText("Last changed by Claude").waitFor();
      },
    },
    "together-history": {
      reach: async ({ world, page: { page }, ids: [one = "", two = ""] }) => {
        await world.agents[0].call("updateTodo", { todoID: one, todoText: LONG });
        await world.agents[0].call("updateTodo", { todoID: one, dueOn: "2031-02-03" });
        await world.agents[1].call("deleteTodo", { todoID: two });
        await page.getByRole("button", { name: "History" }).click();
        await page.getByRole("dialog", { name: "History" }).getByText("deleted").waitFor();
      },
    },
    "together-empty": { todos: [], reach: ({ page: { page } }) => page.getByText("Nothing to do").waitFor() },
    "together-part-missing": {
      reach: async ({ page: { page } }) => {
        await page.route(/\/assets\/settings-page/, (route) => route.fulfill({ status: 404, body: "" }));
        const loaded = page.waitForEvent("load");
        await toSettings(page);
        // It may be that there is a newer version: the page is loaded again, once.
        await loaded;
        await page.getByRole("heading", { name: "Something went wrong" }).waitFor();
      },
    },
    "together-panel-missing": {
      reach: async ({ page: { page } }) => {
        await page.route(/\/assets\/history/, (route) => route.fulfill({ status: 404, body: "" }));
        const loaded = page.waitForEvent("load");
        await page.getByRole("button", { name: "History" }).click();
        await loaded;
        await page.getByRole("button", { name: "History" }).click();
        await page.getByRole("dialog", { name: "History" }).getByRole("alert").waitFor();
      },
    },
    "together-session-ended": {
      reach: async ({ world, page }) => {
        await composer(page.page).fill("Half of a sentence");
        await page.endSession();
        await world.agents[0].call("createTodo", { todoText: "Something else" });
        await page.page.getByRole("heading", { name: "Your session has ended" }).waitFor();
      },
    },
  };

  for (const [name, { todos = ["Call the dentist", "Water the plants", "Send the invoice"], reach }] of Object.entries(STATES)) {
    test(name, async () => {
      await World.scene(browser, origin, todos, async (scene) => {
        await scene.page.page.setViewportSize(WIDTHS.desktop);
        await reach(scene);
        const { page } = scene.page;
        for (const [device, viewport] of Object.entries(WIDTHS)) {
          await page.setViewportSize(viewport);
          for (const colorScheme of ["light", "dark"] as const) {
            await page.emulateMedia({ colorScheme });
            await page.screenshot({ path: join(SCREENSHOTS, `${name}-${colorScheme}-${device}.png`), animations: "disabled" });
            // Every theme, and every width.
            const isAudited = (colorScheme === "light") === (device === "desktop");
            if (isAudited) assert.deepEqual(await axe(page.mainFrame()), [], `${colorScheme}, ${device}`);
            // Whatever lies over the list for a while, what has to be decided there can be reached.
            if ((await page.locator("dialog[open]").count()) === 0) {
              for (const button of await page.locator("main :is(.editor, .composer, .earlier, .row-problem) button:enabled:visible").all()) {
                await button.click({ trial: true, timeout: 10_000 });
              }
            }
            const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
            assert.ok(beyond <= 0, `${beyond} pixels stick out, ${colorScheme}, ${device}`);
          }
        }
      });
    });
  }
});
