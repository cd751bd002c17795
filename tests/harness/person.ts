// A person at the page: logs in the way Stytch's SDK does it for the page, reads the mailbox, and uses the REST interface
// with the page's cookie.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";

import { LIST } from "./domain.ts";
import { send, type Answer, type Json } from "./http.ts";

/** Cookies of one browser. */
class CookieJar {
  readonly #cookies: Map<string, string>;

  constructor(cookies: Iterable<[string, string]> = []) {
    this.#cookies = new Map(cookies);
  }

  copy(): CookieJar {
    return new CookieJar(this.#cookies);
  }

  take(answer: Answer): void {
    for (const line of answer.headers.getSetCookie()) {
      const [name = "", ...value] = (line.split(";")[0] ?? "").split("=");
      if (/;\s*max-age=0\b/i.test(line)) this.#cookies.delete(name);
      else this.set(name, value.join("="));
    }
  }

  set(name: string, value: string): void {
    this.#cookies.set(name, value);
  }

  toString(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  }
}

/** Stytch's SDK in one browser, as far as its wire goes. */
export class Browser {
  readonly origin: string;
  readonly cookies: CookieJar;
  readonly #publicToken: string;
  #sessionToken: string | undefined;
  /** Where it calls from. In development a caller may say so; at Cloudflare the platform says it. */
  address: string | undefined;
  /** What it says of itself, where that is not what this process says. */
  userAgent: string | undefined;

  private constructor(origin: string, publicToken: string, cookies = new CookieJar()) {
    this.origin = origin;
    this.#publicToken = publicToken;
    this.cookies = cookies;
  }

  static async at(origin: string): Promise<Browser> {
    const config = (await send(`${origin}/api/config`)).json;
    return new Browser(origin, config.publicToken);
  }

  /** The same browser as it is now. What the one is told from here on, the other does not hear. */
  copy(): Browser {
    return new Browser(this.origin, this.#publicToken, this.cookies.copy());
  }

  /** A call of the SDK; the answer comes as it is, wrapped in `data` when it went well. */
  async sdk(path: string, body: Json, method = "POST"): Promise<Answer> {
    const credentials = `${this.#publicToken}:${this.#sessionToken ?? this.#publicToken}`;
    const answer = await send(`${this.origin}/sdk/v1${path}`, {
      method,
      headers: {
        authorization: `Basic ${Buffer.from(credentials).toString("base64")}`,
        cookie: String(this.cookies),
        origin: this.origin,
        "x-sdk-client": Buffer.from("{}").toString("base64"),
        "x-sdk-parent-host": this.origin,
        ...(this.address === undefined ? {} : { "cf-connecting-ip": this.address }),
        ...(this.userAgent === undefined ? {} : { "user-agent": this.userAgent }),
      },
      ...(method === "GET" ? {} : { json: body }),
    });
    this.cookies.take(answer);
    return answer;
  }

  asksForCode(email: string): Promise<Answer> {
    return this.sdk("/otps/email/login_or_create", { email, expiration_minutes: 10 });
  }

  /** Asks for a code and reads it, in the mailbox of the address by the name that it goes by there. */
  async askForCode(email: string, mailbox = email): Promise<{ methodId: string; code: string }> {
    const answer = await this.asksForCode(email);
    assert.equal(answer.status, 200, answer.text);
    return { methodId: answer.json.data.method_id, code: await mailedCode(this.origin, mailbox) };
  }

  enterCode(methodId: string, code: string): Promise<Answer> {
    return this.sdk("/otps/authenticate", { method_id: methodId, token: code, session_duration_minutes: 60 });
  }

  /** Keeps the session that an answer gave, as the SDK does: in cookies that it writes itself. */
  keepSession(data: Json): void {
    this.#sessionToken = data.session_token;
    this.cookies.set("stytch_session", data.session_token);
    this.cookies.set("stytch_session_jwt", data.session_jwt);
  }
}

/** The newest code that was mailed to an address, as its owner would read it. */
export async function mailedCode(origin: string, email: string): Promise<string> {
  const mailbox = (await send(`${origin}/dev/mailbox`, { headers: { accept: "application/json" } })).json as Json[];
  const mail = mailbox.find(({ to }) => to.toLowerCase() === email.toLowerCase());
  assert.ok(mail, `no mail to ${email}`);
  return mail.code;
}

export class Person {
  readonly email: string;
  readonly userId: string;
  readonly sessionToken: string;
  readonly sessionJwt: string;
  readonly browser: Browser;

  private constructor(browser: Browser, email: string, data: Json) {
    this.browser = browser;
    this.email = email;
    this.userId = data.user_id;
    this.sessionToken = data.session_token;
    this.sessionJwt = data.session_jwt;
  }

  /** Somebody nobody has met before, unless an address is given. */
  static async logsIn(origin: string, email = someEmail()): Promise<Person> {
    return Person.#logsIn(await Browser.at(origin), email);
  }

  /** The same person again, in the browser they logged in with: what strangers ask for does not count against it. */
  logsInAgain(): Promise<Person> {
    return Person.#logsIn(this.browser, this.email);
  }

  static async #logsIn(browser: Browser, email: string): Promise<Person> {
    const { methodId, code } = await browser.askForCode(email);
    const answer = await browser.enterCode(methodId, code);
    assert.equal(answer.status, 200, answer.text);
    browser.keepSession(answer.json.data);
    return new Person(browser, email, answer.json.data);
  }

  /** Somebody who logged in before, in the browser that has kept their session. */
  static async comesBack(origin: string, email: string, sessionToken: string): Promise<Person> {
    const browser = await Browser.at(origin);
    browser.keepSession({ session_token: sessionToken, session_jwt: "" });
    const answer = await browser.sdk("/sessions/authenticate", {});
    assert.equal(answer.status, 200, answer.text);
    browser.keepSession(answer.json.data);
    return new Person(browser, email, answer.json.data);
  }

  /** The same session, with a JWT that is good for five minutes again. */
  renewed(): Promise<Person> {
    return Person.comesBack(this.browser.origin, this.email, this.sessionToken);
  }

  /** A request of the page. */
  rest(method: string, path: string, json?: unknown): Promise<Answer> {
    return restAs(this.browser.origin, this.sessionJwt, method, path, json);
  }

  /** The list, which must be readable. */
  async todos(): Promise<Json[]> {
    const answer = await this.rest("GET", LIST);
    assert.equal(answer.status, 200, answer.text);
    return answer.json.todos;
  }

  /** Adds a todo and gives it as the answer shows it. */
  async adds(todoText: string): Promise<Json> {
    const answer = await this.rest("POST", LIST, { todoText });
    assert.equal(answer.status, 200, answer.text);
    const added = answer.json.todos.filter((todo: Json) => todo.text === todoText).at(-1);
    assert.ok(added, `${todoText} is not in the answer`);
    return added;
  }
}

/** A request of the page with any session JWT. */
export function restAs(origin: string, jwt: string, method: string, path: string, json?: unknown): Promise<Answer> {
  const headers = { cookie: `stytch_session_jwt=${jwt}`, ...(method === "GET" ? {} : { origin }) };
  return send(`${origin}${path}`, { method, headers, ...(json === undefined ? {} : { json }) });
}

export function someEmail(): string {
  return `ada-${randomUUID()}@example.com`;
}
