// Strangers who ask for login codes in somebody’s name: how many mails come of it, and that its owner still gets in.

import assert from "node:assert/strict";
import { createHmac, randomInt, randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import { after, before, describe, test } from "node:test";

import { send, type Answer, type Json } from "../harness/http.ts";
import { StoredObject } from "../harness/objects.ts";
import { Browser, Person, someEmail } from "../harness/person.ts";
import { Worker } from "../harness/worker.ts";

describe("Login codes that strangers ask for", () => {
  let worker: Worker;
  let origin: string;
  before(async () => {
    worker = await Worker.start({ name: "locked-out", variables: { SHOW_LOGIN_CODES: "on" } });
    origin = worker.origin;
  });
  after(() => worker?.stop());

  const mailsTo = async (email: string): Promise<number> => {
    const mailbox: Json[] = (await send(`${origin}/dev/mailbox`, { headers: { accept: "application/json" } })).json;
    return mailbox.filter(({ to }) => to === email).length;
  };
  /** Somebody else’s browser, in a network of its own. */
  const stranger = async (): Promise<Browser> => {
    const browser = await Browser.at(origin);
    browser.address = `203.0.${randomInt(256)}.${randomInt(256)}`;
    return browser;
  };
  const askAsStrangers = async (email: string, times: number): Promise<Answer[]> => {
    const answers: Answer[] = [];
    for (let time = 0; time < times; time++) answers.push(await (await stranger()).asksForCode(email));
    return answers;
  };
  const statuses = (answers: Answer[]): number[] => answers.map(({ status }) => status);
  const refused = (answer: Answer): void => {
    assert.equal(answer.status, 429, answer.text);
    assert.equal(answer.json.error_type, "too_many_requests");
    assert.ok(Number(answer.headers.get("retry-after")) > 0);
  };

  test("ten mails in a quarter of an hour, however many ask; a browser that logged in before gets its code all the same", async () => {
    const email = someEmail();
    const ada = await Person.logsIn(origin, email);
    const phone = await Browser.at(origin);
    const onPhone = await phone.askForCode(email);
    assert.equal((await phone.enterCode(onPhone.methodId, onPhone.code)).status, 200);

    // Her first two codes were a stranger’s: nobody knew her browsers yet.
    assert.deepEqual(statuses(await askAsStrangers(email, 10)), [...Array(8).fill(200), 429, 429]);
    refused(await (await stranger()).asksForCode(email));
    assert.equal(await mailsTo(email), 10);

    const { methodId, code } = await ada.browser.askForCode(email);
    assert.equal((await ada.browser.enterCode(methodId, code)).status, 200);
    for (let time = 0; time < 9; time++) assert.equal((await ada.browser.asksForCode(email)).status, 200);
    refused(await ada.browser.asksForCode(email));
    assert.equal((await phone.asksForCode(email)).status, 200, "each of her browsers has an allowance of its own");
    assert.equal(await mailsTo(email), 21);
  });

  test("what a browser is known by is nothing that a stranger could make up, or bring from another account", async () => {
    const email = someEmail();
    await Person.logsIn(origin, email);
    const eve = (await Person.logsIn(origin)).browser;
    await askAsStrangers(email, 9);
    refused(await eve.asksForCode(email));
    const forger = await stranger();
    for (const value of ["A".repeat(43), "x", "", `${"A".repeat(42)}=`]) {
      forger.cookies.set("known_browser", value);
      refused(await forger.asksForCode(email));
    }
    const unknown = someEmail();
    forger.cookies.set("known_browser", "A".repeat(43));
    assert.equal((await forger.asksForCode(unknown)).status, 200, "and without an account it is a stranger’s");
  });

  test("a network that has asked for too much does not keep out who is known in it", async () => {
    const ada = await Person.logsIn(origin);
    const neighbour = await stranger();
    ada.browser.address = neighbour.address;
    for (let time = 0; time < 30; time++) assert.equal((await neighbour.asksForCode(someEmail())).status, 200);
    refused(await neighbour.asksForCode(someEmail()));
    refused(await ada.browser.asksForCode(someEmail()));
    assert.equal((await ada.browser.asksForCode(ada.email)).status, 200);
  });

  test("two cookies of one name are one too many: nobody’s, and the next try finds the right one", async () => {
    const ada = await Person.logsIn(origin);
    const planted = { cookie: `${ada.browser.cookies}; known_browser=${"A".repeat(43)}` };
    const authorization = `Basic ${Buffer.from("public-token-test-00000000-0000-4000-8000-000000000000:").toString("base64")}`;
    const answer = await send(`${origin}/sdk/v1/otps/email/login_or_create`, { headers: { ...planted, authorization }, json: { email: ada.email } });
    assert.equal(answer.status, 400, answer.text);
    const expired = answer.headers.getSetCookie();
    assert.ok(expired.some((line) => line.startsWith("known_browser=;") && line.includes("Path=/sdk;")), expired.join("\n"));
    assert.ok(!expired.some((line) => /Path=\/;/.test(line)), "the right one stays");
  });

  describe("Spellings of one address", () => {
    const spellings = (local: string): string[] => [
      `${local}@bücher.example`,
      `${local}@BÜCHER.example`,
      `${local}@bu\u0308cher.example`,
      `${local}@bücher。example`,
      `${local}@ｂücher.ｅｘａｍｐｌｅ`,
      `${local}@xn--bcher-kva.example`,
      `${local}@XN--BCHER-KVA.Example`,
      ` ${local.toUpperCase()}@bücher.example `,
    ];

    test("are one account, and do not multiply mails", async () => {
      const local = `ada-${randomUUID()}`;
      const all = spellings(local);
      const ids = new Set<string>();
      for (const spelling of all) ids.add((await (await stranger()).askForCode(spelling, `${local}@bücher.example`)).methodId);
      assert.equal(ids.size, 1, [...ids].join());
      const more = await Promise.all(all.map(async (spelling) => (await stranger()).asksForCode(spelling)));
      assert.equal(more.filter(({ status }) => status === 200).length, 10 - all.length);
      assert.equal(await mailsTo(`${local}@bücher.example`), 10);
    });

    test("composed, decomposed and capital letters before the @ are one", async () => {
      const spelled = ["ren\u00e9", "rene\u0301", "REN\u00c9", "RENE\u0301"];
      const ids = spelled.map(async (name) => (await (await stranger()).asksForCode(`${name}@example.com`)).json.data.method_id);
      assert.equal(new Set(await Promise.all(ids)).size, 1);
    });

    for (const address of [
      "ada@exa\u00admple.com",
      "a\u200bda@example.com",
      "a\u2060da@example.com",
      "ada\u{e0041}@example.com",
      "ada@exam%70le.com",
      "ada@example.com:25",
      "ada@example.com/x",
      "ada@127.0.0.1",
      "ada@127.1",
      "ada@xn--a.example",
      "ada@xn--bcher-2pa.example",
      "ada@ex ample.com",
      "ada@example.com.",
    ])
      test(`refused: ${JSON.stringify(address)}`, async () => {
        const answer = await (await stranger()).asksForCode(address);
        assert.equal(answer.status, 400, answer.text);
        assert.equal(answer.json.error_type, "invalid_email");
      });

    test("whoever has an account of an earlier version, by a spelling of that time, finds it again", async () => {
      const local = `ada-${randomUUID()}`;
      const [spelling, today] = [`${local}@xn--bcher-kva.example`, `${local}@bücher.example`];
      const browser = await Browser.at(origin);
      const asked = await browser.askForCode(spelling, today);
      const now = (await browser.enterCode(asked.methodId, asked.code)).json.data.user_id;
      let earlier = "";
      await worker.restart({
        meanwhile: () => {
          earlier = userOf(StoredObject.named(worker.state, "KeyRing", "deployment").rows("SELECT secret FROM root")[0].secret, spelling);
          assert.equal(userOf(StoredObject.named(worker.state, "KeyRing", "deployment").rows("SELECT secret FROM root")[0].secret, today), now);
          const account = StoredObject.named(worker.state, "Account", earlier);
          // Asking whether there is such an account has left an empty file.
          for (const suffix of ["", "-wal", "-shm"]) rmSync(`${account.file}${suffix}`, { force: true });
          StoredObject.named(worker.state, "Account", now).run("VACUUM INTO ?", account.file);
          account.run("UPDATE profile SET email = ?", spelling);
        },
      });
      const again = await Browser.at(origin);
      const { methodId, code } = await again.askForCode(spelling.toUpperCase(), spelling);
      const session = await again.enterCode(methodId, code);
      assert.equal(session.json.data?.user_id, earlier, session.text);
      assert.equal((await again.askForCode(today)).methodId, asked.methodId, "and the other spelling leads where it leads today");
    });
  });
});

/** The user id of an address, as the provider derives it from the deployment’s secret. */
function userOf(root: string, email: string): string {
  const keyed = (key: Buffer, ...parts: string[]): Buffer => {
    const mac = createHmac("sha256", key);
    for (const part of parts) {
      const length = Buffer.alloc(8);
      length.writeBigUInt64BE(BigInt(Buffer.byteLength(part)));
      mac.update(length).update(part);
    }
    return mac.digest();
  };
  const bytes = keyed(keyed(Buffer.from(root, "base64url"), "user id"), "user id", email).subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString("hex");
  return `user-test-${[hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-")}`;
}
