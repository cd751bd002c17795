// A person with two pages and two agents on one list: every pair of what they can do, the one begun before the other and ended
// after it, and everything that can happen to a connection, a session and a server meanwhile. Held against the page's promise:
// nothing you typed is lost, nothing is shown as saved that is not.

import { after, before, describe, test } from "node:test";

import type { Browser } from "playwright-core";

import { launch } from "../harness/chromium.ts";
import { ACTS, agentDoes, begins, isCompletedBefore, type ActName } from "../harness/together/acts.ts";
import { World } from "../harness/together/world.ts";
import { Worker } from "../harness/worker.ts";

describe("Interleavings of a person and agents", () => {
  let worker: Worker;
  let browser: Browser;
  before(async () => {
    [worker, browser] = await Promise.all([Worker.start({ name: "interleavings", variables: { SHOW_LOGIN_CODES: "on" } }), launch()]);
  });
  after(async () => {
    await browser?.close();
    await worker?.stop();
  });

  /** A world with a todo for each of `acts`, in the state that the act wants. */
  async function scene(acts: readonly ActName[], run: (world: World, todos: { act: ActName; id: string }[]) => Promise<void>): Promise<void> {
    const { world, ids } = await World.open(browser, worker.origin, acts.map((act) => `to ${act}`));
    try {
      const todos = acts.map((act, index) => ({ act, id: ids[index] as string }));
      for (const { act, id } of todos) if (isCompletedBefore[act]) await world.agents[1].call("markTodoComplete", { todoID: id });
      await run(world, todos);
      await world.holds();
    } finally {
      await world.close();
    }
  }

  /** What the person takes back must have been done on that page. */
  async function undoable(world: World, todos: { act: ActName; id: string }[]): Promise<void> {
    for (const { act, id } of todos) if (act === "undo") await world.pages[0].toggle(id);
    await world.holds();
  }

  for (const other of ACTS) {
    test(`while the person’s hand is on a todo, an agent’s is too: ${other}`, async () => {
      await scene(ACTS, async (world, todos) => {
        const [page] = world.pages;
        await undoable(world, todos);
        await page.link("held");
        const ends = [];
        for (const { act, id } of todos) ends.push(await begins(act, world, page, id));
        for (const { id } of todos) await agentDoes(other, world, world.agents[0], id);
        for (const end of ends) await end();
        await world.isTruthful();
        await page.link("up");
      });
    });

    test(`the same todo in two pages, with both agents between: ${other}`, async () => {
      await scene(ACTS, async (world, todos) => {
        const [one, two] = world.pages;
        await undoable(world, todos);
        const ends = [];
        for (const { act, id } of todos) {
          ends.push(await begins(act === "undo" ? "edit" : act, world, one, id));
          await Promise.all(world.agents.map((agent) => agentDoes(other, world, agent, id)));
          ends.push(await begins(other === "undo" ? "complete" : other, world, two, id));
        }
        for (const end of ends) await end();
        await world.isTruthful();
      });
    });
  }

  for (const link of ["down", "deaf"] as const) {
    test(`the connection is lost meanwhile (${link === "down" ? "nothing arrives" : "the answers do not arrive"})`, async () => {
      await scene(ACTS, async (world, todos) => {
        const [page] = world.pages;
        await undoable(world, todos);
        const ends = [];
        for (const { act, id } of todos) if (act === "edit") ends.push(await begins(act, world, page, id));
        await page.link(link);
        for (const { act, id } of todos) if (act !== "edit") ends.push(await begins(act, world, page, id));
        await page.add(world.typed(world.words("added without a connection")));
        for (const end of ends) await end();
        await world.isTruthful();
        await page.link("up");
      });
    });

    test(`the page is closed before there is a connection again (${link})`, async () => {
      await scene(ACTS, async (world, todos) => {
        const [page] = world.pages;
        await undoable(world, todos);
        await page.link(link);
        for (const { act, id } of todos) await begins(act, world, page, id);
        await page.add(world.typed(world.words("added before the page was closed")));
        await page.link("up");
        await page.crash();
      });
    });
  }

  test("the session ends meanwhile, and the same person logs in again", async () => {
    await scene(ACTS, async (world, todos) => {
      const [page] = world.pages;
      await undoable(world, todos);
      for (const { act, id } of todos) if (act === "edit") await begins(act, world, page, id);
      await page.endSession();
      for (const { act, id } of todos) if (act !== "edit") await begins(act, world, page, id);
      const added = world.words("added without a session");
      // The page may have said by then that the session has ended: nothing can be typed there.
      await page.add(added).then(() => world.typed(added), () => undefined);
      await page.page.getByRole("heading", { name: "Your session has ended" }).waitFor();
      await page.logInAgain();
    });
  });

  for (const end of ["restart", "crash"] as const) {
    test(`the server is gone meanwhile (${end})`, async () => {
      await scene(ACTS, async (world, todos) => {
        const [one, two] = world.pages;
        await undoable(world, todos);
        const ends = [];
        for (const { act, id } of todos) if (act === "edit") ends.push(await begins(act, world, one, id));
        const gone = worker[end]();
        for (const { act, id } of todos) if (act !== "edit") ends.push(await begins(act, world, one, id));
        await two.add(world.typed(world.words("added while the server was gone")));
        for (const end of ends) await end();
        await gone;
        await one.link("up");
        await two.link("up");
      });
    });
  }
});
