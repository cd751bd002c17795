// The stock Stytch SDK against the embedded identity provider: its headless client through every call that the provider
// answers, and its React components, on the pages they are used on.

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import type { Browser, BrowserContext, Page } from "playwright-core";

import { authorized, codeGrant, discover, pkce, redeem, register, REDIRECT_URI } from "../harness/agent.ts";
import { launch, watch } from "../harness/chromium.ts";
import { READ } from "../harness/domain.ts";
import type { Json } from "../harness/http.ts";
import { out } from "../harness/paths.ts";
import { mailedCode, Person, someEmail } from "../harness/person.ts";
import { embedded } from "../harness/shared.ts";
import { withSdk } from "../harness/stytch-sdk.ts";

/** Every call that `crates/identity-workers/src/provider/sdk/mod.rs` lists. */
const CALLS = [
  "GET /projects/bootstrap/*",
  "POST /otps/email/login_or_create",
  "POST /otps/email/send/primary",
  "POST /otps/email/send/secondary",
  "POST /otps/authenticate",
  "POST /sessions/authenticate",
  "POST /sessions/revoke",
  "GET /users/me",
  "GET /users/connected_apps",
  "POST /users/connected_apps/*/revoke",
  "POST /idp/oauth/authorize/start",
  "POST /idp/oauth/authorize/submit",
  "POST /oauth/logout/start",
  "POST /events",
].sort();

const SCREENSHOTS = join(out, "screenshots");

const BYE = "http://127.0.0.1:33418/bye";

