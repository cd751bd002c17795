// Futures are resumed by promises (crates/worker-kit/src/resume.js), never by the platform's `queueMicrotask`.

import assert from "node:assert/strict";
import { once } from "node:events";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { pathToFileURL } from "node:url";

import { Server } from "../bench/servers.ts";
import { root } from "../harness/paths.ts";
import { Person } from "../harness/person.ts";
import { Worker } from "../harness/worker.ts";

describe("Futures", () => {
  test("are resumed without the platform's queueMicrotask", async () => {
    const state = mkdtempSync(join(tmpdir(), "resumed-"));
    try {
      const main = join(state, "build", "index.js");
      cpSync(join(root, "build"), join(state, "build"), { recursive: true });
      writeFileSync(main, `globalThis.queueMicrotask = () => { throw new Error("it was called"); };\n${readFileSync(main, "utf8")}`);
      const variables = { SHOW_LOGIN_CODES: "on" };
      const server = await Server.start({ name: "todo-service", config: join(root, "wrangler.toml"), main, port: Number(await Worker.freePort()), state, variables });
      try {
        const ada = await Person.logsIn(server.origin);
        await ada.adds("Buy milk");
        assert.equal((await ada.todos())[0]?.text, "Buy milk");
      } finally {
        await server.stop();
      }
    } finally {
      rmSync(state, { recursive: true, force: true });
    }
  });

  describe("and what resumes them", () => {
    const own = globalThis.queueMicrotask;
    const inPlace = async (run: () => Promise<void>) => {
      const { resumeByPromise } = await import(pathToFileURL(join(root, "crates", "worker-kit", "src", "resume.js")).href);
      resumeByPromise();
      try {
        await run();
      } finally {
        globalThis.queueMicrotask = own;
      }
    };

    test("runs in its turn, before any timer", async () => {
      await inPlace(async () => {
        const ran: string[] = [];
        const timer = new Promise<void>((resolve) => setTimeout(() => (ran.push("timer"), resolve())));
        queueMicrotask(() => ran.push("first"));
        queueMicrotask(() => ran.push("second"));
        ran.push("now");
        await timer;
        assert.deepEqual(ran, ["now", "first", "second", "timer"]);
      });
    });

    test("reports what is thrown, so that the platform crate sees it", async () => {
      await inPlace(async () => {
        const reported = new EventTarget();
        const thrown = new Error("unreachable");
        Object.assign(globalThis, { reportError: (error: unknown) => reported.dispatchEvent(new CustomEvent("error", { detail: error })) });
        try {
          const heard = once(reported, "error");
          queueMicrotask(() => {
            throw thrown;
          });
          const [event] = await heard;
          assert.equal((event as CustomEvent).detail, thrown);
        } finally {
          Reflect.deleteProperty(globalThis, "reportError");
        }
      });
    });
  });
});
