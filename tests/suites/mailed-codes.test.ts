// Login codes as people get them outside of development: by mail, through the platform's `send_email` binding. wrangler takes the
// mail in the e-mail service's place and leaves it in a file.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";

import { eventually } from "../harness/eventually.ts";
import { send, type Answer } from "../harness/http.ts";
import { Browser, someEmail } from "../harness/person.ts";
import { Worker } from "../harness/worker.ts";

const FROM = "todos@example.com";
const BINDING = '\n[[send_email]]\nname = "MAIL"\n';

const askForCode = (browser: Browser, email: string): Promise<Answer> =>
  browser.sdk("/otps/email/login_or_create", { email, expiration_minutes: 10 });

describe("Login codes by mail", () => {
  let worker: Worker;
  before(async () => {
    worker = await Worker.start({ name: "mail", variables: { MAIL_FROM: FROM }, bindings: BINDING });
  });
  after(() => worker?.stop());

  /** The text of the newest mail to somebody, from the file that wrangler's log names. */
  const mailTo = (email: string): Promise<string> =>
    eventually(`a mail to ${email}`, async () => {
      const log = worker.log();
      const file = log.slice(log.lastIndexOf(email)).match(/\/\S+\.txt/)?.[0];
      return file === undefined || !log.includes(email) ? undefined : readFileSync(file, "utf8");
    });

  test("the code that was mailed logs in; the page is told of no mailbox, and there is none", async () => {
    const email = someEmail();
    const browser = await Browser.at(worker.origin);
    const asked = await askForCode(browser, email);
    assert.equal(asked.status, 200, asked.text);
    const code = /^\d{6}$/m.exec(await mailTo(email))?.[0] ?? "";
    assert.ok(!asked.text.includes(code));
    const answer = await browser.enterCode(asked.json.data.method_id, code);
    assert.equal(answer.status, 200, answer.text);
    assert.equal(answer.json.data.user.emails[0].email, email);
    assert.equal((await send(`${worker.origin}/api/config`)).json.mailbox, null);
    assert.equal((await send(`${worker.origin}/dev/mailbox`)).status, 404);
  });
});

describe("Login codes that have no way to travel", () => {
  for (const [name, variables, bindings] of [
    ["neither mailbox nor mail", {}, ""],
    ["a sender without the binding", { MAIL_FROM: FROM }, ""],
    ["the binding without a sender", {}, BINDING],
  ] as const) {
    test(`${name}: the person is told why nobody can log in`, async () => {
      const worker = await Worker.start({ name: "no-mail", variables, bindings });
      try {
        const refused = await askForCode(await Browser.at(worker.origin), someEmail());
        assert.equal(refused.status, 400, refused.text);
        assert.equal(refused.json.error_type, "email_settings_not_found");
        assert.match(refused.json.error_message, /mail delivery is not configured/);
      } finally {
        await worker.stop();
      }
    });
  }
});
