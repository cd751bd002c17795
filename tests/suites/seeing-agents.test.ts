// A person knows at a glance what agents did: since they last looked, on which rows, who, and what of it was taken away. And
// connecting one ends in seeing it call.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import type { Browser, Page } from "playwright-core";

import { authorized, codeGrant, discover, redeem, register } from "../harness/agent.ts";
import { axe } from "../harness/axe.ts";
import { launch } from "../harness/chromium.ts";
import { eventually } from "../harness/eventually.ts";
import { callTool } from "../harness/mcp.ts";
import { Person } from "../harness/person.ts";
import { embedded } from "../harness/shared.ts";
import { World } from "../harness/together/world.ts";

describe("Seeing agents", () => {
  let origin: string;
  let browser: Browser;
  before(async () => {
    origin = (await embedded()).origin;
    browser = await launch();
  });
  after(() => browser?.close());

  const scene = (todos: readonly string[], run: (scene: { world: World; page: Page; ids: string[] }) => Promise<void>) =>
    World.scene(browser, origin, todos, ({ page, ...scene }) => run({ ...scene, page: page.page }));

  const card = (page: Page, agent: string) => page.getByRole("region", { name: agent, exact: true });
  const marks = (page: Page) => page.locator(".row-mark");

  test("since the person last looked: a card for each agent, marks on the rows, gone once they have seen it", async () => {
    await scene(["one", "two", "three"], async ({ world, page, ids: [one = "", two = "", three = ""] }) => {
      assert.equal(await page.locator(".agent-card").count(), 0, "what was there before is nothing new");
      await page.goto("about:blank");
      const [claude, chat] = world.agents;
      await claude.call("markTodoComplete", { todoID: one });
      await claude.call("deleteTodo", { todoID: two });
      await claude.call("createTodo", { todoText: "four" });
      await chat.call("updateTodo", { todoID: three, dueOn: "2030-05-06" });
      await page.goto(`${origin}/todoapp`);
      await card(page, "Claude").getByText("deleted 1").waitFor();
      assert.match((await card(page, "Claude").locator(".agent-card-counts").textContent()) ?? "", /^deleted 1 · added 1 · completed 1$/);
      await card(page, "Claude").getByText("Deleted ‘two’", { exact: false }).waitFor();
      await card(page, "ChatGPT").getByText("as the due date of ‘three’").waitFor();
      assert.deepEqual(await marks(page).evaluateAll((all) => all.map((mark) => mark.getAttribute("aria-label"))), [
        "Changed by ChatGPT",
        "Changed by Claude",
        "Changed by Claude",
      ]);
      assert.deepEqual(await axe(page.mainFrame()), []);
      await card(page, "Claude").getByRole("button", { name: "Got it" }).click();
      await card(page, "Claude").waitFor({ state: "detached" });
      assert.equal(await marks(page).count(), 1);
      await page.reload();
      await page.getByRole("checkbox", { name: /^three/ }).waitFor();
      // What is told next is all that is told.
      await chat.call("createTodo", { todoText: "five" });
      await card(page, "ChatGPT").waitFor();
      assert.deepEqual(await page.locator(".agent-card-counts").allTextContents(), ["added 1"]);
    });
  });

  /** What a browser does with a tab in the background. */
  const show = (page: Page, isSeen: boolean) =>
    page.evaluate((isSeen) => {
      Object.defineProperty(document, "visibilityState", { configurable: true, get: () => (isSeen ? "visible" : "hidden") });
      document.dispatchEvent(new Event("visibilitychange"));
    }, isSeen);

  test("while the page is in the background its title counts, and what came is there when it is looked at", async () => {
    await scene(["one", "two"], async ({ world, page, ids: [one = "", two = ""] }) => {
      assert.equal(await page.title(), "Todos");
      await world.agents[1].call("markTodoComplete", { todoID: one });
      await card(page, "ChatGPT").waitFor();
      await show(page, false);
      await world.agents[0].call("markTodoComplete", { todoID: two });
      await world.agents[0].call("createTodo", { todoText: "three" });
      await world.ada.adds("by hand, and no news");
      await eventually("the title counts", async () => ((await page.title()) === "(2) Todos" ? true : undefined));
      await show(page, true);
      await card(page, "Claude").getByText("added 1 · completed 1").waitFor();
      await card(page, "ChatGPT").waitFor({ state: "detached" });
      assert.equal(await page.title(), "Todos");
    });
  });

  test("what was taken away stands out of a burst, however much else there is", async () => {
    await scene(["to go", "to stay"], async ({ world, page, ids: [gone = ""] }) => {
      const [claude] = world.agents;
      await claude.call("deleteTodo", { todoID: gone });
      for (let number = 0; number < 8; number++) await claude.call("createTodo", { todoText: `new ${number}` });
      const deleted = card(page, "Claude").getByRole("listitem").filter({ hasText: "deleted ‘to go’" });
      await card(page, "Claude").getByText("added 8").waitFor();
      await deleted.waitFor();
      assert.equal(await card(page, "Claude").getByRole("listitem").count(), 4);
      await card(page, "Claude").getByRole("button", { name: "Show all 9" }).click();
      assert.equal(await card(page, "Claude").getByRole("listitem").count(), 9);
      await deleted.getByRole("button", { name: "Undo" }).click();
      await page.getByRole("checkbox", { name: "to go" }).waitFor();
    });
  });

  test("sixteen changes are read out as one sentence", async () => {
    await scene([], async ({ world, page }) => {
      await page.evaluate(() => {
        const told: string[] = [];
        (globalThis as { told?: string[] }).told = told;
        const regions = () => [...document.querySelectorAll("[role=status], [aria-live]")].filter((region) => !region.closest("dialog:not([open])"));
        let before = "";
        new MutationObserver(() => {
          const now = regions().map(({ textContent }) => textContent?.trim()).filter(Boolean).join(" | ");
          if (now !== before && now !== "") told.push(now);
          before = now;
        }).observe(document.body, { childList: true, subtree: true, characterData: true });
      });
      for (let number = 0; number < 16; number++) await world.agents[0].call("createTodo", { todoText: `todo ${number}` });
      await page.getByRole("status").filter({ hasText: "Claude added" }).waitFor({ state: "attached" });
      const told = await eventually("all is told", async () => {
        const told = await page.evaluate(() => (globalThis as { told?: string[] }).told ?? []);
        const counts = told.flatMap((words) => [...words.matchAll(/Claude added (\d+)\./g)]).map(([, count]) => Number(count));
        return counts.reduce((sum, count) => sum + count, 0) >= 16 ? told : undefined;
      });
      // On a slow machine an agent may pause long enough for a second sentence; sixteen there are never.
      assert.ok(told.length <= 4, told.join("\n"));
    });
  });

  test("an agent’s mark is its own, the same in the row, in the history, on its card and among the connected apps", async () => {
    await scene(["one"], async ({ world, page, ids: [one = ""] }) => {
      await world.agents[0].call("updateTodo", { todoID: one, todoText: "one, changed" });
      await world.agents[1].call("createTodo", { todoText: "two" });
      const looks = (place: string) =>
        page.locator(`${place} .agent-mark`).evaluateAll((all) => all.map((mark) => `${mark.textContent} ${mark.getAttribute("data-colour")} ${mark.getAttribute("data-shape")}`).sort());
      await card(page, "Claude").waitFor();
      await card(page, "ChatGPT").waitFor();
      const onCards = await looks(".activity");
      assert.equal(onCards.length, 2);
      // Both begin with C.
      assert.equal(new Set(onCards.map((look) => look.replace(/ \w+$/, ""))).size, 2, onCards.join());
      assert.deepEqual(await looks(".rows"), onCards);
      await page.getByRole("button", { name: "History" }).click();
      await page.getByRole("dialog", { name: "History" }).getByText("added ‘two’").waitFor();
      assert.deepEqual(await looks(".history"), onCards);
      await page.goto(`${origin}/settings`);
      await page.getByRole("heading", { name: "Claude" }).waitFor();
      assert.deepEqual(await looks(".app"), onCards);
    });
  });

  test("nobody but the person is “You”", async () => {
    const { server } = await discover(origin);
    for (const client_name of ["You", "you", "Y\u043eu", "The You app", "You (browser)", "You just", "You’ve", "The user"]) {
      const answer = await register(server, { client_name });
      assert.deepEqual([answer.status, answer.json.error], [400, "invalid_client_metadata"], client_name);
    }
    for (const client_name of ["Young planner", "You.com"]) assert.equal((await register(server, { client_name })).status, 201, client_name);
  });

  test("who added a todo and who changed it last is one step away", async () => {
    await scene(["by hand"], async ({ world, page, ids: [id = ""] }) => {
      await world.agents[0].call("updateTodo", { todoID: id, todoText: "by both" });
      await page.getByRole("checkbox", { name: "by both" }).waitFor();
      await page.locator(`[data-key="${id}"] [data-edit]`).dispatchEvent("click");
      await page.getByText("Added by you").waitFor();
      await page.getByText("Last changed by Claude").waitFor();
    });
  });

  test("connecting ends in success: the panel says who was let in, and shows the first call", async () => {
    await scene(["one"], async ({ world, page }) => {
      await page.getByRole("button", { name: "Connect an agent" }).first().click();
      const panel = page.getByRole("dialog", { name: "Connect an agent" });
      await panel.getByRole("tab").first().waitFor();
      const first = await panel.getByRole("tab").first().textContent();
      assert.notEqual(first, "Claude", "on this computer the hosts that can reach it come first");
      const grant = await authorized(world.ada, {}, { client_name: "Desk helper" });
      const { access_token } = (await redeem(grant.server, codeGrant(grant))).json;
      const arrival = panel.getByRole("status").filter({ hasText: "Desk helper is connected" });
      await arrival.getByText("Waiting for its first call.").waitFor();
      await callTool(origin, access_token, "listTodos", {});
      await arrival.getByText("Its first call has come.").waitFor();
      await callTool(origin, access_token, "createTodo", { todoText: "from the desk" });
      await arrival.getByText("added ‘from the desk’").waitFor();
      assert.deepEqual(await axe(page.mainFrame()), []);
    });
  });

  test("another device of the same client is another success: what the first one does is not its first call", async () => {
    await scene(["one"], async ({ world, page }) => {
      const grant = await authorized(world.ada, {}, { client_name: "Desk helper" });
      const { access_token: first } = (await redeem(grant.server, codeGrant(grant))).json;
      await callTool(origin, first, "createTodo", { todoText: "before" });
      const connections = page.waitForResponse((response) => response.url().includes("connected_apps") && response.ok());
      await page.getByRole("button", { name: "Connect an agent" }).first().click();
      await connections;
      await callTool(origin, first, "createTodo", { todoText: "from the first" });
      await page.getByRole("checkbox", { name: "from the first", includeHidden: true }).waitFor({ state: "attached" });
      const { submit, verifier } = await again(world.ada, grant.clientId);
      const code = new URL(submit.json.data.redirect_uri).searchParams.get("code") ?? "";
      const { access_token: second } = (await redeem(grant.server, codeGrant({ clientId: grant.clientId, code, verifier }))).json;
      const arrival = page.getByRole("dialog").getByRole("status").filter({ hasText: "Desk helper is connected" });
      await arrival.getByText("Waiting for its first call.").waitFor();
      await callTool(origin, second, "createTodo", { todoText: "from the second" });
      await arrival.getByText("added ‘from the second’").waitFor();
    });
  });

  test("two devices of one client are two rows, and one is disconnected without the other", async () => {
    const ada = await Person.logsIn(origin);
    const one = await authorized(ada, {}, { client_name: "On two devices" });
    const { access_token: first } = (await redeem(one.server, codeGrant(one))).json;
    const { submit, verifier } = await again(ada, one.clientId);
    const code = new URL(submit.json.data.redirect_uri).searchParams.get("code") ?? "";
    const { access_token: second } = (await redeem(one.server, codeGrant({ clientId: one.clientId, code, verifier }))).json;
    const context = await browser.newContext();
    try {
      await context.addCookies([
        { name: "stytch_session", value: ada.sessionToken, url: origin },
        { name: "stytch_session_jwt", value: ada.sessionJwt, url: origin },
      ]);
      const page = await context.newPage();
      await callTool(origin, second, "listTodos", {});
      await page.goto(`${origin}/settings`);
      const rows = page.getByRole("listitem").filter({ has: page.getByRole("heading", { name: "On two devices" }) });
      await rows.first().waitFor();
      assert.equal(await rows.count(), 2);
      // The newest comes first, and has called.
      await rows.nth(0).getByText("last used just now").waitFor();
      await rows.nth(1).getByText("not used yet").waitFor();
      await rows.nth(1).getByRole("button", { name: "Disconnect On two devices" }).click();
      await rows.nth(1).getByRole("group").getByRole("button", { name: "Disconnect" }).click();
      await eventually("one is left", async () => ((await rows.count()) === 1 ? true : undefined));
      assert.ok((await callTool(origin, second, "listTodos", {})).structuredContent);
      await assert.rejects(callTool(origin, first, "listTodos", {}));
    } finally {
      await context.close();
    }
  });

  async function again(person: Person, clientId: string) {
    const { consents, pkce } = await import("../harness/agent.ts");
    const proof = pkce();
    const { submit } = await consents(person, { client_id: clientId, code_challenge: proof.challenge });
    assert.equal(submit.status, 200, submit.text);
    return { submit, verifier: proof.verifier };
  }
});
