// One page of a person, in a browser profile of its own: what is done on it by hand, what it shows, and the connection that it
// has, which can be lost in every way a connection can be.

import type { Browser, BrowserContext, Locator, Page, WebSocketRoute } from "playwright-core";

import { watch } from "../chromium.ts";
import { Person } from "../person.ts";

/**
 * `down`: no request leaves. `deaf`: changes reach the server, and their answers are lost. `held`: changes reach the server, which
 * tells of them over the live connection, and their answers wait until the connection is `up` again. `stuck`: requests wait before
 * they leave, and then fare as the next connection has it.
 */
export type Link = "up" | "down" | "deaf" | "held" | "stuck";

/** For how long what is there may go on not doing what it is told: a machine may be busy. */
const PATIENCE_MS = 10_000;

export type ShownRow = {
  key: string;
  text: string;
  completed: boolean;
  dueOn: string | null;
  state: string;
  /** What stands in the fields of its editor, and in the versions below; null: it is not being edited. */
  typed: string[] | null;
};

export type Shown = { rows: ShownRow[]; composer: string; notice: string; isBusy: boolean };

export class PersonPage {
  readonly name: string;
  readonly complaints: string[];
  #context: BrowserContext;
  #person: Person;
  #page: Page;
  #link: Link = "up";
  #release: (() => void)[] = [];
  readonly #sockets = new Set<WebSocketRoute>();

  private constructor(name: string, context: BrowserContext, person: Person, page: Page, complaints: string[]) {
    this.name = name;
    this.complaints = complaints;
    this.#context = context;
    this.#person = person;
    this.#page = page;
  }

  /** @param assets serves the page's files in place of the Worker, for a build that is not the Worker's */
  static async open(name: string, browser: Browser, person: Person, assets?: (context: BrowserContext) => Promise<void>): Promise<PersonPage> {
    const context = await browser.newContext({ viewport: { width: 1400, height: 900 }, reducedMotion: "reduce" });
    const complaints = await watch(context);
    await assets?.(context);
    const page = await context.newPage();
    const opened = new PersonPage(name, context, person, page, complaints);
    await opened.#wire();
    await opened.logIn(person);
    return opened;
  }

  get origin(): string {
    return this.#person.browser.origin;
  }

  get page(): Page {
    return this.#page;
  }

  close(): Promise<void> {
    return this.#context.close();
  }

  // ── The connection ──

