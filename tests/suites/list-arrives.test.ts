// A long list whose first todos are here and whose rest is on its way: they are shown, as the beginning that they are, and can be
// worked with; and a list that breaks off there is never shown as the list. Pictures of it are in tests/out/screenshots/list-arrives.

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import type { Browser, BrowserContextOptions, Locator, Page } from "playwright-core";

import { axe } from "../harness/axe.ts";
import { launch, watch } from "../harness/chromium.ts";
import { eventually } from "../harness/eventually.ts";
import { HeldList } from "../harness/held-list.ts";
import { putTodos } from "../harness/kv.ts";
import { out } from "../harness/paths.ts";
import { Person } from "../harness/person.ts";
import { embedded } from "../harness/shared.ts";

const SCREENSHOTS = join(out, "screenshots", "list-arrives");
const THEMES = ["light", "dark"] as const;
const WIDTHS = { desktop: { width: 1280, height: 860 }, phone: { width: 390, height: 844 } } as const;

const LONG = 800;
/** As much of it as has some 400 todos. */
const ARRIVED = 60_000;

const idOf = (index: number) => `01JD000000${String(index).padStart(16, "0")}`;

describe("A long list that is on its way", () => {
  let origin: string;
  let browser: Browser;
  /** Has a long list of open todos. */
  let ada: Person;
  /** Has a few open ones, and a long list of completed ones. */
  let eve: Person;
  before(async () => {
    mkdirSync(SCREENSHOTS, { recursive: true });
    const worker = await embedded();
    origin = worker.origin;
    browser = await launch();
    const pattern = await (await Person.logsIn(origin)).adds("x");
    [ada, eve] = [await Person.logsIn(origin), await Person.logsIn(origin)];
    const todos = Array.from({ length: LONG }, (_, index) => ({ ...pattern, id: idOf(index), text: `todo ${index}` }));
    await putTodos(worker, ada.userId, todos);
    await putTodos(worker, eve.userId, todos.map((todo, index) => (index < 5 ? todo : { ...todo, completed: true })));
  });
  after(() => browser?.close());

  type Scene = { page: Page; held: HeldList; complaints: string[] };

  async function arriving(person: Person, run: (scene: Scene) => Promise<void>, options: BrowserContextOptions = {}, arrived = ARRIVED): Promise<void> {
    const context = await browser.newContext({ viewport: WIDTHS.desktop, reducedMotion: "reduce", locale: "en-GB", ...options });
    const held = await HeldList.start(origin, arrived);
    try {
      await context.addCookies([
        { name: "stytch_session", value: person.sessionToken, url: origin },
        { name: "stytch_session_jwt", value: person.sessionJwt, url: origin },
      ]);
      const complaints = await watch(context);
      await held.standBefore(context);
      const page = await context.newPage();
      await page.goto(`${origin}/todoapp`, { waitUntil: "commit" });
      await run({ page, held, complaints });
    } finally {
      await held.stop();
      await context.close();
    }
  }

  const row = (page: Page, index: number) => page.locator(`[data-key="${idOf(index)}"]`);
  const isWhole = (page: Page, open: number) => page.getByRole("heading", { name: `Todos ${open} open`, exact: true }).waitFor();
  const goesOn = (page: Page) => page.getByRole("list").and(page.locator("[aria-busy=true]"));

  test("its first rows are on the screen, and said to be a beginning", async () => {
    await arriving(ada, async ({ page, held }) => {
      await row(page, 0).waitFor();
      await row(page, 10).waitFor();
      await goesOn(page).waitFor();
      await page.getByRole("heading", { name: "Todos", exact: true, level: 1 }).waitFor();
      await page.getByRole("status").filter({ hasText: "Loading your todos" }).waitFor({ state: "attached" });
      assert.equal(await row(page, 0).getAttribute("aria-setsize"), "-1", "of how many is not known");
      held.decide("passes");
      await isWhole(page, LONG);
      assert.equal(await goesOn(page).count(), 0);
      assert.equal(await page.locator(".skeleton").count(), 0);
      assert.equal(await row(page, 0).getAttribute("aria-setsize"), String(LONG));
      assert.equal(held.asked, 1);
    });
  });

  test("nothing moves, and no place is lost, when the rest is there", async () => {
    await arriving(ada, async ({ page, held }) => {
      await row(page, 10).waitFor();
      await page.evaluate(() => scrollTo(0, 1_000));
      await row(page, 30).waitFor();
      await row(page, 30).locator("[data-handle]").focus();
      await page.evaluate(() => {
        const shifts: string[] = [];
        (globalThis as { shifts?: string[] }).shifts = shifts;
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries() as (PerformanceEntry & { value: number })[]) shifts.push(`${entry.value}`);
        }).observe({ type: "layout-shift", buffered: false });
      });
      const before = { top: (await row(page, 30).boundingBox())?.y, element: await row(page, 30).elementHandle() };
      held.decide("passes");
      await isWhole(page, LONG);
      assert.equal((await row(page, 30).boundingBox())?.y, before.top);
      assert.equal(await page.evaluate(() => scrollY), 1_000);
      assert.ok(await before.element?.evaluate((element) => element.isConnected && element.contains(document.activeElement)), "it has the focus still");
      assert.deepEqual(await page.evaluate(() => (globalThis as { shifts?: string[] }).shifts), []);
    });
  });

  test("what is done to it meanwhile waits, looks as if it did, and is done when the rest is there", async () => {
    await arriving(ada, async ({ page, held }) => {
      await row(page, 10).waitFor();
      await row(page, 3).getByRole("checkbox").click();
      await row(page, 4).locator("[data-edit]").click();
      const editor = row(page, 4).getByRole("textbox", { name: "Text" });
      await editor.fill("todo 4, and more");
      await page.locator('[data-state="saving"]').first().waitFor();
      assert.equal(await row(page, 3).getAttribute("data-state"), "saving");
      assert.equal((await ada.todos()).find(({ id }) => id === idOf(3))?.["completed"], false);
      await page.getByRole("heading", { name: "Completed", exact: true }).waitFor();
      assert.equal(await page.getByRole("button", { name: "Clear completed" }).count(), 0, "which they are is not known");
      held.decide("passes");
      await isWhole(page, LONG - 1);
      await eventually("it is done", async () => ((await ada.todos()).find(({ id }) => id === idOf(3))?.["completed"] ? true : undefined));
      assert.equal(await editor.inputValue(), "todo 4, and more");
      assert.ok(await editor.evaluate((field) => field === document.activeElement));
      await editor.press("Enter");
      await eventually("it is saved", async () => ((await ada.todos()).find(({ id }) => id === idOf(4))?.["text"] === "todo 4, and more" ? true : undefined));
      await ada.rest("POST", `/api/todos/${idOf(3)}/reopen`);
      await ada.rest("PATCH", `/api/todos/${idOf(4)}`, { text: "todo 4" });
    });
  });

  test("one that breaks off is never the list: the page says so, keeps what was typed, and reads it when it can", async () => {
    await arriving(ada, async ({ page, held }) => {
      await row(page, 10).waitFor();
      await row(page, 5).locator("[data-edit]").click();
      await row(page, 5).getByRole("textbox", { name: "Text" }).fill("todo 5, and more");
      held.decide("breaks", "breaks", "refuses");
      await page.getByRole("alert").filter({ hasText: "Your list could not be read" }).waitFor();
      assert.ok(held.asked >= 2, "it was asked for once more before");
      assert.equal(await row(page, 0).count(), 0, "what had come of it is gone");
      assert.equal(await row(page, 5).getByRole("textbox", { name: "Text" }).inputValue(), "todo 5, and more");
      await page.getByRole("heading", { name: "Todos", exact: true, level: 1 }).waitFor();
      held.decide("passes");
      // It tries again by itself, at once when it hears that there is a connection.
      await page.evaluate(() => dispatchEvent(new Event("online")));
      await isWhole(page, LONG);
      assert.equal(await row(page, 5).getByRole("textbox", { name: "Text" }).inputValue(), "todo 5, and more");
      await page.getByRole("button", { name: "Cancel" }).click();
      await row(page, 0).waitFor();
    });
  });

  test("the place in one that broke off is found again when it is read", async () => {
    await arriving(ada, async ({ page, held }) => {
      await row(page, 10).waitFor();
      await page.evaluate(() => scrollTo(0, 3_000));
      await row(page, 70).waitFor();
      held.decide("breaks", "breaks", "refuses");
      const alert = page.getByRole("alert").filter({ hasText: "What you did and what you write below is kept." });
      await alert.waitFor();
      held.decide("passes");
      await page.evaluate(() => dispatchEvent(new Event("online")));
      await isWhole(page, LONG);
      await row(page, 70).waitFor();
      assert.equal(await page.evaluate(() => scrollY), 3_000);
    });
  });

  test("what is added meanwhile is taken back meanwhile, and each time it is said", async () => {
    await arriving(ada, async ({ page, held }) => {
      await row(page, 10).waitFor();
      const added = (text: string) => page.locator("[data-row]").filter({ hasText: text });
      const says = (text: string) => page.getByRole("status").filter({ hasText: text }).waitFor();
      const field = page.getByRole("textbox", { name: "New todo" });
      for (const text of ["first of two", "second of two"]) {
        await field.fill(text);
        await field.press("Enter");
        await eventually("it is saved", async () => ((await ada.todos()).some((todo) => todo["text"] === text) ? true : undefined));
      }
      await row(page, 5).locator("[data-handle]").focus();
      await page.keyboard.press("z");
      await says("Undone: ‘second of two’ is taken off the list");
      assert.equal(await added("second of two").count(), 0);
      await page.keyboard.press("z");
      await says("Undone: ‘first of two’ is taken off the list");
      await page.keyboard.press("Shift+Z");
      await says("Redone: ‘first of two’ is back");
      held.decide("passes");
      await isWhole(page, LONG + 1);
      const [left] = (await ada.todos()).filter(({ text }) => String(text).endsWith("of two"));
      assert.equal(left?.["text"], "first of two");
      await ada.rest("DELETE", `/api/todos/${String(left?.id)}`);
    });
  });

  for (const [when, arrived] of Object.entries({ "at the end of its beginning": ARRIVED, "before any of it is there": 1 })) {
    test(`what is added ${when} stays on the screen, and so does the field, when the rest is there`, async () => {
      await arriving(
        ada,
        async ({ page, held }) => {
          await page.locator(".skeleton").first().waitFor();
          if (arrived > 1) await row(page, 10).waitFor();
          const field = page.getByRole("textbox", { name: "New todo" });
          await field.fill("at the end");
          await field.press("Enter");
          await eventually("it is saved", async () => ((await ada.todos()).some(({ text }) => text === "at the end") ? true : undefined));
          const added = page.locator("[data-row]").filter({ hasText: "at the end" });
          await added.scrollIntoViewIfNeeded();
          await field.fill("and one mo");
          const place = async (locator: Locator) => (await locator.boundingBox())?.y ?? Infinity;
          held.decide("passes");
          await isWhole(page, LONG + 1);
          const [top, foot] = [await place(added), await place(field)];
          assert.ok(top >= 0 && top < foot && foot < WIDTHS.desktop.height, `it is at ${top}, the field at ${foot}`);
          assert.equal(await field.inputValue(), "and one mo");
          // What stands above it is there as well.
          await row(page, LONG - 1).waitFor();
          await field.fill("");
          const [left] = (await ada.todos()).filter(({ text }) => text === "at the end");
          await ada.rest("DELETE", `/api/todos/${String(left?.id)}`);
        },
        {},
        arrived,
      );
    });
  }

  test("what the history knows and has not come yet is shown when it is there, unless the person has gone on", async () => {
    const todo = LONG - 100;
    await ada.rest("PATCH", `/api/todos/${idOf(todo)}`, { dueOn: "2030-01-01" });
    for (const goesOn of [false, true]) {
      await arriving(ada, async ({ page, held }) => {
        await row(page, 10).waitFor();
        await page.getByRole("button", { name: "History" }).click();
        const history = page.getByRole("dialog", { name: "History" });
        await history.getByRole("listitem").filter({ hasText: `todo ${todo}` }).getByRole("button", { name: "Show" }).click();
        await history.waitFor({ state: "hidden" });
        const field = page.getByRole("textbox", { name: "New todo" });
        if (goesOn) await field.focus();
        held.decide("passes");
        await isWhole(page, LONG);
        if (goesOn) assert.ok(await field.evaluate((field) => field === document.activeElement));
        else await row(page, todo).locator("[data-handle]:focus").waitFor();
      });
    }
    await ada.rest("PATCH", `/api/todos/${idOf(todo)}`, { dueOn: null });
  });

  test("what was not saved is not said to be so once it is", async () => {
    await arriving(ada, async ({ page, held }) => {
      held.decide("passes");
      await isWhole(page, LONG);
      await page.evaluate(() => scrollTo(0, 0));
      await row(page, 0).waitFor();
      let isAway = true;
      await page.route("**/api/todos/*/complete", (route) => (isAway ? route.abort() : route.continue()));
      await row(page, 2).getByRole("checkbox").click();
      await page.evaluate(() => scrollTo(0, 10_000));
      const notice = page.getByRole("status").filter({ hasText: "‘todo 2’ is not saved." });
      await notice.waitFor();
      isAway = false;
      await page.evaluate(() => dispatchEvent(new Event("online")));
      await page.locator('[data-state="unsaved"]').waitFor({ state: "detached" });
      await eventually("it is saved", async () => ((await ada.todos()).find(({ id }) => id === idOf(2))?.["completed"] ? true : undefined));
      await notice.waitFor({ state: "detached", timeout: 2_000 });
      await ada.rest("POST", `/api/todos/${idOf(2)}/reopen`);
    });
  });

  test("one that changes while it is read is read again, without a word", async () => {
    await arriving(ada, async ({ page, held }) => {
      await row(page, 10).waitFor();
      const { id } = await ada.adds("while it was read");
      held.decide("breaks", "passes");
      await isWhole(page, LONG + 1);
      assert.equal(held.asked, 2);
      assert.equal(await page.getByRole("alert").count(), 0);
      await ada.rest("DELETE", `/api/todos/${id}`);
    });
  });

  test("where the open ones end before, the completed ones go on, uncounted", async () => {
    await arriving(eve, async ({ page, held }) => {
      await row(page, 4).waitFor();
      await page.getByRole("heading", { name: "Completed", exact: true }).waitFor();
      await page.locator(".completed .skeleton").waitFor({ state: "attached" });
      assert.equal(await page.getByRole("button", { name: "Clear completed" }).count(), 0);
      held.decide("passes");
      await page.getByRole("heading", { name: `Completed ${LONG - 5}`, exact: true }).waitFor();
      await page.getByRole("button", { name: "Clear completed" }).waitFor();
    });
  });

  for (const [who, person] of Object.entries({ open: () => ada, completed: () => eve })) {
    for (const theme of THEMES) {
      for (const [width, viewport] of Object.entries(WIDTHS)) {
        test(`${who} ones on their way, ${theme}, ${width}: nothing is found fault with`, async () => {
          await arriving(
            person(),
            async ({ page, complaints }) => {
              await row(page, 4).waitFor();
              await goesOn(page).first().waitFor();
              await page.screenshot({ path: join(SCREENSHOTS, `${who}-top-${theme}-${width}.png`) });
              await page.locator(".skeleton").last().scrollIntoViewIfNeeded();
              await row(page, 247).waitFor();
              await page.screenshot({ path: join(SCREENSHOTS, `${who}-end-${theme}-${width}.png`) });
              assert.deepEqual(await axe(page.mainFrame()), []);
              assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= viewport.width);
              assert.deepEqual(complaints, []);
            },
            { viewport, colorScheme: theme },
          );
        });
      }
    }
  }
});
