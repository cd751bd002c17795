// A headless Chromium that talks to this machine and nobody else.

import { execFileSync, type ExecFileSyncOptions } from "node:child_process";
import { accessSync, constants } from "node:fs";

import { chromium, type Browser, type BrowserContext } from "playwright-core";

const PATHS = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome-stable",
  "/usr/bin/google-chrome",
  "/snap/bin/chromium",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

const ARGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export function launch(more: string[] = []): Promise<Browser> {
  return chromium.launch({ executablePath: executable(), args: [...ARGS, ...more] });
}

/** The Chromium of this machine: the one CHROMIUM names, one in a usual place, or Debian's, installed now. */
export function executable(): string {
  const named = process.env["CHROMIUM"];
  if (named !== undefined) {
    if (!isExecutable(named)) throw new Error(`CHROMIUM is ${named}, which is not a program.`);
    return named;
  }
  const found = PATHS.find(isExecutable) ?? installed();
  if (found === undefined)
    throw new Error("There is no Chromium. Install one (Debian: apt-get install chromium), or set CHROMIUM to its path.");
  return found;
}

function installed(): string | undefined {
  if (process.getuid?.() !== 0) return undefined;
  console.log("Installing Debian’s Chromium, once for this machine …");
  const options: ExecFileSyncOptions = {
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  };
  try {
    execFileSync("apt-get", ["update", "-qq"], options);
    execFileSync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "chromium"], options);
  } catch (error) {
    throw new Error("There is no Chromium, and apt-get could not install one. Set CHROMIUM to a Chromium’s path.", {
      cause: error,
    });
  }
  return PATHS.find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Collects what should not happen in any page of a context: errors on the console, and requests that leave this machine. */
export async function watch(context: BrowserContext): Promise<string[]> {
  const complaints: string[] = [];
  context.on("console", (message) => {
    if (message.type() === "error") complaints.push(`console: ${message.text()} (${message.location().url})`);
  });
  context.on("weberror", (error) => complaints.push(`uncaught: ${error.error().stack}`));
  context.on("requestfailed", (request) => {
    // What a page had under way when it was left is not an error.
    if (request.failure()?.errorText !== "net::ERR_ABORTED")
      complaints.push(`failed: ${request.url()} ${request.failure()?.errorText}`);
  });
  await context.route(
    (url) => !isLoopback(url),
    (route) => {
      complaints.push(`left this machine: ${route.request().url()}`);
      return route.abort();
    },
  );
  await context.routeWebSocket(
    (url) => !isLoopback(url),
    (socket) => {
      complaints.push(`left this machine: ${socket.url()}`);
      return socket.close();
    },
  );
  return complaints;
}

function isLoopback({ protocol, hostname }: URL): boolean {
  return ["data:", "blob:", "about:"].includes(protocol) || ["localhost", "127.0.0.1", "[::1]"].includes(hostname);
}