  async #wire(): Promise<void> {
    await this.#context.route(
      (url) => url.pathname.startsWith("/api/todos") || url.pathname.startsWith("/api/history"),
      async (route) => {
        if (this.#link === "stuck") await this.#nextLink();
        if (this.#link === "up") return route.continue();
        if (this.#link === "down" || route.request().method() === "GET") return route.abort("connectionfailed");
        const answer = await route.fetch().catch(() => null);
        if (this.#link === "held") await this.#nextLink();
        if (!answer || !this.#isUp()) return route.abort("connectionfailed");
        return route.fulfill({ response: answer });
      },
    );
    await this.#context.routeWebSocket(
      (url) => url.pathname === "/api/todos/live",
      (socket) => {
        if (this.#link === "down" || this.#link === "deaf") return void socket.close();
        const server = socket.connectToServer();
        this.#sockets.add(socket);
        const gone = () => this.#sockets.delete(socket);
        socket.onClose((code, reason) => {
          gone();
          // A page may not say every code itself.
          void server.close(code === 1000 || (code ?? 0) >= 3000 ? { code: code ?? 1000, reason: reason ?? "" } : {});
        });
        server.onClose(() => {
          gone();
          void socket.close();
        });
      },
    );
  }

  #nextLink(): Promise<void> {
    return new Promise((release) => this.#release.push(release));
  }

  #isUp(): boolean {
    return this.#link === "up";
  }

  async link(link: Link): Promise<void> {
    this.#link = link;
    for (const release of this.#release.splice(0)) release();
    if (link === "down" || link === "deaf") {
      for (const socket of [...this.#sockets]) await socket.close();
      this.#sockets.clear();
    }
    if (link === "up") await this.#page.evaluate(() => dispatchEvent(new Event("online"))).catch(() => undefined);
  }

  // ── The session ──

  async logIn(person: Person = this.#person): Promise<void> {
    this.#person = person;
    await this.#context.addCookies([
      { name: "stytch_session", value: person.sessionToken, url: this.origin },
      { name: "stytch_session_jwt", value: person.sessionJwt, url: this.origin },
    ]);
    await this.#page.goto(`${this.origin}/todoapp`);
    await this.#isThere();
  }

  /** The session ends at the server; what the page does next finds out. */
  async endSession(): Promise<void> {
    await this.#person.browser.sdk("/sessions/revoke", {});
    await this.#context.clearCookies({ name: "stytch_session_jwt" });
  }

  /** Somebody logs in again as the same person, in this browser. */
  async logInAgain(): Promise<void> {
    await this.logIn(await this.#person.logsInAgain());
  }

  // ── The document ──

  async reload(): Promise<void> {
    await this.#page.reload();
    await this.#isThere();
  }

  /**
   * The page is gone from one moment to the next, and opened again. `meanwhile` is done in the browser while the page is closed, in a
   * document of the same origin that runs no script.
   */
  async crash(meanwhile?: (closed: Page) => Promise<unknown>): Promise<void> {
    const before = this.#page;
    this.#page = await this.#context.newPage();
    // Without `beforeunload` and the like.
    await before.close({ runBeforeUnload: false });
    if (meanwhile) {
      await this.#page.goto(`${this.origin}/favicon.svg`);
      await meanwhile(this.#page);
    }
    await this.#page.goto(`${this.origin}/todoapp`);
    await this.#isThere();
  }

  async #isThere(): Promise<void> {
    await this.#page.getByRole("textbox", { name: "New todo" }).waitFor();
  }

  // ── What is done by hand ──

  row(key: string): Locator {
    return this.#page.locator(`[data-row][data-key="${key}"]`);
  }

  async add(text: string): Promise<void> {
    await this.#page.getByRole("textbox", { name: "New todo" }).fill(text);
    await this.#page.keyboard.press("Enter");
  }

  async startEdit(key: string): Promise<boolean> {
    return this.#click(this.row(key).locator("[data-edit]"));
  }

  async type(key: string, text: string): Promise<boolean> {
    return this.#where(this.row(key).locator("textarea"), (field) => field.fill(text, { timeout: PATIENCE_MS }));
  }

  async save(key: string): Promise<void> {
    await this.#where(this.row(key).locator("textarea"), (field) => field.press("Enter", { timeout: PATIENCE_MS }));
  }

  /** Leaves an editor, and what was typed there. */
  async discard(key: string): Promise<void> {
    await this.#where(this.row(key).locator("textarea"), (field) => field.press("Escape", { timeout: PATIENCE_MS }));
  }

  /** Decides a conflict for one's own, if there is one, and saves. */
  async insist(key: string): Promise<void> {
    await this.#click(this.row(key).getByRole("button", { name: "Keep mine" }));
    await this.#click(this.row(key).locator("button[type=submit]"));
  }

  toggle(key: string): Promise<boolean> {
    return this.#click(this.row(key).locator("[data-complete]"));
  }

  remove(key: string): Promise<boolean> {
    return this.#click(this.row(key).locator("[data-delete]"));
  }

  async undo(): Promise<void> {
    await this.#page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    await this.#page.keyboard.press("Control+z");
  }

  async redo(): Promise<void> {
    await this.#page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    await this.#page.keyboard.press("Control+Shift+z");
  }

  /** At the element itself, wherever it is by then: a pointer could meet another that has moved below it. */
  #click(target: Locator): Promise<boolean> {
    return this.#where(target, (there) => there.evaluate((element) => (element as HTMLElement).click(), undefined, { timeout: PATIENCE_MS }));
  }

  /** Does something with what is there. False: it is not, or has gone meanwhile; it is not waited for. */
  async #where(target: Locator, act: (target: Locator) => Promise<unknown>): Promise<boolean> {
    if ((await target.count()) === 0) return false;
    return act(target).then(
      () => true,
      () => false,
    );
  }

  // ── What it shows ──

  shown(): Promise<Shown> {
    return this.#page.evaluate(() => {
      const rows = [...document.querySelectorAll<HTMLElement>("[data-row]")].map((row) => {
        const editor = row.querySelector("[data-editor]");
        const due = row.querySelector<HTMLTimeElement>("time");
        const fields = editor ? [...editor.querySelectorAll("textarea")].map(({ value }) => value) : [];
        const versions = editor ? [...editor.querySelectorAll(".version-value")].map(({ textContent }) => textContent ?? "") : [];
        return {
          key: row.dataset.key ?? "",
          text: row.querySelector(".row-text")?.textContent ?? "",
          completed: row.hasAttribute("data-completed"),
          dueOn: due?.dateTime ?? null,
          state: row.dataset.state ?? "",
          typed: editor ? [...fields, ...versions] : null,
        };
      });
      return {
        rows,
        composer: document.querySelector<HTMLTextAreaElement>("[data-composer]")?.value ?? "",
        notice: document.querySelector(".notice-text")?.textContent ?? "",
        isBusy: document.querySelector(".heading-saving, [aria-busy=true]") !== null,
      };
    });
  }
}
