// What a person typed and did outlives whatever happens to the todo, the page, the connection and the session; and until it is
// saved it does not look as if it were.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

import type { Browser, Dialog, Page, Route } from "playwright-core";

import { launch } from "../harness/chromium.ts";
import { eventually } from "../harness/eventually.ts";
import type { Json } from "../harness/http.ts";
import { Person } from "../harness/person.ts";
import { embedded } from "../harness/shared.ts";
import type { PersonPage } from "../harness/together/person-page.ts";
import { World, type Scene } from "../harness/together/world.ts";

/** What is kept is made older. For a closed page: an open one writes what it keeps whenever it tries to send it. */
const twoDaysPass = (page: Page): Promise<void> =>
  page.evaluate(() => {
    for (const name of Object.keys(localStorage).filter((name) => name.endsWith(".commands"))) {
      const commands = JSON.parse(localStorage.getItem(name) ?? "[]");
      localStorage.setItem(name, JSON.stringify(commands.map((given: object) => ({ ...given, at: Date.now() - 2 * 86_400_000 }))));
    }
  });

describe("Nothing typed is lost, nothing is shown as saved that is not", () => {
  let origin: string;
  let browser: Browser;
  before(async () => {
    origin = (await embedded()).origin;
    browser = await launch();
  });
  after(() => browser?.close());

  const scene = (todos: readonly string[], run: (scene: Scene) => Promise<void>) => World.scene(browser, origin, todos, run);

  const texts = async (world: World) => (await world.todos()).map(({ text }) => text);
  const becomes = (world: World, expected: readonly string[]) =>
    eventually(`the list is ${expected}`, async () => {
      assert.deepEqual(await texts(world), expected);
      return true;
    });
  const editing = async (page: PersonPage, id: string, text: string) => {
    await page.startEdit(id);
    await page.type(id, text);
  };
  const field = (page: PersonPage, id: string) => page.row(id).getByRole("textbox", { name: "Text" });

  describe("an open edit", () => {
    test("stays in its place when an agent deletes the todo, and can be kept as a new one", async () => {
      await scene(["first", "second", "third"], async ({ world, page, ids: [, id = ""] }) => {
        await editing(page, id, "second, with care");
        await world.agents[0].call("deleteTodo", { todoID: id });
        await page.row(id).getByText("Claude deleted this.").waitFor();
        assert.deepEqual((await page.shown()).rows.map(({ key }) => key).indexOf(id), 1);
        assert.equal(await field(page, id).inputValue(), "second, with care");
        await page.row(id).getByRole("button", { name: "Keep as a new todo" }).click();
        await becomes(world, ["first", "third", "second, with care"]);
        await world.holds();
      });
    });

    test("can be discarded after that, and had back", async () => {
      await scene(["only"], async ({ world, page, ids: [id = ""] }) => {
        await editing(page, id, "never mind");
        await world.agents[0].call("deleteTodo", { todoID: id });
        await page.row(id).getByRole("button", { name: "Discard" }).click();
        await page.row(id).waitFor({ state: "detached" });
        await page.page.getByRole("status").getByRole("button", { name: "Undo" }).click();
        assert.equal(await field(page, id).inputValue(), "never mind");
      });
    });

    test("stays among the open ones when an agent completes the todo, and is saved all the same", async () => {
      await scene(["first", "second"], async ({ world, page, ids: [id = ""] }) => {
        await editing(page, id, "first, rewritten");
        await world.agents[0].call("markTodoComplete", { todoID: id });
        await page.row(id).getByText("Claude completed this.").waitFor();
        assert.equal((await page.shown()).rows[0]?.key, id);
        await page.row(id).getByRole("button", { name: "Keep" }).click();
        await eventually("it is saved", async () => {
          const todo = (await world.todos()).find((todo) => todo.id === id);
          assert.deepEqual([todo?.text, todo?.completed], ["first, rewritten", true]);
          return true;
        });
        await world.holds();
      });
    });

    for (const [how, again] of [
      ["a reload", (page: PersonPage) => page.reload()],
      ["a crash", (page: PersonPage) => page.crash()],
      [
        "the end of the session",
        async (page: PersonPage) => {
          await page.endSession();
          await page.logInAgain();
        },
      ],
    ] as const)
      test(`is there again after ${how}, and so is the text in the field for a new todo`, async () => {
        await scene(["first"], async ({ world, page, ids: [id = ""] }) => {
          await editing(page, id, "half of a sen");
          await page.page.getByRole("textbox", { name: "New todo" }).fill("half of another");
          await again(page);
          assert.equal(await field(page, id).inputValue(), "half of a sen");
          assert.equal((await page.shown()).composer, "half of another");
          await page.save(id);
          await becomes(world, ["half of a sen"]);
        });
      });
  });

  test("the end of the session is said also where it comes before Stytch’s SDK is here", async () => {
    await scene(["first"], async ({ page, ids: [id = ""] }) => {
      let letGo: () => void = () => undefined;
      const isLetGo = new Promise<void>((resolve) => (letGo = resolve));
      await page.page.route(/\/sdk\/v1\//, async (route) => {
        await isLetGo;
        await route.continue();
      });
      await page.reload();
      await editing(page, id, "half of a sen");
      await page.page.getByRole("textbox", { name: "New todo" }).fill("half of another");
      await page.endSession();
      letGo();
      await page.page.getByRole("heading", { name: "Your session has ended" }).waitFor();
      await page.logInAgain();
      assert.equal(await field(page, id).inputValue(), "half of a sen");
      assert.equal((await page.shown()).composer, "half of another");
    });
  });

  test("who logs out before Stytch’s SDK knows of the session stays logged out", async () => {
    await scene(["first"], async ({ page: { page } }) => {
      let letGo: () => void = () => undefined;
      const isLetGo = new Promise<void>((resolve) => (letGo = resolve));
      let isAsked: () => void = () => undefined;
      const asked = new Promise<void>((resolve) => (isAsked = resolve));
      await page.route(/\/sdk\/v1\/sessions\/authenticate/, async (route) => {
        const answer = await route.fetch();
        isAsked();
        await isLetGo;
        await route.fulfill({ response: answer });
      });
      await page.evaluate(() => Object.keys(localStorage).filter((name) => name.startsWith("stytch_")).forEach((name) => localStorage.removeItem(name)));
      await page.reload();
      await asked;
      await page.getByRole("button", { name: /^Account/ }).click();
      await page.getByRole("button", { name: "Log out", exact: true }).click();
      // For as long as an answer that is overtaken would take to be so.
      await sleep(500);
      letGo();
      await page.getByRole("heading", { name: "Log in", exact: true }).waitFor();
      await sleep(1_500);
      assert.equal(new URL(page.url()).pathname, "/login");
      assert.deepEqual((await page.context().cookies()).filter(({ name }) => name.startsWith("stytch_session")), []);
    });
  });

  describe("an open edit after a reload", () => {
    for (const [what, tool, args, said] of [
      ["changed", "updateTodo", { todoText: "theirs" }, "Claude changed the text"],
      ["completed", "markTodoComplete", {}, "Claude completed this"],
      ["deleted", "deleteTodo", {}, "Claude deleted this"],
    ] as const)
      test(`says still who ${what} the todo meanwhile`, async () => {
        await scene(["first"], async ({ world, page, ids: [id = ""] }) => {
          await editing(page, id, "half of a sen");
          await world.agents[0].call(tool, { todoID: id, ...args });
          await page.page.getByText(said).first().waitFor();
          await page.reload();
          await page.page.locator(".editor-news").getByText(said).waitFor();
          assert.equal(await field(page, id).inputValue(), "half of a sen");
        });
      });
  });

  describe("what was typed", () => {
    const composer = (page: Page) => page.getByRole("textbox", { name: "New todo" });
    /** What the browser keeps, as one text. */
    const kept = (page: Page) => page.evaluate(() => Object.keys(localStorage).filter((name) => name.startsWith("todos.kept")).map((name) => localStorage.getItem(name)).join());
    const another = async (page: PersonPage) => {
      const tab = await page.page.context().newPage();
      await tab.goto(`${origin}/todoapp`);
      await composer(tab).waitFor();
      return tab;
    };
    /** Closes tabs, and has a new one look when they have gone. */
    const closed = async (page: PersonPage, tabs: readonly Page[]) => {
      const last = await page.page.context().newPage();
      for (const tab of tabs) await tab.close();
      await last.goto(`${origin}/icons`);
      const held = () => last.evaluate(async () => (await navigator.locks.query()).held?.length);
      await eventually("the tabs have gone", async () => ((await held()) === 0 ? true : undefined));
      await last.goto(`${origin}/todoapp`);
      await composer(last).waitFor();
      return last;
    };

    test("stays kept while the person looks at another tab and comes back", async () => {
      await scene(["first"], async ({ page, ids: [id = ""] }) => {
        await editing(page, id, "half of a sen");
        await composer(page.page).fill("half of another");
        const before = await kept(page.page);
        // Headless pages are always seen: the browser’s word for coming back is said in its place.
        await page.page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
        // What the page asks the browser for is answered before this is.
        await page.page.evaluate(() => navigator.locks.query());
        assert.equal(await kept(page.page), before);
        await page.reload();
        assert.equal(await field(page, id).inputValue(), "half of a sen");
        assert.equal((await page.shown()).composer, "half of another");
      });
    });

    for (const [part, other] of [
      ["commands", 5],
      ["commands", [null]],
      ["commands", [{ id: "x" }]],
      ["drafts", {}],
      ["drafts", [5]],
      ["composer", 5],
      ["begun", 7],
    ] as const)
      test(`and is kept in a shape that is not its own keeps nobody from their list: ${part} ${JSON.stringify(other)}`, async () => {
        await scene(["first"], async ({ world, page, ids: [id = ""] }) => {
          await page.crash((closed) =>
            closed.evaluate(
              ([part, other, userId]) => {
                sessionStorage.setItem("todos.tab", JSON.stringify("this"));
                for (const tab of ["this", "gone"]) localStorage.setItem(`todos.kept.${userId}.${tab}.${part}`, JSON.stringify(other));
              },
              [part, other, world.ada.userId] as const,
            ),
          );
          await page.row(id).waitFor();
          await page.reload();
          await page.row(id).waitFor();
          await page.add("second");
          await becomes(world, ["first", "second"]);
        });
      });

    test("is not lost for something beside it that cannot be read", async () => {
      await scene(["first"], async ({ page, ids: [id = ""] }) => {
        await editing(page, id, "half of a sen");
        await page.crash((closed) =>
          closed.evaluate(() => {
            const name = Object.keys(localStorage).find((name) => name.endsWith(".drafts")) ?? "";
            localStorage.setItem(name, JSON.stringify([5, ...JSON.parse(localStorage.getItem(name) ?? "[]")]));
          }),
        );
        await field(page, id).waitFor();
        assert.equal(await field(page, id).inputValue(), "half of a sen");
      });
    });

    test("before all that was kept has been found does not take its place", async () => {
      await scene([], async ({ world, page }) => {
        await page.link("down");
        await page.add("added before the reload");
        await page.page.getByText("Not saved.").waitFor();
        await composer(page.page).fill("half of a sen");
        // As on a machine that is busy: which tabs are there is not known yet.
        await page.page.context().addInitScript(() => {
          navigator.locks.query = () => new Promise(() => undefined);
        });
        await page.reload();
        assert.equal((await page.shown()).composer, "half of a sen");
        await page.add("added after it");
        await page.link("up");
        await eventually("both are there", async () => {
          assert.deepEqual((await texts(world)).sort(), ["added after it", "added before the reload"]);
          return true;
        });
      });
    });

    test("is there after a reload also where the tab is slow to get back its name", async () => {
      await scene(["first"], async ({ page, ids: [id = ""] }) => {
        await editing(page, id, "half of a sen");
        await composer(page.page).fill("half of another");
        // As where the document before is slow to go: the list is drawn before it is known what was kept. Stytch’s SDK comes later still.
        const { promise: isShown, resolve: letGo } = Promise.withResolvers<void>();
        const sdk = /\/assets\/(sdk|make-client)|\/sdk\/v1\//;
        await page.page.context().route(sdk, (route) => isShown.then(() => route.continue()));
        await page.page.context().addInitScript(() => {
          const request = navigator.locks.request.bind(navigator.locks) as (...args: unknown[]) => Promise<unknown>;
          navigator.locks.request = (async (...args: unknown[]) => {
            await new Promise((resolve) => setTimeout(resolve, 350));
            return request(...args);
          }) as typeof navigator.locks.request;
        });
        await page.page.reload();
        await field(page, id).waitFor();
        assert.equal(await field(page, id).inputValue(), "half of a sen");
        assert.equal((await page.shown()).composer, "half of another");
        letGo();
      });
    });

    test("is taken over as soon as the document before has gone, however long that takes", async () => {
      await scene([], async ({ world, page }) => {
        await page.link("down");
        await page.add("typed before");
        await page.page.getByText("Not saved.").waitFor();
        // Stands for the document before: it has the lock for as long as it likes.
        const before = await page.page.context().newPage();
        await before.goto(`${origin}/favicon.svg`);
        const name = await page.page.evaluate(() => JSON.parse(sessionStorage.getItem("todos.tab") ?? "null"));
        await before.evaluate((name) => {
          const held = () => new Promise((letGo) => Object.assign(globalThis, { letGo }));
          void navigator.locks.request(`todos.tab.${name}`, held);
        }, name);
        await page.link("up");
        await page.reload();
        await page.page.getByText("Nothing to do").waitFor();
        assert.notEqual(await page.page.evaluate(() => JSON.parse(sessionStorage.getItem("todos.tab") ?? "null")), name);
        assert.deepEqual(await world.todos(), []);
        await before.evaluate(() => (globalThis as unknown as { letGo(): void }).letGo());
        await becomes(world, ["typed before"]);
        await before.close();
      });
    });

    test("in two tabs that were closed is there in the next, one after the other", async () => {
      await scene(["first"], async ({ page, ids: [id = ""] }) => {
        const [one, two] = [page.page, await another(page)];
        for (const [tab, number] of [[one, "one"], [two, "two"]] as const) {
          await tab.locator(`[data-key="${id}"] [data-edit]`).dispatchEvent("click");
          await tab.locator(`[data-key="${id}"] textarea`).fill(`edited in tab ${number}`);
          await composer(tab).fill(`begun in tab ${number}`);
        }
        const last = await closed(page, [one, two]);
        const edit = last.locator(`[data-key="${id}"] textarea`);
        await edit.waitFor();
        const waiting = last.getByText("Begun in another window:");
        const seen = new Set([await edit.inputValue(), await composer(last).inputValue()]);
        for (let times = 0; times < 2; times += 1) {
          await waiting.waitFor();
          const next = (await waiting.locator("bdi").textContent()) ?? "";
          await last.getByRole("button", { name: "Write this now" }).click();
          await eventually("it is in the field", async () => ((await composer(last).inputValue()) === next ? true : undefined));
          seen.add(next);
        }
        assert.deepEqual([...seen].sort(), ["begun in tab one", "begun in tab two", "edited in tab one", "edited in tab two"]);
        await last.reload();
        await waiting.waitFor();
        const before = (await waiting.locator("bdi").textContent()) ?? "";
        await waiting.getByRole("button", { name: "Discard" }).click();
        await last.getByRole("status").getByRole("button", { name: "Undo" }).click();
        assert.ok((await kept(last)).includes(before), "had back");
      });
    });

    test("and was discarded by logging out in another tab is not said to be kept", async () => {
      await scene([], async ({ page }) => {
        const other = await another(page);
        await composer(other).fill("half of a sen");
        await page.page.getByRole("button", { name: /^Account/ }).click();
        await page.page.getByRole("button", { name: "Log out", exact: true }).click();
        await page.page.getByRole("button", { name: "Log out and discard" }).click();
        await other.getByRole("heading", { name: "Your session has ended" }).waitFor();
        await other.getByText("Log in again to carry on.", { exact: true }).waitFor();
        assert.equal(await kept(other), "");
      });
    });

    test("and was discarded by logging out does not come back with an answer that was still under way", async () => {
      await scene([], async ({ world, page }) => {
        await page.link("down");
        await page.add("first");
        await page.page.getByText("Not saved.").waitFor();
        await page.link("stuck");
        await page.add("second");
        await page.page.getByRole("button", { name: /^Account/ }).click();
        await page.page.getByRole("button", { name: "Log out", exact: true }).click();
        const failed = page.page.waitForEvent("requestfailed", (request) => request.method() === "POST" && request.url().endsWith("/api/todos"));
        await page.page.getByRole("button", { name: "Log out and discard" }).click();
        await page.page.waitForURL("**/login");
        await page.link("down");
        await failed;
        await page.page.getByRole("heading", { name: "Log in" }).waitFor();
        assert.equal(await kept(page.page), "");
        assert.deepEqual(await world.todos(), []);
      });
    });
  });

  describe("a conflict", () => {
    test("is none where one changes the text and the other the date", async () => {
      await scene(["first"], async ({ world, page, ids: [id = ""] }) => {
        await editing(page, id, "first, by hand");
        await world.agents[0].call("updateTodo", { todoID: id, dueOn: "2030-05-06" });
        await page.row(id).getByText("Claude set another date.").waitFor();
        await page.save(id);
        await eventually("both are there", async () => {
          const [todo] = await world.todos();
          assert.deepEqual([todo?.text, todo?.dueOn], ["first, by hand", "2030-05-06"]);
          return true;
        });
        await world.holds();
      });
    });

    /** Lets something happen between the moment at which the page sends its edit and that at which it arrives. */
    async function beforeItArrives(page: PersonPage, happen: () => Promise<unknown>): Promise<Json[]> {
      const sent: Json[] = [];
      await page.page.route("**/api/todos/*", async (route: Route) => {
        if (route.request().method() !== "PATCH") return route.fallback();
        sent.push({ tag: route.request().headers()["if-match"], body: route.request().postDataJSON() });
        if (sent.length === 1) await happen();
        return route.fallback();
      });
      return sent;
    }

    test("that comes while the edit is on its way is merged under the new tag", async () => {
      await scene(["first"], async ({ world, page, ids: [id = ""] }) => {
        const sent = await beforeItArrives(page, () => world.agents[0].call("updateTodo", { todoID: id, dueOn: "2030-05-06" }));
        await editing(page, id, "first, by hand");
        await page.save(id);
        await eventually("both are there", async () => {
          const [todo] = await world.todos();
          assert.deepEqual([todo?.text, todo?.dueOn], ["first, by hand", "2030-05-06"]);
          return true;
        });
        assert.equal(sent.length, 2);
        assert.notEqual(sent[0]?.tag, sent[1]?.tag);
        assert.deepEqual(sent[1]?.body, { text: "first, by hand" });
        await world.holds();
      });
    });

    test("of two texts comes back into the editor, both whole, and the person decides", async () => {
      await scene(["first", "second"], async ({ world, page, ids: [one = "", two = ""] }) => {
        const [mine, theirs] = [`mine ${"and on ".repeat(80)}end`, `theirs ${"and so on ".repeat(80)}end`];
        await beforeItArrives(page, async () => {
          for (const id of [one, two]) await world.agents[0].call("updateTodo", { todoID: id, todoText: theirs });
        });
        await editing(page, one, mine);
        await page.save(one);
        const versions = page.row(one).getByRole("alert").filter({ hasText: "From Claude" });
        await versions.waitFor();
        assert.equal(await field(page, one).inputValue(), mine);
        assert.deepEqual(await versions.locator(".version-value").allTextContents(), [mine, theirs]);
        assert.deepEqual(await texts(world), [theirs, theirs], "nothing was decided yet");
        await versions.getByRole("button", { name: "Keep mine" }).click();
        await page.save(one);
        await becomes(world, [mine, theirs]);

        await editing(page, two, mine);
        await world.agents[1].call("updateTodo", { todoID: two, todoText: "something else" });
        await page.row(two).getByText("From ChatGPT").waitFor();
        await page.row(two).getByRole("button", { name: "Use theirs" }).click();
        assert.equal(await field(page, two).inputValue(), "something else");
        await page.save(two);
        await world.holds();
      });
    });

    test("with a deletion that comes while the edit is on its way loses nothing either", async () => {
      await scene(["first"], async ({ world, page, ids: [id = ""] }) => {
        await beforeItArrives(page, () => world.agents[0].call("deleteTodo", { todoID: id }));
        await editing(page, id, "too late");
        await page.save(id);
        await page.row(id).getByText("Claude deleted this.").waitFor();
        assert.equal(await field(page, id).inputValue(), "too late");
      });
    });
  });

  test("an edit that the server refuses comes back into the editor, and it is said why", async () => {
    await scene(["first"], async ({ page, ids: [id = ""] }) => {
      const refusal = { type: "about:blank", title: "Unprocessable Content", status: 422, detail: "Not such a text." };
      await page.page.route("**/api/todos/*", (route) =>
        route.request().method() === "PATCH" ? route.fulfill({ status: 422, contentType: "application/problem+json", json: refusal }) : route.fallback(),
      );
      await editing(page, id, "first, at length");
      await page.save(id);
      await page.page.getByRole("status").filter({ hasText: "‘first’ was not saved. Not such a text." }).waitFor();
      assert.equal(await field(page, id).inputValue(), "first, at length");
    });
  });

  describe("what was not answered", () => {
    test("does not keep anything else waiting: five additions are at the server before the first answer", async () => {
      await scene([], async ({ world, page }) => {
        await page.link("held");
        for (const text of ["a", "b", "c", "d", "e"]) await page.add(text);
        await eventually("all are there", async () => ((await world.todos()).length === 5 ? true : undefined));
        const { rows, isBusy } = await page.shown();
        assert.deepEqual(rows.map(({ text, state }) => [text, state]), ["a", "b", "c", "d", "e"].map((text) => [text, "saving"]));
        assert.equal(isBusy, true);
        await page.link("up");
        await world.holds();
      });
    });

    test("is sent again under its own key after the page was closed, and done once", async () => {
      await scene([], async ({ world, page }) => {
        const keys: string[] = [];
        page.page.context().on("request", (request) => {
          const key = request.headers()["idempotency-key"];
          if (key) keys.push(key);
        });
        await page.link("deaf");
        await page.add("only once");
        await eventually("it is at the server", async () => ((await world.todos()).length === 1 ? true : undefined));
        await page.page.getByText("Not saved.").waitFor();
        await page.link("up");
        await page.crash();
        await world.holds();
        assert.equal(new Set(keys).size, 1);
        assert.ok(keys.length > 1);
        await becomes(world, ["only once"]);
      });
    });

    test("is never sent as another person, and waits for the right one", async () => {
      await scene([], async ({ world, page }) => {
        const ben = await Person.logsIn(origin);
        await page.link("down");
        await page.add("Ada’s own");
        await page.page.getByText("Not saved.").waitFor();
        const [url] = [page.page.url()];
        await page.page.goto("about:blank");
        await page.link("up");
        await page.logIn(ben);
        await page.page.getByText("Nothing to do").waitFor();
        assert.deepEqual(await ben.todos(), []);
        assert.deepEqual(await world.todos(), []);
        await page.logIn(await Person.logsIn(origin, world.ada.email));
        assert.equal(page.page.url(), url);
        await becomes(world, ["Ada’s own"]);
        assert.deepEqual(await ben.todos(), []);
      });
    });

    test("is, after more than a day, sent only when the person says so", async () => {
      await scene([], async ({ world, page }) => {
        await page.link("down");
        await page.add("from the day before yesterday");
        await page.page.getByText("Not saved.").waitFor();
        await page.crash(twoDaysPass);
        await page.link("up");
        const question = page.page.getByRole("group").filter({ hasText: "more than a day ago" });
        await question.waitFor();
        assert.deepEqual(await world.todos(), []);
        await question.getByRole("button", { name: "Send now" }).click();
        await becomes(world, ["from the day before yesterday"]);
        await world.holds();
      });
    });

    test("is asked about after a day also where it was never sent, since it stands behind what was", async () => {
      await scene(["first"], async ({ world, page, ids: [id = ""] }) => {
        await page.link("down");
        await page.toggle(id);
        await page.page.getByText("Not saved as completed.").waitFor();
        await page.remove(id);
        // It stands behind one that was not saved, so the row stays and says so.
        await page.page.waitForFunction(() =>
          Object.keys(localStorage).some((name) => name.endsWith(".commands") && JSON.parse(localStorage.getItem(name) ?? "[]").length === 2),
        );
        await page.crash(twoDaysPass);
        await page.link("up");
        const question = page.page.getByRole("group").filter({ hasText: "2 changes from more than a day ago were not sent." });
        await question.waitFor();
        // Whatever is sent now takes nothing old along.
        await page.add("second");
        await becomes(world, ["first", "second"]);
        await question.getByRole("button", { name: "Send now" }).click();
        await becomes(world, ["second"]);
        await world.holds();
      });
    });

    test("is undone all the same after the page was closed, where it was an undo", async () => {
      await scene(["first"], async ({ world, page, ids: [id = ""] }) => {
        await page.toggle(id);
        await world.holds();
        await page.link("down");
        const failed = page.page.waitForEvent("requestfailed", (request) => request.url().endsWith("/undo"));
        await page.undo();
        await failed;
        await page.crash();
        await page.link("up");
        await eventually("it is open again", async () => {
          assert.equal((await world.todos())[0]?.completed, false);
          return true;
        });
      });
    });

    test("is not thrown away by logging out without a word", async () => {
      await scene([], async ({ world, page }) => {
        await page.link("down");
        await page.add("not saved yet");
        await page.page.getByText("Not saved.").waitFor();
        const logOut = async () => {
          await page.page.getByRole("button", { name: /^Account/ }).click();
          await page.page.getByRole("button", { name: "Log out", exact: true }).click();
        };
        await logOut();
        const question = page.page.getByRole("dialog", { name: "Some of it is not saved" });
        await question.getByRole("button", { name: "Stay" }).click();
        await page.page.getByText("Not saved.").waitFor();
        await logOut();
        await question.getByRole("button", { name: "Log out and discard" }).click();
        await page.page.waitForURL("**/login");
        assert.deepEqual(
          await page.page.evaluate(() => Object.keys(localStorage).filter((name) => name.startsWith("todos.kept"))),
          [],
        );
        assert.deepEqual(await world.todos(), []);
      });
    });

    test("makes the browser ask before the page is closed only where it could not be kept", async () => {
      await scene([], async ({ page }) => {
        const asks = async () => {
          let asked = false;
          const answer = (dialog: Dialog) => {
            asked = dialog.type() === "beforeunload";
            void dialog.accept();
          };
          page.page.on("dialog", answer);
          await page.page.reload();
          await page.page.getByRole("textbox", { name: "New todo" }).waitFor();
          page.page.off("dialog", answer);
          return asked;
        };
        await page.page.getByRole("textbox", { name: "New todo" }).fill("kept");
        assert.equal(await asks(), false);
        await page.page.evaluate(() => {
          Storage.prototype.setItem = () => {
            throw new DOMException("full", "QuotaExceededError");
          };
        });
        await page.page.getByRole("textbox", { name: "New todo" }).click();
        await page.page.keyboard.type(" not");
        assert.equal(await asks(), true);
      });
    });
  });

  describe("what the server fails to do", () => {
    const failing = (page: PersonPage, path: string) =>
      page.page.route(`**/api/${path}`, (route) =>
        route.fulfill({ status: 500, contentType: "application/problem+json", json: { type: "about:blank", title: "Error", status: 500, detail: "It stumbled." } }),
      );

    test("holds up what is done to the same todo after it, and that does not look done", async () => {
      await scene(["first", "second"], async ({ world, page, ids: [id = ""] }) => {
        await failing(page, "todos/*/complete");
        await page.toggle(id);
        await page.row(id).getByText("Not saved as completed. It stumbled.").waitFor();
        await page.remove(id);
        await page.row(id).getByText("Not deleted. It stumbled.").waitFor();
        await page.page.unroute("**/api/todos/*/complete");
        await page.row(id).getByRole("button", { name: "Try again" }).click();
        await becomes(world, ["second"]);
        await world.holds();
      });
    });

    test("is said also where no row shows it", async () => {
      await scene(["first"], async ({ world, page, ids: [id = ""] }) => {
        await page.toggle(id);
        await world.holds();
        const said = (text: string) => page.page.getByRole("status").filter({ hasText: `${text} It stumbled. It is sent again by itself.` });
        await failing(page, "todos/clear-completed");
        await page.page.getByRole("button", { name: "Clear completed" }).click();
        await said("Not cleared.").getByRole("button", { name: "Dismiss" }).click();
        await page.page.unroute("**/api/todos/clear-completed");
        await becomes(world, []);
        await failing(page, "history/*/undo");
        await page.undo();
        await said("Not undone.").waitFor();
        await page.page.unroute("**/api/history/*/undo");
        await becomes(world, ["first"]);
      });
    });
  });

  describe("what is on its way", () => {
    test("looks like it after a moment, and like saved once it is", async () => {
      await scene(["first"], async ({ world, page, ids: [id = ""] }) => {
        await page.link("held");
        await page.toggle(id);
        await page.row(id).getByText("Saving…").waitFor();
        await page.link("up");
        await page.row(id).getByText("Saving…").waitFor({ state: "detached" });
        await world.holds();
      });
    });

    test("and fails off the screen is said where the person is looking, with the way there", async () => {
      const many = Array.from({ length: 40 }, (_, number) => `todo ${number}`);
      await scene(many, async ({ page, ids }) => {
        const first = ids[0] ?? "";
        await page.link("stuck");
        await page.toggle(first);
        await page.page.getByRole("button", { name: "Clear completed" }).scrollIntoViewIfNeeded().catch(() => undefined);
        await page.page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
        await page.link("down");
        const notice = page.page.getByRole("status").filter({ hasText: "‘todo 0’ is not saved." });
        await notice.getByRole("button", { name: "Show" }).click();
        await page.row(first).getByText("Not saved as completed.").waitFor();
        assert.equal(await page.row(first).evaluate((row) => row.getBoundingClientRect().top >= 0), true);
      });
    });

    test("and was added off the screen is said to be, with the way there", async () => {
      const many = Array.from({ length: 40 }, (_, number) => `todo ${number}`);
      await scene(many, async ({ page }) => {
        await page.page.evaluate(() => scrollTo(0, 0));
        await page.page.getByRole("textbox", { name: "New todo" }).fill("the last of all");
        await page.page.evaluate(() => scrollTo(0, 0));
        await page.page.keyboard.press("Enter");
        const notice = page.page.getByRole("status").filter({ hasText: "Added ‘the last of all’" });
        await notice.getByRole("button", { name: "Show" }).click();
        const row = page.page.getByRole("listitem").filter({ hasText: "the last of all" });
        assert.equal(await row.evaluate((row) => row.getBoundingClientRect().bottom <= innerHeight), true);
      });
    });
  });
});
