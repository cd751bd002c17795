// Every page in every state one can meet it in, light and dark, on a desktop and on a phone: nothing that axe-core finds fault
// with, nothing that sticks out, and a picture for whoever reviews it, in tests/out/screenshots/pages. Then what the list
// does when the server cannot, what it costs to download, and what the buttons copy.

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { brotliCompressSync } from "node:zlib";

import type { Browser, BrowserContext, Locator, Page } from "playwright-core";

import { authorized, codeGrant, connected, discover, pkce, redeem, REDIRECT_URI, register, SCOPES } from "../harness/agent.ts";
import { axe } from "../harness/axe.ts";
import { launch, watch } from "../harness/chromium.ts";
import { READ } from "../harness/domain.ts";
import { eventually } from "../harness/eventually.ts";
import type { Json } from "../harness/http.ts";
import { callTool } from "../harness/mcp.ts";
import { out } from "../harness/paths.ts";
import { Person, someEmail } from "../harness/person.ts";
import { embedded } from "../harness/shared.ts";

const SCREENSHOTS = join(out, "screenshots", "pages");
const THEMES = ["light", "dark"] as const;
const WIDTHS = { desktop: { width: 1280, height: 860 }, phone: { width: 390, height: 844 } } as const;

/** Names that an app may give itself, and that a page has to have room for. */
const HARD_NAMES = {
  "long-name": "W".repeat(100),
  "long-word": `Donaudampfschifffahrtsgesellschaftskapitänsmützenfabrikant für ${"a-".repeat(18)}`,
  "stacked-name": "Z\u0301\u0302\u0303a\u0301\u0302\u0303l\u0301\u0302\u0303g\u0301\u0302\u0303o\u0301\u0302\u0303",
};

/** The most JavaScript that a page may need, in bytes as they are sent (brotli); a build that needs more fails (vite/budgets.ts). */
const MOST_JAVASCRIPT = { "/todoapp": 100_000, "/login": 150_000 };

