// The page for people who use it otherwise than its makers do: by keyboard, by voice, with a screen reader, enlarged, with other
// colours, on paper (WCAG 2.2 AA, and targets of 44 px). What axe-core can find is in the suite `pages`; here is what it cannot.

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import type { Browser, Locator, Page } from "playwright-core";

import { connected } from "../harness/agent.ts";
import { axe } from "../harness/axe.ts";
import { launch } from "../harness/chromium.ts";
import { eventually } from "../harness/eventually.ts";
import { callTool } from "../harness/mcp.ts";
import { out } from "../harness/paths.ts";
import { Person } from "../harness/person.ts";
import { embedded } from "../harness/shared.ts";

const SCREENSHOTS = join(out, "screenshots", "for-everyone");
const THEMES = ["light", "dark"] as const;

/** WCAG 2.2, 1.4.12. */
const TEXT_SPACING = "* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important } p { margin-bottom: 2em !important }";

type Options = Parameters<Browser["newContext"]>[0];
type Scene = { page: Page; ada: Person; agent: (name: string, args: Record<string, unknown>) => Promise<Record<string, any>> };

describe("For everyone", () => {
  let origin: string;
  let browser: Browser;
  before(async () => {
    mkdirSync(SCREENSHOTS, { recursive: true });
    origin = (await embedded()).origin;
    browser = await launch();
  });
  after(() => browser?.close());

  async function scene(todos: readonly string[], run: (scene: Scene) => Promise<void>, options: Options = {}): Promise<void> {
    const ada = await Person.logsIn(origin);
    for (const todo of todos) await ada.adds(todo);
    const { access_token } = await connected(ada);
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: "reduce", ...options });
    try {
      await context.addCookies([
        { name: "stytch_session", value: ada.sessionToken, url: origin },
        { name: "stytch_session_jwt", value: ada.sessionJwt, url: origin },
      ]);
      const page = await context.newPage();
      await page.goto(`${origin}/todoapp`);
      await page.getByRole("textbox", { name: "New todo" }).waitFor();
      if (todos.length > 0) await page.locator("[data-row]").nth(todos.length - 1).waitFor();
      await run({ page, ada, agent: async (name, args) => (await callTool(origin, access_token, name, args)).structuredContent });
    } finally {
      await context.close();
    }
  }

  const box = (page: Page, name: string) => page.getByRole("checkbox", { name, exact: true });
  /** What has the focus: its name, or else its text. */
  const focused = (page: Page) =>
    page.evaluate(() => {
      const { activeElement: element, body } = document;
      if (!element || element === body) return "the body";
      const labelled = (element.getAttribute("aria-labelledby") ?? "").split(" ").map((id) => document.getElementById(id)?.textContent ?? "");
      return (element.getAttribute("aria-label") || labelled.join(" ").trim() || element.textContent || element.tagName).trim();
    });
  const focusIs = (page: Page, name: string) => eventually(`the focus is on “${name}”`, async () => ((await focused(page)) === name ? true : assert.equal(await focused(page), name)));

  describe("single keys", () => {
    test("do nothing outside the list", async () => {
      await scene(["one"], async ({ page }) => {
        for (const key of ["n", "h", "?", "x", "z", "/"]) await page.keyboard.press(key);
        assert.equal(await focused(page), "the body");
        assert.equal(await page.locator("dialog[open]").count(), 0);
        await page.getByRole("button", { name: "Connect an agent" }).focus();
        for (const key of ["n", "h", "?", "x", "z", "/"]) await page.keyboard.press(key);
        assert.equal(await focused(page), "Connect an agent");
        assert.equal(await page.locator("dialog[open]").count(), 0);
        await box(page, "one").focus();
        await page.keyboard.press("n");
        await focusIs(page, "New todo");
      });
    });

    test("can be switched off, for good; other keys go on", async () => {
      await scene(["one", "two"], async ({ page }) => {
        await box(page, "one").focus();
        await page.keyboard.press("?");
        const keys = page.getByRole("dialog", { name: "Keys" });
        await keys.getByRole("switch", { name: "Single keys" }).uncheck();
        await page.keyboard.press("Escape");
        for (const again of [false, true]) {
          if (again) {
            await page.reload();
            await box(page, "one").waitFor();
          }
          await box(page, "one").focus();
          for (const key of ["?", "h", "n", "x", "e", "j", "z"]) await page.keyboard.press(key);
          assert.equal(await focused(page), "one");
          assert.equal(await page.locator("dialog[open], [data-editor], [data-completed]").count(), 0);
          await page.keyboard.press("ArrowDown");
          assert.equal(await focused(page), "two");
        }
        await page.getByRole("button", { name: "Show all keys" }).click();
        await keys.getByRole("switch", { name: "Single keys" }).check();
        await page.keyboard.press("Escape");
        await box(page, "one").focus();
        await page.keyboard.press("j");
        assert.equal(await focused(page), "two");
      });
    });
  });

  describe("the focus", () => {
    test("gets to the list in two steps, however much the header has, and through it in four, however long it is", async () => {
      await scene(Array.from({ length: 30 }, (_, index) => `todo ${index}`), async ({ page }) => {
        await page.keyboard.press("Tab");
        assert.equal(await focused(page), "Skip to the main part");
        await page.keyboard.press("Enter");
        assert.equal(await focused(page), "todo 0");
        await page.keyboard.press("ArrowDown");
        await page.keyboard.press("ArrowDown");
        assert.equal(await focused(page), "todo 2");
        const stops: string[] = [];
        for (let step = 0; step < 3; step++) {
          await page.keyboard.press("Tab");
          stops.push(await focused(page));
        }
        assert.deepEqual(stops, ["Edit: todo 2", "Delete: todo 2", "New todo"]);
        await page.keyboard.press("Shift+Tab");
        await page.keyboard.press("Shift+Tab");
        await page.keyboard.press("Shift+Tab");
        assert.equal(await focused(page), "todo 2", "one comes back to where one was");
      });
    });

    test("is nowhere lost when what has it goes", async () => {
      await scene(["one", "two", "three"], async ({ page, ada, agent }) => {
        const steps: [what: string, act: () => Promise<unknown>, then: string][] = [
          ["a row is deleted", async () => {
            await box(page, "two").focus();
            await page.keyboard.press("Delete");
          }, "three"],
          ["its notice is answered", async () => {
            await page.getByRole("status").getByRole("button", { name: "Undo" }).focus();
            await page.keyboard.press("Enter");
          }, "three"],
          ["an agent deletes the row", async () => {
            const { todos } = await agent("listTodos", {});
            await box(page, "one").focus();
            await agent("deleteTodo", { todoID: todos[0].id });
            await box(page, "one").waitFor({ state: "detached" });
          }, "two"],
          ["an agent’s card is put away", async () => {
            await page.getByRole("button", { name: "Got it" }).focus();
            await page.keyboard.press("Enter");
            await page.getByRole("button", { name: "Got it" }).waitFor({ state: "detached" });
          }, "two"],
          ["all that is completed is cleared", async () => {
            await ada.rest("POST", `/api/todos/${(await ada.todos())[0]?.["id"]}/complete`);
            await page.getByRole("button", { name: "Clear completed" }).focus();
            await page.keyboard.press("Enter");
            await page.getByRole("button", { name: "Clear completed" }).waitFor({ state: "detached" });
          }, "three"],
          ["the last row is deleted", async () => {
            await box(page, "three").focus();
            await page.keyboard.press("Delete");
            await page.getByText("Nothing to do").waitFor();
          }, "New todo"],
        ];
        for (const [what, act, then] of steps) {
          await act();
          await eventually(what, async () => {
            assert.equal(await focused(page), then, what);
            return true;
          });
        }
      });
    });

    test("leaves the field for a new todo by Escape, for the todo above it, and what is written there stays", async () => {
      await scene(["one", "two"], async ({ page }) => {
        await page.getByRole("textbox", { name: "New todo" }).fill("half of a sen");
        await page.keyboard.press("Escape");
        await focusIs(page, "two");
        assert.equal(await page.getByRole("textbox", { name: "New todo" }).inputValue(), "half of a sen");
      });
    });

    test("… and for the heading where there is no todo: from there what was done last is undone, and the arrows lead on", async () => {
      await scene(["one"], async ({ page }) => {
        await box(page, "one").focus();
        await page.keyboard.press("Delete");
        await focusIs(page, "New todo");
        await page.keyboard.type("half of a sen");
        await page.keyboard.press("Escape");
        await eventually("the focus is on the heading", async () => ((await focused(page)).startsWith("Todos") ? true : undefined));
        assert.equal(await page.getByRole("textbox", { name: "New todo" }).inputValue(), "half of a sen");
        await page.keyboard.press("Control+z");
        await box(page, "one").waitFor();
        await page.keyboard.press("ArrowDown");
        await focusIs(page, "one");
      });
    });

    test("goes along to another page, and stays when an app is disconnected there", async () => {
      await scene(["one"], async ({ page }) => {
        await page.getByRole("button", { name: /^Account/ }).click();
        await page.getByRole("link", { name: "Connected apps" }).focus();
        await page.keyboard.press("Enter");
        await focusIs(page, "Connected apps");
        await page.getByRole("button", { name: /^Disconnect/ }).focus();
        await page.keyboard.press("Enter");
        await page.getByRole("group").getByRole("button", { name: "Disconnect" }).focus();
        await page.keyboard.press("Enter");
        await page.getByText("Nothing is connected").waitFor();
        await focusIs(page, "Connected apps");
      });
    });

    test("comes back from a panel to where it was", async () => {
      await scene(["one"], async ({ page }) => {
        await box(page, "one").focus();
        await page.keyboard.press("h");
        await page.getByRole("dialog", { name: "History" }).waitFor();
        await page.keyboard.press("Escape");
        await focusIs(page, "one");
      });
    });
  });

  test("the question about logging out, once it is answered, leaves the focus in the page", async () => {
    await scene(["one"], async ({ page }) => {
      await page.getByRole("textbox", { name: "New todo" }).fill("half of a sen");
      for (const answer of ["Escape", "Enter"]) {
        await page.getByRole("button", { name: /^Account/ }).focus();
        await page.keyboard.press("Enter");
        await page.getByRole("button", { name: "Log out", exact: true }).focus();
        await page.keyboard.press("Enter");
        const question = page.getByRole("dialog", { name: "Some of it is not saved" });
        await question.waitFor();
        await page.keyboard.press(answer);
        await question.waitFor({ state: "hidden" });
        await eventually("it has the focus", async () => {
          assert.notEqual(await focused(page), "the body", answer);
          return true;
        });
      }
    });
  });

  test("a heading says how much is open, and when all is done", async () => {
    await scene(["one", "two"], async ({ page }) => {
      await page.getByRole("heading", { level: 1, name: "Todos 2 open" }).waitFor();
      await box(page, "one").click();
      await box(page, "two").click();
      await page.getByRole("heading", { level: 1, name: "Todos all done" }).waitFor();
      await page.getByRole("heading", { level: 2, name: "Completed 2" }).waitFor();
    });
  });

  test("the list is what it is to a screen reader", async () => {
    await scene(["one", "two"], async ({ page, ada }) => {
      const [one] = await ada.todos();
      await ada.rest("PATCH", `/api/todos/${one?.["id"]}`, { dueOn: "2020-02-03" });
      await page.getByRole("checkbox", { name: /overdue/ }).waitFor();
      const tree = await page.locator("main").ariaSnapshot();
      assert.match(tree, /^- main:\n {2}- heading "Todos 2 open" \[level=1\]/);
      assert.match(tree, /- region "Open":/);
      assert.match(tree, /- checkbox "one overdue since .*2020"/);
      assert.match(tree, /- 'button "Edit: one"'/);
      assert.match(tree, /- textbox "New todo"/);
    });
  });

  /** Opens everything that has controls of its own, one after the other. */
  async function through(page: Page, look: (where: string) => Promise<void>): Promise<void> {
    await look("the list");
    await page.locator("[data-edit]").first().dispatchEvent("click");
    await page.getByRole("textbox", { name: "Text" }).waitFor();
    await look("editing");
    await page.keyboard.press("Escape");
    for (const [button, title] of [["History", "History"], ["Connect an agent", "Connect an agent"], ["Show all keys", "Keys"]] as const) {
      await page.getByRole("button", { name: button }).first().click();
      const panel = page.getByRole("dialog", { name: title });
      await panel.getByRole("button").nth(1).or(panel.getByRole("switch")).first().waitFor();
      await look(title);
      await panel.getByRole("button", { name: "Close" }).click();
    }
    await page.goto(`${origin}/settings`);
    await page.getByRole("button", { name: /^Disconnect/ }).waitFor();
    await look("settings");
  }

  const furnished = (run: (scene: Scene) => Promise<void>, options?: Options) =>
    scene(
      ["Water the plants", "Ask Ines whether the cabin is free in the second week of January, and if not, which week would do"],
      async (scene) => {
        const [one, two] = await scene.ada.todos();
        await scene.ada.rest("PATCH", `/api/todos/${one?.["id"]}`, { dueOn: "2020-02-03" });
        await scene.agent("createTodo", { todoText: "Book the night train to Vienna" });
        await scene.agent("markTodoComplete", { todoID: two?.["id"] });
        await scene.page.getByRole("button", { name: "Clear completed" }).waitFor();
        await scene.page.getByRole("region", { name: "Ada’s agent" }).waitFor();
        await run(scene);
      },
      options,
    );

  /** Controls that cannot be hit 22 px from their middle each way, as far as nothing ends there. */
  const small = (root: Locator) =>
    root.evaluate((root) => {
      const controls = [...root.querySelectorAll<HTMLElement>("button, a[href], input, select, textarea")].filter(
        (element) => element.checkVisibility({ opacityProperty: false }) && !element.closest(".visually-hidden, .skip-link"),
      );
      return controls.flatMap((control) => {
        // A link in a sentence is as high as the sentence (2.5.8, “Inline”); a label belongs to its control.
        if (control.matches("p .link, p a")) return [];
        const target = control.closest("label") ?? control;
        target.scrollIntoView({ block: "center" });
        const box = target.getBoundingClientRect();
        const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
        const hits = (dx: number, dy: number) => {
          const hit = document.elementFromPoint(x + dx, y + dy);
          return hit !== null && (target.contains(hit) || hit.contains(target) === false && hit.closest("button, a, label, input") === control);
        };
        const missed = [[-21, 0], [21, 0], [0, -21], [0, 21]]
          .filter(([dx = 0, dy = 0]) => !hits(dx, dy))
          .map(([dx = 0, dy = 0]) => `${dx},${dy}: ${document.elementFromPoint(x + dx, y + dy)?.className}`);
        const name = `${control.getAttribute("aria-label") ?? control.textContent ?? control.tagName} (${Math.round(box.width)} × ${Math.round(box.height)})`;
        return missed.length > 0 ? [`${name} at ${missed.join(" and ")}`] : [];
      });
    });

  for (const [device, viewport] of Object.entries({ phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 900 } }))
    test(`every control can be hit within 44 px, ${device}`, async () => {
      await furnished(
        async ({ page }) => {
          await through(page, async (where) => {
            const root = (await page.locator("dialog[open]").count()) > 0 ? page.locator("dialog[open]") : page.locator("body");
            assert.deepEqual(await small(root), [], where);
          });
        },
        { viewport, hasTouch: device === "phone" },
      );
    });

  /** What is wider than the window, and what is cut off. */
  const broken = (page: Page) =>
    page.evaluate(() => {
      const beyond = document.documentElement.scrollWidth - innerWidth;
      const cut = [...document.querySelectorAll<HTMLElement>("body *")].filter((element) => {
        const { overflowX, overflowY } = getComputedStyle(element);
        const cuts = (overflow: string) => overflow === "hidden" || overflow === "clip";
        if (element.closest(".visually-hidden, .skip-link, [class*=VisuallyHidden]") || !element.checkVisibility() || !element.textContent) return false;
        return (cuts(overflowX) && element.scrollWidth > element.clientWidth + 1) || (cuts(overflowY) && element.scrollHeight > element.clientHeight + 1);
      });
      return [...(beyond > 0 ? [`${beyond} px stick out`] : []), ...cut.map((element) => `cut: ${element.className} ${element.textContent?.slice(0, 40)}`)];
    });

  for (const theme of THEMES) {
    for (const [name, { viewport, spaced }] of Object.entries({
      "320 px": { viewport: { width: 320, height: 640 }, spaced: false },
      "400 % zoom": { viewport: { width: 320, height: 256 }, spaced: false },
      "text spacing": { viewport: { width: 390, height: 844 }, spaced: true },
      "text spacing on a desktop": { viewport: { width: 1280, height: 860 }, spaced: true },
    }))
      test(`${name}: nothing sticks out, is cut off, or lies over what has the focus, ${theme}`, async () => {
        await furnished(
          async ({ page }) => {
            // The page's own policy forbids a <style>.
            if (spaced) await page.evaluate((css) => {
              const sheet = new CSSStyleSheet();
              sheet.replaceSync(css);
              document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
            }, TEXT_SPACING);
            await page.screenshot({ path: join(SCREENSHOTS, `${name}-${theme}.png`), fullPage: true });
            assert.deepEqual(await broken(page), []);
            for (const handle of await page.locator("[data-handle]").all()) {
              await handle.focus();
              const isSeen = await handle.evaluate((element) => {
                const { x, y, width, height } = element.getBoundingClientRect();
                const hit = document.elementFromPoint(x + width / 2, y + height / 2);
                return hit === element;
              });
              assert.ok(isSeen, "what has the focus is seen");
            }
            assert.deepEqual(await axe(page.mainFrame()), []);
            if (spaced) return;
            for (const [path, heading] of [["/settings", "Connected apps"], ["/login", "Log in"]] as const) {
              if (path === "/login") await page.context().clearCookies();
              await page.goto(`${origin}${path}`);
              await page.getByRole("heading", { level: 1, name: heading }).waitFor();
              assert.deepEqual(await broken(page), [], path);
            }
          },
          { viewport, colorScheme: theme },
        );
      });

    test(`in colours that the person has chosen what is completed is told from what is not, ${theme}`, async () => {
      await furnished(
        async ({ page }) => {
          await page.screenshot({ path: join(SCREENSHOTS, `forced-colours-${theme}.png`) });
          const looks = await page.locator("[data-complete]").evaluateAll((all) =>
            all.map((box) => {
              const ring = getComputedStyle(box, "::before");
              return { isChecked: (box as HTMLInputElement).checked, paper: getComputedStyle(document.body).backgroundColor, fill: ring.backgroundColor, border: ring.borderTopColor, tick: getComputedStyle(box, "::after").borderRightColor };
            }),
          );
          const [done] = looks.filter(({ isChecked }) => isChecked);
          const [open] = looks.filter(({ isChecked }) => !isChecked);
          assert.ok(done && open);
          assert.notEqual(open.border, open.paper, "the ring");
          assert.notEqual(done.fill, open.fill, "what is done is filled");
          assert.notEqual(done.tick, done.fill, "the tick");
          assert.notEqual(await page.locator(".agent-card").evaluate((card) => getComputedStyle(card).borderTopStyle), "none");
        },
        { colorScheme: theme, forcedColors: "active" },
      );
    });

    test(`controls stand out from what is behind them, three to one, ${theme}`, async () => {
      await furnished(
        async ({ page }) => {
          await page.locator("[data-edit]").first().dispatchEvent("click");
          await page.getByRole("textbox", { name: "Text" }).waitFor();
          const ratios = await page.evaluate(() => {
            const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
            const rgb = (colour: string) => {
              if (!canvas) throw new Error("no canvas");
              canvas.clearRect(0, 0, 1, 1);
              canvas.fillStyle = colour;
              canvas.fillRect(0, 0, 1, 1);
              return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3).map((part) => part / 255);
            };
            const light = (colour: string) => {
              const [r = 0, g = 0, b = 0] = rgb(colour).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
              return 0.2126 * r + 0.7152 * g + 0.0722 * b;
            };
            const ratio = (one: string, other: string) => {
              const [a = 0, b = 0] = [light(one), light(other)].sort((a, b) => b - a);
              return (a + 0.05) / (b + 0.05);
            };
            const paper = getComputedStyle(document.body).backgroundColor === "rgba(0, 0, 0, 0)" ? getComputedStyle(document.documentElement).backgroundColor : getComputedStyle(document.body).backgroundColor;
            const style = (selector: string, pseudo?: string) => {
              const element = document.querySelector(selector);
              if (!element) throw new Error(`no ${selector}`);
              return getComputedStyle(element, pseudo);
            };
            return {
              ring: ratio(style("[data-complete]:not(:checked)", "::before").borderTopColor, paper),
              icon: ratio(style(".row-button").color, paper),
              date: ratio(style(".editor-due").borderTopColor, style(".editor").backgroundColor),
              link: ratio(style(".link").color, paper),
            };
          });
          for (const [what, ratio] of Object.entries(ratios)) assert.ok(ratio >= 3, `${what}: ${ratio.toFixed(2)}`);
        },
        { colorScheme: theme },
      );
    });
  }

  test("on paper there is the list, and nothing to press", async () => {
    await furnished(async ({ page }) => {
      await page.emulateMedia({ media: "print" });
      await page.screenshot({ path: join(SCREENSHOTS, "print.png"), fullPage: true });
      assert.deepEqual(await page.locator("button, textarea").evaluateAll((all) => all.filter((element) => element.checkVisibility()).map(({ textContent }) => textContent)), ["Completed 1"]);
      assert.equal(await page.locator("[data-row]").evaluateAll((all) => all.filter((element) => element.checkVisibility()).length), 3);
    });
  });
});
