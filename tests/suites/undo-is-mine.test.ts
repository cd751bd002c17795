// Undo takes back what the person did, and never what an agent did; what an agent did is taken back where it is told.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import type { Browser } from "playwright-core";

import { launch } from "../harness/chromium.ts";
import { eventually } from "../harness/eventually.ts";
import { embedded } from "../harness/shared.ts";
import type { PersonPage } from "../harness/together/person-page.ts";
import { World, type Scene } from "../harness/together/world.ts";

describe("Undo means mine", () => {
  let origin: string;
  let browser: Browser;
  before(async () => {
    origin = (await embedded()).origin;
    browser = await launch();
  });
  after(() => browser?.close());

  const scene = (todos: readonly string[], run: (scene: Scene) => Promise<void>) => World.scene(browser, origin, todos, run);

  const list = async (world: World) => (await world.todos()).map(({ text, completed }) => `${completed ? "x" : "-"} ${text}`);
  const becomes = (world: World, expected: readonly string[]) =>
    eventually(`the list is ${expected}`, async () => {
      assert.deepEqual(await list(world), expected);
      return true;
    });
  const notice = (page: PersonPage, text: string) => page.page.getByRole("status").filter({ hasText: text });
  const card = (page: PersonPage, agent: string) => page.page.getByRole("region", { name: agent });

  test("an agent’s change does not get under the pointer that is on its way to Undo", async () => {
    await scene(["mine", "theirs"], async ({ world, page, ids: [mine = "", theirs = ""] }) => {
      await page.remove(mine);
      const undo = notice(page, "Deleted ‘mine’").getByRole("button", { name: "Undo" });
      await undo.hover();
      await world.agents[0].call("markTodoComplete", { todoID: theirs });
      await card(page, "Claude").getByText("completed ‘theirs’").waitFor();
      await undo.click();
      await notice(page, "Undone: ‘mine’ is back").waitFor();
      await becomes(world, ["- mine", "x theirs"]);
    });
  });

  test("the key takes back one’s own, one after the other, says what it did, and offers to do it again", async () => {
    await scene(["mine", "theirs"], async ({ world, page, ids: [mine = "", theirs = ""] }) => {
      await page.add("added");
      await page.toggle(mine);
      await world.holds();
      await world.agents[0].call("deleteTodo", { todoID: theirs });
      await page.row(theirs).waitFor({ state: "detached" });
      await page.undo();
      await notice(page, "Undone: ‘mine’ is open again").waitFor();
      await page.undo();
      await notice(page, "Undone: ‘added’ is taken off the list").waitFor();
      await becomes(world, ["- mine"]);
      await page.undo();
      await notice(page, "There is nothing of yours to undo here.").waitFor();
      await becomes(world, ["- mine"]);
      await page.redo();
      await notice(page, "Redone: ‘added’ is back").waitFor();
      await page.redo();
      await notice(page, "Redone: ‘mine’ is completed again").waitFor();
      await becomes(world, ["- added", "x mine"]);
      await page.undo();
      await becomes(world, ["- mine", "- added"]);
      await notice(page, "Undone: ‘mine’ is open again").getByRole("button", { name: "Redo" }).click();
      await becomes(world, ["- added", "x mine"]);
      await world.holds();
    });
  });

  test("a notice that the pointer is on, or the focus, stays what it is", async () => {
    await scene(["one", "two"], async ({ page, ids: [one = "", two = ""] }) => {
      await page.remove(one);
      const first = notice(page, "Deleted ‘one’");
      await first.getByRole("button", { name: "Undo" }).focus();
      await page.row(two).locator("[data-delete]").dispatchEvent("click");
      await page.row(two).waitFor({ state: "detached" });
      await first.waitFor();
      await first.getByRole("button", { name: "Dismiss" }).click();
      await notice(page, "Deleted ‘two’").waitFor();
    });
  });

  test("… also when the pointer passes over it meanwhile, or the focus", async () => {
    await scene(["one", "two", "three"], async ({ page, ids: [one = "", two = "", three = ""] }) => {
      await page.remove(one);
      const first = notice(page, "Deleted ‘one’");
      await first.getByRole("button", { name: "Undo" }).focus();
      await first.hover();
      await page.page.mouse.move(0, 0);
      await page.remove(two);
      await page.row(two).waitFor({ state: "detached" });
      await first.hover();
      await page.page.getByRole("textbox", { name: "New todo" }).focus();
      await page.remove(three);
      await page.row(three).waitFor({ state: "detached" });
      await first.getByRole("button", { name: "Dismiss" }).click();
      await notice(page, "Deleted ‘two’").waitFor();
    });
  });

  test("what an agent had done already is nothing to undo: it is said, and the key takes back what one did before", async () => {
    await scene(["mine", "theirs", "gone"], async ({ world, page, ids: [mine = "", theirs = "", gone = ""] }) => {
      await page.toggle(mine);
      await world.holds();
      /** An agent is faster than the page. */
      const before = (method: string, path: string, tool: string, todoID: string) =>
        page.page.route(`**/api/todos/${path}`, async (route) => {
          if (route.request().method() === method) await world.agents[0].call(tool, { todoID });
          return route.fallback();
        });
      await before("POST", `${theirs}/complete`, "markTodoComplete", theirs);
      await before("DELETE", gone, "deleteTodo", gone);
      await page.toggle(theirs);
      await page.remove(gone);
      await notice(page, "‘gone’ had been deleted already").waitFor();
      assert.equal(await notice(page, "‘gone’").getByRole("button", { name: "Undo" }).count(), 0);
      await world.holds();
      await page.undo();
      await notice(page, "Undone: ‘mine’ is open again").waitFor();
      await becomes(world, ["- mine", "x theirs"]);
    });
  });

  test("an edit whose answer was lost can be taken back like any other", async () => {
    await scene(["one", "two"], async ({ world, page, ids: [one = "", two = ""] }) => {
      await page.toggle(two);
      await world.holds();
      let sent = 0;
      await page.page.route(`**/api/todos/${one}`, async (route) => {
        if (route.request().method() !== "PATCH" || sent++ > 0) return route.fallback();
        await route.fetch();
        // The page has heard of it by now, but not as its own.
        await eventually("it is at the server", async () => ((await list(world)).includes("- one, edited") ? true : undefined));
        return route.abort("connectionfailed");
      });
      await page.startEdit(one);
      await page.type(one, "one, edited");
      await page.save(one);
      await eventually("it is saved", async () => (sent === 2 ? true : undefined));
      await world.holds();
      await page.undo();
      await becomes(world, ["- one", "x two"]);
    });
  });

  test("of several that were refused each is read", async () => {
    await scene(["one", "two", "three"], async ({ page, ids }) => {
      const refusal = { type: "about:blank", title: "Conflict", status: 409, detail: "Not now." };
      await page.page.route("**/complete", (route) => route.fulfill({ status: 409, contentType: "application/problem+json", json: refusal }));
      for (const id of ids) await page.toggle(id);
      for (const text of ["one", "two", "three"]) {
        const said = notice(page, `‘${text}’ was not completed. Not now.`);
        await said.getByRole("button", { name: "Dismiss" }).click();
      }
    });
  });

  test("what was changed since cannot be taken back, and it is said by whom", async () => {
    await scene(["mine"], async ({ world, page, ids: [mine = ""] }) => {
      await page.toggle(mine);
      await world.holds();
      await world.agents[0].call("updateTodo", { todoID: mine, todoText: "theirs by now" });
      await card(page, "Claude").waitFor();
      await page.undo();
      await notice(page, "Not undone. Claude changed the text.").waitFor();
      await becomes(world, ["x theirs by now"]);
    });
  });

  test("an agent’s changes are taken back from its card, one by one", async () => {
    await scene(["one", "two"], async ({ world, page, ids: [one = "", two = ""] }) => {
      for (const todoID of [one, two]) await world.agents[0].call("markTodoComplete", { todoID });
      await world.agents[1].call("createTodo", { todoText: "from another" });
      const change = card(page, "Claude").getByRole("listitem").filter({ hasText: "completed ‘one’" });
      await change.getByRole("button", { name: "Undo" }).click();
      await change.getByText("undone").waitFor();
      await becomes(world, ["- one", "- from another", "x two"]);
      await notice(page, "Undone: ‘one’ is open again").getByRole("button", { name: "Redo" }).click();
      await becomes(world, ["- from another", "x one", "x two"]);
      await change.getByRole("button", { name: "Undo" }).waitFor();
    });
  });

  test("… or all of a burst with one press, but what was changed since", async () => {
    await scene(["one", "two", "three"], async ({ world, page, ids }) => {
      const [one = "", two = "", three = ""] = ids;
      await world.agents[0].call("deleteTodo", { todoID: one });
      await world.agents[0].call("updateTodo", { todoID: two, todoText: "two, changed" });
      await world.agents[0].call("markTodoComplete", { todoID: two });
      await world.agents[0].call("createTodo", { todoText: "new" });
      await world.agents[0].call("markTodoComplete", { todoID: three });
      await card(page, "Claude").getByText("deleted 1").waitFor();
      await card(page, "Claude").getByText("completed 2").waitFor();
      await world.ada.rest("PATCH", `/api/todos/${three}`, { text: "three, by hand" });
      await card(page, "Claude").getByRole("button", { name: "Undo all 5" }).click();
      await notice(page, "Undone: 4 of 5 changes.").waitFor();
      await becomes(world, ["- one", "- two", "x three, by hand"]);

      await page.redo();
      await notice(page, "Redone: 4 changes").waitFor();
      await becomes(world, ["- new", "x two, changed", "x three, by hand"]);
    });
  });
});