describe("Stytch’s SDK", () => {
  let origin: string;
  let server: Json;
  let browser: Browser;
  before(async () => {
    mkdirSync(SCREENSHOTS, { recursive: true });
    origin = (await embedded()).origin;
    ({ server } = await discover(origin));
    browser = await launch();
  });
  after(() => browser?.close());

  async function inside(run: (page: Page, context: BrowserContext) => Promise<void>): Promise<void> {
    const context = await browser.newContext({ bypassCSP: true });
    const complaints = await watch(context);
    // Where clients would listen, so that a browser which is sent there arrives.
    await context.route(/^http:\/\/127\.0\.0\.1:33418\//, (route) => route.fulfill({ body: "back at the app" }));
    try {
      await run(await context.newPage(), context);
    } finally {
      await context.close();
    }
    assert.deepEqual(complaints, []);
  }

  test("the headless client gets through every call there is", async () => {
    const seen = new Set<string>();
    const email = someEmail();
    const client_id: string = (await register(server, { post_logout_redirect_uris: [BYE] })).json.client_id;
    const request = {
      client_id,
      redirect_uri: REDIRECT_URI,
      response_type: "code",
      scopes: ["openid", READ],
      code_challenge: pkce().challenge,
      state: "s",
    };
    await inside(async (page) => {
      page.on("response", (response) => {
        const { pathname } = new URL(response.url());
        if (!pathname.startsWith("/sdk/v1/")) return;
        assert.ok(response.ok(), `${response.status()} for ${pathname}`);
        const call = pathname.slice("/sdk/v1".length).replace(/(?<=\/bootstrap\/|\/connected_apps\/)[^/]+/, "*");
        seen.add(`${response.request().method()} ${call}`);
      });
      // A page of the origin that has no SDK of its own at work.
      await page.goto(`${origin}/dev/mailbox`);
      const telemetry = page.waitForResponse((response) => response.url().endsWith("/sdk/v1/events"));
      await withSdk(page, origin);
      const logIn = (method_id: string, code: string) =>
        page.evaluate(
          ([code, id]) => window.stytch.otps.authenticate(code!, id!, { session_duration_minutes: 60 }),
          [code, method_id],
        );

      const created = await page.evaluate((email) => window.stytch.otps.email.loginOrCreate(email), email);
      const loggedIn = await logIn(created.method_id, await mailedCode(origin, email));
      assert.equal(loggedIn.user.emails[0]?.email, email);
      await page.evaluate(() => window.stytch.session.revoke());
      assert.equal(await page.evaluate(() => window.stytch.session.getSync()), null);

      // Somebody who has an account already is sent a code by the other call.
      const again = await page.evaluate((email) => window.stytch.otps.email.send(email), email);
      await logIn(again.method_id, await mailedCode(origin, email));
      // One who is logged in asks for a code once more.
      const stepUp = await page.evaluate((email) => window.stytch.otps.email.send(email), email);
      await logIn(stepUp.method_id, await mailedCode(origin, email));

      assert.equal((await page.evaluate(() => window.stytch.user.get()))?.emails[0]?.email, email);
      const { session } = await page.evaluate(() => window.stytch.session.authenticate({ session_duration_minutes: 30 }));
      assert.ok(session.session_id);

      const start = await page.evaluate((request) => window.stytch.idp.oauthAuthorizeStart(request), request);
      assert.equal(start.consent_required, true);
      const submit = await page.evaluate(
        (request) => window.stytch.idp.oauthAuthorizeSubmit({ ...request, consent_granted: true }),
        request,
      );
      assert.ok(submit.redirect_uri.startsWith(`${REDIRECT_URI}?code=`));

      const { connected_apps } = await page.evaluate(() => window.stytch.user.getConnectedApps());
      assert.deepEqual(
        connected_apps.map((app) => app.connected_app_id),
        [client_id],
      );
      await page.evaluate((id) => window.stytch.user.revokedConnectedApp(id), client_id);
      assert.deepEqual((await page.evaluate(() => window.stytch.user.getConnectedApps())).connected_apps, []);

      const logout = await page.evaluate(
        ([client_id, uri]) =>
          window.stytch.idp.oauthLogoutStart({ client_id: client_id!, post_logout_redirect_uri: uri!, state: "a b" }),
        [client_id, BYE],
      );
      assert.equal(logout.redirect_uri, `${BYE}?state=a+b`);
      assert.equal(logout.consent_required, true, "a link alone logs nobody out");
      await telemetry;
    });
    assert.deepEqual([...seen].sort(), CALLS);
  });

  describe("its components: logging out where an app asks for it", () => {
    type App = { client_id: string; id_token: string };

    /** An app that Ada has logged in to, with what its token says of her. */
    async function app(ada: Person): Promise<App> {
      const grant = await authorized(ada, {}, { post_logout_redirect_uris: [BYE] });
      return { client_id: grant.clientId, id_token: (await redeem(grant.server, codeGrant(grant))).json.id_token };
    }

    const at = (ada: Person, query: Record<string, string>, run: (page: Page) => Promise<void>) =>
      inside(async (page, context) => {
        await context.addCookies([
          { name: "stytch_session", value: ada.sessionToken, url: origin },
          { name: "stytch_session_jwt", value: ada.sessionJwt, url: origin },
        ]);
        await page.goto(`${server.end_session_endpoint}?${new URLSearchParams(query)}`);
        await run(page);
      });
    const isLoggedIn = async (ada: Person) => (await ada.browser.sdk("/users/me", undefined, "GET")).status === 200;

    test("an app that shows its token of the person gets them back at once, logged out", async () => {
      const ada = await Person.logsIn(origin);
      const { client_id, id_token } = await app(ada);
      const query = { client_id, id_token_hint: id_token, post_logout_redirect_uri: BYE, state: "xyz" };
      await at(ada, query, async (page) => {
        await page.waitForURL(`${BYE}?state=xyz`);
      });
      assert.equal(await isLoggedIn(ada), false);
    });

    test("without such a token the person is asked, and may stay", async () => {
      const ada = await Person.logsIn(origin);
      const { client_id } = await app(ada);
      const query = { client_id, post_logout_redirect_uri: BYE };
      await at(ada, query, async (page) => {
        const stay = page.getByRole("button", { name: "Stay logged in" });
        await stay.waitFor();
        await page.screenshot({ path: join(SCREENSHOTS, "logout.png") });
        await stay.click();
        await page.getByText("You have not been logged out").waitFor();
      });
      assert.equal(await isLoggedIn(ada), true);
      await at(ada, query, async (page) => {
        await page.getByRole("button", { name: "Log out" }).click();
        await page.waitForURL(BYE);
      });
      assert.equal(await isLoggedIn(ada), false);
    });

    test("who is not logged in is sent nowhere by a link, whatever token comes with it; a button leads there", async () => {
      const eve = await Person.logsIn(origin);
      const { client_id, id_token } = await app(eve);
      const query = { client_id, id_token_hint: id_token, post_logout_redirect_uri: BYE, state: "xyz" };
      await inside(async (page) => {
        let left = false;
        page.on("request", (request) => (left ||= request.url().startsWith(BYE)));
        await page.goto(`${server.end_session_endpoint}?${new URLSearchParams(query)}`);
        await page.getByRole("heading", { name: "You are logged out" }).waitFor();
        const button = page.getByRole("link", { name: "Go on to a program on this computer" });
        await button.waitFor();
        assert.equal(left, false);
        await button.click();
        await page.waitForURL(`${BYE}?state=xyz`);
      });
      assert.equal(await isLoggedIn(eve), true);
    });

    test("without an address to return to the page asks itself", async () => {
      const ada = await Person.logsIn(origin);
      await at(ada, {}, async (page) => {
        await page.getByRole("button", { name: "Log out" }).click();
        await page.getByRole("heading", { name: "You are logged out" }).waitFor();
      });
      assert.equal(await isLoggedIn(ada), false);
    });
  });
});
