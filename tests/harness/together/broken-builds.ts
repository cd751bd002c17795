// The page, built with a mistake in it: what holds the page to its promise must find each of these. Every mistake is one that
// somebody could make.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";

import type { BrowserContext } from "playwright-core";
import { build, loadConfigFromFile, type Plugin, type PluginOption } from "vite";

import { root } from "../paths.ts";

type Mistake = {
  file: string;
  right: string;
  wrong: string;
  /** What is said of the page that has it: found for another reason, it would not be found. */
  looks: RegExp;
};

const LOST = /was typed and is nowhere/;

export const MISTAKES: Record<string, Mistake> = {
  "an open edit goes with its row": {
    file: "list/list.ts",
    right: 'else rows.set(key, { ...ghost(key, pin), state: list.saved ? "gone" : "saved" });',
    wrong: "",
    looks: LOST,
  },
  "drafts are not kept": {
    file: "list/editing.ts",
    right: 'this.#editor.keep("drafts", kept);',
    wrong: "",
    looks: LOST,
  },
  "what gets no answer is given up": {
    file: "list/sync.ts",
    right: "if (!this.#api.resends) return this.#giveUp(given, failure);",
    wrong: "return this.#dispatch({ type: 'dropped', id });",
    looks: LOST,
  },
  "what is sent again is sent as something new": {
    file: "list/sync.ts",
    right: 'if (command.kind === "add") return this.#api.create(key, command.text, command.dueOn);',
    wrong: 'if (command.kind === "add") return this.#api.create(crypto.randomUUID(), command.text, command.dueOn);',
    looks: /added twice/,
  },
  "undo takes back whatever came last": {
    file: "list/sync.ts",
    right: 'return "change" in of ? of.change : this.#made.get(of.command);',
    wrong: 'return "change" in of ? of.change : this.#list.get().saved?.version;',
    looks: /took back what an agent did/,
  },
  "everything is shown as saved": {
    file: "list/list.ts",
    right: 'return problem || state === "asking" ? "unsaved" : "saving";',
    wrong: 'return "saved";',
    looks: /as saved, which has never been at the server/,
  },
};

/** Builds the page with a mistake; gives what serves it in place of the Worker's. */
export async function broken({ file, right, wrong }: Mistake): Promise<{ serve: (context: BrowserContext) => Promise<void>; remove: () => void }> {
  const outDir = mkdtempSync(join(tmpdir(), "broken-page-"));
  let isMade = false;
  const mistake: Plugin = {
    name: "mistake",
    enforce: "pre",
    transform(code, id) {
      if (!id.endsWith(`/frontend/src/${file}`)) return null;
      isMade = code.includes(right);
      return code.replace(right, () => wrong);
    },
  };
  const config = await loadConfigFromFile({ command: "build", mode: "production" }, join(root, "frontend", "vite.config.ts"));
  await build({
    ...config?.config,
    root: join(root, "frontend"),
    configFile: false,
    logLevel: "silent",
    plugins: [mistake, ...(config?.config.plugins ?? []).filter((plugin) => !isBudgets(plugin))],
    build: { ...config?.config.build, outDir, emptyOutDir: true },
  });
  if (!isMade) throw new Error(`${file} does not say “${right}” any more: the mistake cannot be made`);
  const types: Record<string, string> = { ".js": "text/javascript", ".css": "text/css", ".html": "text/html" };
  const answer = (path: string) => ({ body: readFileSync(join(outDir, path)), contentType: types[extname(path)] ?? "application/octet-stream" });
  return {
    serve: async (context) => {
      await context.route((url) => url.pathname.startsWith("/assets/"), (route) => route.fulfill(answer(new URL(route.request().url()).pathname)));
      await context.route((url) => url.pathname === "/todoapp", (route) => route.fulfill(answer("index.html")));
    },
    remove: () => rmSync(outDir, { recursive: true, force: true }),
  };
}

/** What nobody is served may weigh what it likes: a page with less in it can be a few bytes more when it is compressed. */
function isBudgets(plugin: PluginOption): boolean {
  return plugin instanceof Object && "name" in plugin && plugin.name === "budgets";
}