describe("The pages", () => {
  let origin: string;
  let browser: Browser;
  /** Has todos of every kind, and connected apps. */
  let ada: Person;
  /** Has nothing yet. */
  let ben: Person;
  /** Has connected apps whose names are hard to show. */
  let eve: Person;
  before(async () => {
    mkdirSync(SCREENSHOTS, { recursive: true });
    origin = (await embedded()).origin;
    browser = await launch();
    [ada, ben, eve] = [await Person.logsIn(origin), await Person.logsIn(origin), await Person.logsIn(origin)];
    await furnish(ada);
    for (const client_name of Object.values(HARD_NAMES)) {
      const grant = await authorized(eve, {}, { client_name });
      await redeem(grant.server, codeGrant(grant));
    }
  });
  after(() => browser?.close());

  async function furnish(person: Person): Promise<void> {
    const today = new Date().toISOString().slice(0, 10);
    for (const [todoText, dueOn] of [
      ["Send the invoice for October", "2026-10-31"],
      ["Call the dentist", today],
      ["Water the plants", undefined],
      ["Ask Ines whether the cabin is free in the second week of January, and if not, which week would do", "2027-01-04"],
    ]) {
      await person.rest("POST", "/api/todos", { todoText, dueOn });
    }
    const done = await person.adds("Renew the passport");
    await person.rest("POST", `/api/todos/${done.id}/complete`);
    const { access_token } = await connected(person);
    await callTool(origin, access_token, "createTodo", { todoText: "Book the night train to Vienna" });
    const reader = await authorized(person, { scopes: [READ] }, { client_name: "Morning briefing" });
    await redeem(reader.server, codeGrant(reader));
  }

  async function profile(person: Person | undefined, options: Parameters<Browser["newContext"]>[0]): Promise<BrowserContext> {
    const context = await browser.newContext(options);
    if (person) {
      await context.addCookies([
        { name: "stytch_session", value: person.sessionToken, url: origin },
        { name: "stytch_session_jwt", value: person.sessionJwt, url: origin },
      ]);
    }
    return context;
  }

  /** Where a client would send the browser. */
  async function authorizeUrl(changes: Record<string, string> = {}, metadata: Json = {}): Promise<string> {
    const { server } = await discover(origin);
    const { client_id } = (await register(server, { client_name: "Travel planner", ...metadata })).json;
    const request = { response_type: "code", client_id, redirect_uri: REDIRECT_URI, scope: SCOPES.join(" "), state: "x", code_challenge: pkce().challenge, code_challenge_method: "S256" };
    return `/oauth/authorize?${new URLSearchParams({ ...request, ...changes })}`;
  }

  /** That nothing of an element is wider than the window, or the element higher than so many pixels. */
  async function fits(page: Page, element: Locator, height = Infinity): Promise<void> {
    const { right, high } = await element.evaluate((element) => {
      const all = [element, ...element.querySelectorAll("*")].map((each) => each.getBoundingClientRect());
      return { right: Math.max(...all.map((box) => box.right)), high: element.getBoundingClientRect().height };
    });
    assert.ok(right <= (page.viewportSize()?.width ?? 0), `${right} pixels wide`);
    assert.ok(high <= height, `${high} pixels high`);
  }

  const list = (page: Page) => page.getByRole("heading", { name: "Todos" }).waitFor();
  const box = (page: Page, name: string) => page.getByRole("checkbox", { name, exact: true });

  type State = {
    /** Who is logged in. */
    as?: () => Person;
    /** Where the page is; taken before it is opened. */
    path: string | (() => Promise<string>);
    /** What the browser is made to do before. */
    prepare?: (page: Page) => Promise<unknown>;
    /** Resolves when the state is there. */
    reach: (page: Page) => Promise<unknown>;
    /** What the page may complain of. */
    meant?: RegExp;
  };
  const STATES: Record<string, State> = {
    login: { path: "/login", reach: (page) => page.getByRole("button", { name: "Continue with e-mail" }).waitFor() },
    "login-code": {
      path: "/login",
      reach: async (page) => {
        await page.getByRole("textbox").first().fill(someEmail());
        await page.getByRole("button", { name: "Continue with e-mail" }).click();
        await page.getByText("Enter the code").waitFor();
      },
    },
    "login-wrong-code": {
      path: "/login",
      reach: async (page) => {
        await page.getByRole("textbox").first().fill(someEmail());
        await page.getByRole("button", { name: "Continue with e-mail" }).click();
        await page.getByText("Enter the code").waitFor();
        const refused = page.waitForResponse((response) => response.url().includes("/otps/authenticate") && response.status() >= 400);
        await page.getByRole("textbox").first().click();
        await page.keyboard.type("000000");
        await refused;
        await page.getByText(/code/i).nth(1).waitFor();
      },
      meant: /status of 40/,
    },
    authenticate: { path: "/authenticate", reach: (page) => page.getByRole("heading", { name: "Nothing to log in with" }).waitFor() },
    "authenticate-used": {
      path: "/authenticate?stytch_token_type=oauth&token=used-before",
      reach: (page) => page.getByRole("heading", { name: /This login has expired|That did not work/ }).waitFor(),
      meant: /status of 4/,
    },
    consent: {
      as: () => ada,
      path: () => authorizeUrl(),
      reach: (page) => page.getByRole("button", { name: "Allow", exact: true }).waitFor(),
    },
    "consent-read-only": {
      as: () => ada,
      path: () => authorizeUrl({ scope: `openid ${READ}` }),
      reach: (page) => page.getByRole("button", { name: "Allow", exact: true }).waitFor(),
    },
    "consent-refused": {
      as: () => ada,
      path: () => authorizeUrl({ client_id: "connected-app-test-unknown" }),
      reach: (page) => page.getByRole("heading", { name: "This request can’t go on" }).waitFor(),
      meant: /status of 4/,
    },
    "consent-nothing-asked": {
      as: () => ada,
      path: "/oauth/authorize",
      reach: (page) => page.getByRole("heading", { name: "This request can’t go on" }).waitFor(),
      meant: /status of 400/,
    },
    "consent-to-a-program": {
      as: () => ada,
      path: () => authorizeUrl({ redirect_uri: "vscode://agent.example/cb" }, { redirect_uris: ["vscode://agent.example/cb"] }),
      reach: (page) => page.getByText("the one that opens vscode: links").waitFor(),
    },
    "consent-told": {
      as: () => ada,
      path: () => authorizeUrl({ response_mode: "fragment" }),
      reach: (page) => page.getByRole("link", { name: "Tell the app" }).waitFor(),
      meant: /status of 400/,
    },
    "consent-login-again": {
      as: () => ada,
      path: () => authorizeUrl({ prompt: "login" }),
      reach: (page) => page.getByRole("button", { name: "Log in again" }).waitFor(),
      meant: /status of 401/,
    },
    "consent-answered": { path: "/oauth/answered", reach: (page) => page.getByRole("heading", { name: "This request has been answered" }).waitFor() },
    ...Object.fromEntries(
      Object.entries(HARD_NAMES).map(([kind, client_name]): [string, State] => [
        `consent-${kind}`,
        {
          as: () => ada,
          path: () => authorizeUrl({}, { client_name }),
          reach: async (page) => {
            await page.getByRole("button", { name: "Allow", exact: true }).waitFor();
            await fits(page, page.locator(".card"));
          },
        },
      ]),
    ),
    logout: { as: () => ben, path: "/oauth/logout", reach: (page) => page.getByRole("heading", { name: "Log out?" }).waitFor() },
    "todos-empty": {
      as: () => ben,
      path: "/todoapp",
      reach: async (page) => {
        await list(page);
        await page.getByText("Nothing to do").waitFor();
      },
    },
    todos: {
      as: () => ada,
      path: "/todoapp",
      reach: async (page) => {
        await list(page);
        await box(page, "Book the night train to Vienna").waitFor();
      },
    },
    "todos-completed-folded": {
      as: () => ada,
      path: "/todoapp",
      reach: async (page) => {
        await list(page);
        await page.getByRole("button", { name: /^Completed/ }).click();
      },
    },
    "todos-editing": {
      as: () => ada,
      path: "/todoapp",
      reach: async (page) => {
        await list(page);
        await page.getByText("Water the plants", { exact: true }).dblclick();
        await page.getByRole("textbox", { name: "Text" }).waitFor();
      },
    },
    "todos-history": {
      as: () => ada,
      path: "/todoapp",
      reach: async (page) => {
        await list(page);
        await page.getByRole("button", { name: "History" }).click();
        await page.getByRole("dialog", { name: "History" }).getByText("Book the night train").first().waitFor();
      },
    },
    "todos-keys": {
      as: () => ada,
      path: "/todoapp",
      reach: async (page) => {
        await list(page);
        await page.getByRole("button", { name: "Show all keys" }).click();
        await page.getByRole("dialog", { name: "Keys" }).getByRole("switch").waitFor();
      },
    },
    "todos-connect": {
      as: () => ada,
      path: "/todoapp",
      reach: async (page) => {
        await list(page);
        await page.getByRole("button", { name: "Connect an agent" }).first().click();
        await page.getByRole("dialog", { name: "Connect an agent" }).getByText(`${origin}/mcp`).first().waitFor();
      },
    },
    "todos-account": {
      as: () => ada,
      path: "/todoapp",
      reach: async (page) => {
        await list(page);
        await page.getByRole("button", { name: /^Account/ }).click();
        await page.getByRole("button", { name: "Log out" }).waitFor();
      },
    },
    "todos-not-saved": {
      as: () => ada,
      path: "/todoapp",
      prepare: (page) => failing(page, "POST"),
      reach: async (page) => {
        await list(page);
        await page.getByRole("textbox", { name: "New todo" }).fill("Written on a train");
        await page.keyboard.press("Enter");
        await page.getByText("Not saved.").waitFor();
      },
      meant: /ERR_FAILED/,
    },
    "todos-not-readable": {
      as: () => ada,
      path: "/todoapp",
      prepare: (page) => page.route("**/api/todos", (route) => route.fulfill({ status: 500, body: "{}" })),
      reach: (page) => page.getByText("Your list could not be read").waitFor(),
      meant: /status of 500/,
    },
    settings: { as: () => ada, path: "/settings", reach: (page) => page.getByRole("heading", { name: "Morning briefing" }).waitFor() },
    "settings-disconnect": {
      as: () => ada,
      path: "/settings",
      reach: async (page) => {
        await page.getByRole("button", { name: "Disconnect Morning briefing" }).click();
        await page.getByRole("group", { name: "Disconnect Morning briefing?" }).waitFor();
      },
    },
    "settings-hard-names": {
      as: () => eve,
      path: "/settings",
      reach: async (page) => {
        for (const name of Object.values(HARD_NAMES)) await page.getByRole("heading", { name }).waitFor();
        await page.getByRole("button", { name: /^Disconnect / }).first().click();
        await fits(page, page.locator(".apps"));
        for (const app of await page.locator(".app-name").all()) await fits(page, app, 160);
      },
    },
    "settings-empty": { as: () => ben, path: "/settings", reach: (page) => page.getByText("Nothing is connected").waitFor() },
    mailbox: { path: "/dev/mailbox", reach: (page) => page.getByRole("listitem").first().waitFor() },
    "not-ready": {
      path: "/",
      prepare: (page) => page.route("**/api/config", (route) => route.abort("connectionfailed")),
      reach: (page) => page.getByRole("button", { name: "Try again" }).waitFor(),
      meant: /ERR_CONNECTION_FAILED/,
    },
  };

  /** Lets every change of the list fail as a lost connection would. */
  function failing(page: Page, method: string): Promise<unknown> {
    return page.route("**/api/todos**", (route) => (route.request().method() === method ? route.abort("failed") : route.fallback()));
  }

  for (const [name, state] of Object.entries(STATES)) {
    for (const theme of THEMES) {
      for (const [device, viewport] of Object.entries(WIDTHS)) {
        test(`${name}, ${theme}, ${device}`, async () => {
          const context = await profile(state.as?.(), { viewport, colorScheme: theme, hasTouch: device === "phone" });
          const complaints = await watch(context);
          try {
            const page = await context.newPage();
            await state.prepare?.(page);
            await page.goto(`${origin}${typeof state.path === "string" ? state.path : await state.path()}`);
            await state.reach(page);
            assert.deepEqual(await axe(page.mainFrame()), []);
            const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
            assert.ok(beyond <= 0, `${beyond} pixels stick out`);
          } finally {
            for (const page of context.pages()) await page.screenshot({ path: join(SCREENSHOTS, `${name}-${theme}-${device}.png`) });
            await context.close();
          }
          assert.deepEqual(complaints.filter((complaint) => !(state.meant ?? /^$/).test(complaint)), []);
        });
      }
    }
  }

  describe("when the server cannot", () => {
    test("say what the page needs to begin with, that is said, and not waited for without end", async () => {
      const context = await profile(undefined, {});
      try {
        const page = await context.newPage();
        await page.clock.install();
        await page.route("**/api/config", () => undefined);
        await page.goto(`${origin}/`, { waitUntil: "commit" });
        const said = page.getByRole("heading", { name: "No answer" });
        await eventually("it is said", async () => {
          await page.clock.fastForward(21_000);
          return (await said.isVisible()) || undefined;
        });
      } finally {
        await context.close();
      }
    });

    async function offline(method: string, run: (page: Page, back: () => Promise<void>) => Promise<void>): Promise<void> {
      const person = await Person.logsIn(origin);
      await person.adds("Water the plants");
      const context = await profile(person, { viewport: WIDTHS.desktop });
      try {
        const page = await context.newPage();
        await failing(page, method);
        await page.goto(`${origin}/todoapp`);
        await box(page, "Water the plants").waitFor();
        await run(page, () => page.unroute("**/api/todos**"));
        assert.equal((await person.todos()).length, 1 + Number(method === "POST"));
      } finally {
        await context.close();
      }
    }

    test("a completion is not shown as saved, and is saved once there is a connection", async () => {
      await offline("POST", async (page, back) => {
        await box(page, "Water the plants").click();
        const row = page.getByRole("listitem").filter({ hasText: "Water the plants" });
        await row.getByText("Not saved as completed.").waitFor();
        await page.getByRole("textbox", { name: "New todo" }).fill("Written on a train");
        await page.keyboard.press("Enter");
        await page.getByText("Not saved.").waitFor();
        await page.getByText("2 changes are kept here").waitFor();
        await back();
        await page.getByRole("button", { name: "Try again", exact: true }).last().click();
        await box(page, "Written on a train").waitFor();
        await page.getByRole("button", { name: /^Completed/ }).waitFor();
      });
    });

    test("a deletion that was not saved is shown as what it is, and can be given up", async () => {
      await offline("DELETE", async (page) => {
        await page.getByRole("button", { name: "Delete: Water the plants" }).click();
        const row = page.getByRole("listitem").filter({ hasText: "Water the plants" });
        await row.getByText("Not deleted.").waitFor();
        await row.getByRole("button", { name: "Discard" }).click();
        await row.getByText("Not deleted.").waitFor({ state: "detached" });
        await box(page, "Water the plants").waitFor();
      });
    });

    test("an edit is kept, and is said not to be saved", async () => {
      await offline("PATCH", async (page) => {
        await page.getByText("Water the plants", { exact: true }).dblclick();
        await page.getByRole("textbox", { name: "Text" }).fill("Water the cactus");
        await page.keyboard.press("Enter");
        const row = page.getByRole("listitem").filter({ hasText: "Water the cactus" });
        await row.getByText("This change is not saved.").waitFor();
        await row.getByRole("button", { name: "Discard" }).click();
        await box(page, "Water the plants").waitFor();
      });
    });
  });

  test("on a phone, by touch alone: add, complete, edit, delete, undo, history, connect", async () => {
    const person = await Person.logsIn(origin);
    const context = await profile(person, { viewport: WIDTHS.phone, hasTouch: true, isMobile: true });
    const complaints = await watch(context);
    try {
      const page = await context.newPage();
      await page.goto(`${origin}/todoapp`);
      await page.getByRole("textbox", { name: "New todo" }).tap();
      for (const text of ["Buy milk", "Call mum"]) {
        await page.keyboard.type(text);
        await page.keyboard.press("Enter");
        await box(page, text).waitFor();
      }
      await box(page, "Buy milk").tap();
      await page.getByRole("button", { name: /^Completed/ }).waitFor();
      await page.getByRole("button", { name: "Edit: Call mum" }).tap();
      await page.getByRole("textbox", { name: "Text" }).fill("Call mum at six");
      await page.getByRole("button", { name: "Save" }).tap();
      await box(page, "Call mum at six").waitFor();
      await page.getByRole("button", { name: "Delete: Call mum at six" }).tap();
      await box(page, "Call mum at six").waitFor({ state: "detached" });
      await page.getByRole("status").getByRole("button", { name: "Undo" }).tap();
      await box(page, "Call mum at six").waitFor();
      await page.getByRole("button", { name: "History" }).tap();
      const history = page.getByRole("dialog", { name: "History" });
      await history.getByText("You completed ‘Buy milk’").waitFor();
      await history.getByRole("button", { name: "Close" }).tap();
      await page.getByRole("button", { name: "Connect an agent" }).first().tap();
      await page.getByRole("dialog", { name: "Connect an agent" }).getByRole("tab", { name: "ChatGPT" }).tap();
      assert.deepEqual((await person.todos()).map(({ text, completed }) => [text, completed]), [["Call mum at six", false], ["Buy milk", true]]);
    } finally {
      await context.close();
    }
    assert.deepEqual(complaints, []);
  });

  for (const [path, most] of Object.entries(MOST_JAVASCRIPT))
    test(`${path} needs little JavaScript`, async () => {
      const context = await profile(path === "/login" ? undefined : ada, { viewport: WIDTHS.desktop });
      try {
        const page = await context.newPage();
        const scripts = new Map<string, Promise<Buffer>>();
        page.on("response", (response) => {
          if (response.request().resourceType() === "script") scripts.set(response.url(), response.body());
        });
        // The last that the page asks for by itself. Nobody reads its answer, so to Chromium 156 the network is never idle after it.
        const telemetry = page.waitForResponse(`${origin}/sdk/v1/events`);
        await page.goto(`${origin}${path}`, { waitUntil: "load" });
        const shown = path === "/login" ? page.getByRole("button", { name: "Continue with e-mail" }) : box(page, "Water the plants");
        await Promise.all([shown.waitFor(), telemetry]);
        assert.ok(scripts.size > 0);
        const sizes = await Promise.all([...scripts].map(async ([url, body]) => [new URL(url).pathname, brotliCompressSync(await body).length] as const));
        const total = sizes.reduce((sum, [, size]) => sum + size, 0);
        console.log(`JavaScript of ${path}: ${(total / 1_000).toFixed(1)} KB (brotli), in ${sizes.length} files`);
        assert.ok(total <= most, JSON.stringify(sizes));
      } finally {
        await context.close();
      }
    });

  test("what the panel offers to copy is what it copies, and the links of the hosts name this server", async () => {
    const context = await profile(ada, { viewport: WIDTHS.phone, permissions: ["clipboard-read", "clipboard-write"] });
    try {
      const page = await context.newPage();
      await page.goto(`${origin}/todoapp`);
      await page.getByRole("button", { name: "Connect an agent" }).first().click();
      const panel = page.getByRole("dialog", { name: "Connect an agent" });
      await panel.getByRole("tab").first().waitFor();
      const links: string[] = [];
      for (const tab of await panel.getByRole("tab").all()) {
        await tab.click();
        for (const field of await panel.locator(".copy").all()) {
          await field.getByRole("button", { name: /^Copy/ }).click();
          await field.getByText("Copied", { exact: true }).first().waitFor();
          const copied = await page.evaluate(() => navigator.clipboard.readText());
          assert.equal(copied, await field.locator("code").textContent());
          assert.ok(copied.length > 0);
        }
        for (const link of await panel.getByRole("tabpanel").getByRole("link").all()) links.push((await link.getAttribute("href")) ?? "");
      }
      const installing = links.filter((link) => /^(cursor|vscode):/.test(link)).map((link) => new URL(link));
      assert.deepEqual(installing.map(({ protocol }) => protocol).sort(), ["cursor:", "vscode:"]);
      for (const link of installing) {
        const config = link.protocol === "cursor:" ? atob(link.searchParams.get("config") ?? "") : decodeURIComponent(link.search.slice(1));
        assert.equal(JSON.parse(config).url, `${origin}/mcp`);
      }
    } finally {
      await context.close();
    }
  });
});
