// Stytch's own headless SDK, unmodified, in a page of the browser, pointed at the embedded identity provider.

import { fileURLToPath } from "node:url";

import { build } from "esbuild";
import type { Page } from "playwright-core";
import type { createStytchClient } from "@stytch/react/headless";

import { send } from "./http.ts";

export type StytchClient = ReturnType<typeof createStytchClient>;

declare global {
  interface Window {
    stytch: StytchClient;
  }
}

/** Puts `window.stytch` into a page of the origin. The page must not mind scripts that are not its own (`bypassCSP`). */
export async function withSdk(page: Page, origin: string): Promise<void> {
  const { publicToken } = (await send(`${origin}/api/config`)).json;
  const endpoints = { testAPIURL: origin, liveAPIURL: origin, dfpBackendURL: origin, clientsideServicesIframeURL: origin };
  const program = `
    import { createStytchClient } from "@stytch/react/headless";
    window.stytch = createStytchClient(${JSON.stringify(publicToken)}, { endpoints: ${JSON.stringify(endpoints)} });`;
  const bundled = await build({
    stdin: { contents: program, resolveDir: fileURLToPath(new URL(".", import.meta.url)) },
    bundle: true,
    write: false,
    format: "iife",
    define: { "process.env.NODE_ENV": '"production"' },
    logLevel: "error",
  });
  await page.addScriptTag({ content: bundled.outputFiles[0]!.text });
}
