// The history as it is read: searched, by whom, what of a text was changed, which date was set, and the way to the todo. Nothing
// collapses while it is open.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import type { Browser, Page } from "playwright-core";

import { axe } from "../harness/axe.ts";
import { launch } from "../harness/chromium.ts";
import { eventually } from "../harness/eventually.ts";
import { embedded } from "../harness/shared.ts";
import { World } from "../harness/together/world.ts";

describe("The history panel", () => {
  let origin: string;
  let browser: Browser;
  before(async () => {
    origin = (await embedded()).origin;
    browser = await launch();
  });
  after(() => browser?.close());

  const scene = (todos: readonly string[], run: (scene: { world: World; page: Page; ids: string[] }) => Promise<void>) =>
    World.scene(browser, origin, todos, ({ page, ...scene }) => run({ ...scene, page: page.page }));

  const open = async (page: Page) => {
    await page.getByRole("button", { name: "History" }).click();
    const panel = page.getByRole("dialog", { name: "History" });
    await panel.getByRole("listitem").first().waitFor();
    return panel;
  };

  test("can be searched, and looked at agent by agent", async () => {
    await scene(["Café im Park", "Buy milk"], async ({ world, page, ids: [cafe = "", milk = ""] }) => {
      await world.agents[0].call("markTodoComplete", { todoID: milk });
      await world.agents[1].call("updateTodo", { todoID: cafe, todoText: "Café im Prater" });
      const panel = await open(page);
      const rows = panel.getByRole("listitem");
      const search = panel.getByRole("searchbox", { name: "Search the history" });
      await search.fill("cafe prater");
      await eventually("one is found", async () => ((await rows.count()) === 1 ? true : undefined));
      await search.fill("");
      await panel.getByRole("combobox", { name: "By whom" }).selectOption({ label: "Claude" });
      await eventually("one is found", async () => ((await rows.count()) === 1 ? true : undefined));
      await rows.getByText("completed ‘Buy milk’").waitFor();
      await search.fill("nothing like it");
      await panel.getByText("Nothing like that has been done.").waitFor();
      assert.deepEqual(await axe(page.mainFrame()), []);
    });
  });

  test("says which date was set, shows what of a text was changed, and leads to the todo", async () => {
    await scene(["Call mum at six", "another"], async ({ world, page, ids: [id = ""] }) => {
      await world.agents[0].call("updateTodo", { todoID: id, todoText: "Call mum at seven" });
      await world.agents[0].call("updateTodo", { todoID: id, dueOn: "2030-05-06" });
      const panel = await open(page);
      await panel.getByText(/set .*6.*2030.* as the due date of/).waitFor();
      const changed = panel.getByRole("listitem").filter({ has: page.locator("del") });
      assert.deepEqual(await changed.locator("del").allTextContents(), ["six"]);
      assert.deepEqual(await changed.locator("ins").allTextContents(), ["seven"]);
      await changed.getByRole("button", { name: "Show" }).click();
      await panel.waitFor({ state: "hidden" });
      await eventually("the todo has the focus", async () =>
        (await page.evaluate(() => document.activeElement?.closest<HTMLElement>("[data-row]")?.dataset["key"])) === id ? true : undefined,
      );
    });
  });

  test("says which date came with a text, of what was changed and of what was added", async () => {
    await scene(["Call mum at six"], async ({ world, page, ids: [id = ""] }) => {
      await page.locator(`[data-key="${id}"] [data-edit]`).dispatchEvent("click");
      await world.agents[0].call("updateTodo", { todoID: id, todoText: "Call mum at seven", dueOn: "2030-05-06" });
      await world.agents[1].call("createTodo", { todoText: "Call dad", dueOn: "2031-06-07" });
      await page.getByText("Claude changed the text and the date.").waitFor();
      const panel = await open(page);
      await panel.getByText(/added ‘Call dad’, due .*2031/).waitFor();
      await panel.getByRole("listitem").filter({ has: page.locator("del") }).getByText(/, due .*2030/).waitFor();
    });
  });

  test("stays as long as it was when more has been done than is read at once", async () => {
    await scene(["one", "two"], async ({ world, page, ids: [one = "", two = ""] }) => {
      const changes = async (id: string, count: number) => {
        for (let change = 0; change < count; change++) await world.ada.rest("PATCH", `/api/todos/${id}`, { text: `${id} ${change}` });
      };
      await changes(one, 110);
      const panel = await open(page);
      const rows = panel.getByRole("listitem");
      await panel.getByRole("button", { name: "Show older" }).click();
      await eventually("all is read", async () => ((await rows.count()) === 112 ? true : undefined));
      await world.pages[0].link("down");
      await changes(two, 105);
      await world.pages[0].link("up");
      await eventually("all is there", async () => ((await rows.count()) === 217 ? true : assert.equal(await rows.count(), 217)));
    });
  });

  test("and the focus stays in it when a change is taken back there", async () => {
    await scene(["one", "two"], async ({ world, page, ids: [one = "", two = ""] }) => {
      for (const todoID of [one, two]) await world.agents[0].call("markTodoComplete", { todoID });
      const panel = await open(page);
      const change = panel.getByRole("listitem").filter({ hasText: "completed ‘one’" });
      await change.getByRole("button", { name: "Undo" }).focus();
      await page.keyboard.press("Enter");
      await change.getByRole("button", { name: "Undo" }).waitFor({ state: "detached" });
      await eventually("the focus is where it was", async () => (await change.getByRole("button", { name: "Show" }).evaluate((show) => show === document.activeElement) ? true : undefined));
    });
  });

  test("leads to a todo that is folded away with what is completed, which can be folded away again", async () => {
    await scene(["done", "open"], async ({ world, page, ids: [done = ""] }) => {
      await world.agents[0].call("markTodoComplete", { todoID: done });
      const fold = page.getByRole("button", { name: /^Completed/ });
      await fold.click();
      const panel = await open(page);
      await panel.getByRole("listitem").filter({ hasText: "completed ‘done’" }).getByRole("button", { name: "Show" }).click();
      await page.locator(`[data-key="${done}"] [data-handle]:focus`).waitFor();
      assert.equal(await fold.getAttribute("aria-expanded"), "true");
      await fold.click();
      await page.locator(`[data-key="${done}"]`).waitFor({ state: "detached" });
      await world.agents[1].call("createTodo", { todoText: "meanwhile" });
      await page.getByRole("checkbox", { name: "meanwhile" }).waitFor();
      assert.equal(await fold.getAttribute("aria-expanded"), "false");
    });
  });

  test("does not collapse when something happens while it is read", async () => {
    await scene(["first"], async ({ world, page, ids: [id = ""] }) => {
      for (let number = 0; number < 120; number++) {
        await world.ada.rest("PATCH", `/api/todos/${id}`, { text: `version ${number}` });
      }
      const panel = await open(page);
      const rows = panel.getByRole("listitem");
      assert.equal(await rows.count(), 100);
      await panel.getByRole("button", { name: "Show older" }).click();
      await eventually("all are there", async () => ((await rows.count()) === 121 ? true : undefined));
      const last = rows.last();
      await last.scrollIntoViewIfNeeded();
      const before = await last.evaluate((row) => row.closest(".panel")?.scrollTop ?? 0);
      assert.ok(before > 0);
      await world.agents[0].call("createTodo", { todoText: "meanwhile" });
      await panel.getByText("added ‘meanwhile’").waitFor({ state: "attached" });
      assert.equal(await rows.count(), 122);
      assert.ok((await last.evaluate((row) => row.closest(".panel")?.scrollTop ?? 0)) >= before);
    });
  });
});
