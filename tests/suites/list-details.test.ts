// What a list must get right as time goes by: the day turns over, and a row moves once.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import type { Browser } from "playwright-core";

import { launch } from "../harness/chromium.ts";
import { Person } from "../harness/person.ts";
import { embedded } from "../harness/shared.ts";
import { World } from "../harness/together/world.ts";

describe("Details of the list", () => {
  let origin: string;
  let browser: Browser;
  before(async () => {
    origin = (await embedded()).origin;
    browser = await launch();
  });
  after(() => browser?.close());

  test("at midnight tomorrow becomes today, with nobody touching the page", async () => {
    const ada = await Person.logsIn(origin);
    // Somewhere it is the last hour of a day: nobody's session need be made older than an hour.
    const now = new Date();
    const offset = (23 - now.getUTCHours() + 24) % 24;
    const timezoneId = offset > 12 ? `Etc/GMT+${24 - offset}` : `Etc/GMT-${offset}`;
    const hours = offset > 12 ? offset - 24 : offset;
    const tomorrow = new Date(now.valueOf() + (hours + 24) * 3_600_000).toISOString().slice(0, 10);
    await ada.rest("POST", "/api/todos", { todoText: "due tomorrow", dueOn: tomorrow });
    const context = await browser.newContext({ timezoneId });
    try {
      await context.addCookies([
        { name: "stytch_session", value: ada.sessionToken, url: origin },
        { name: "stytch_session_jwt", value: ada.sessionJwt, url: origin },
      ]);
      const page = await context.newPage();
      await page.clock.install();
      await page.goto(`${origin}/todoapp`);
      await page.getByRole("checkbox", { name: "due tomorrow due Tomorrow" }).waitFor();
      await page.clock.fastForward((60 - now.getUTCMinutes()) * 60_000);
      await page.getByRole("checkbox", { name: "due tomorrow due Today" }).waitFor();
    } finally {
      await context.close();
    }
  });

  test("a row that is ticked moves once, to where it stays", async () => {
    const { world, ids } = await World.open(browser, origin, ["a", "b", "c", "d"]);
    try {
      const [a = "", b = "", , d = ""] = ids;
      for (const todoID of [a, d]) await world.agents[0].call("markTodoComplete", { todoID });
      const [page] = world.pages;
      await page.page.getByRole("button", { name: "Completed 2" }).waitFor();
      await page.page.evaluate((key) => {
        const places: number[] = [];
        (globalThis as { places?: number[] }).places = places;
        const look = () => {
          const place = [...document.querySelectorAll<HTMLElement>("[data-row]")].findIndex(({ dataset }) => dataset["key"] === key);
          if (place !== places.at(-1)) places.push(place);
        };
        look();
        new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
      }, b);
      await page.link("held");
      await page.toggle(b);
      await page.page.getByRole("button", { name: "Completed 3" }).waitFor();
      await page.link("up");
      await world.holds();
      // Open: b, c. Then c; completed: a, b, d.
      assert.deepEqual(await page.page.evaluate(() => (globalThis as { places?: number[] }).places), [0, 2]);
    } finally {
      await world.close();
    }
  });
});
