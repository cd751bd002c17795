// Runs the suites: those with a browser in one process, all others in a second beside it, since each waits for much of its time; then
// that which reads what all of them have logged. The files of a process share the instances of harness/shared.ts.

import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

const here = import.meta.dirname;
const BROWSER = join(here, "harness", "chromium.ts");
const LAST = "what-the-logs-say.test.ts";

/** Whether a module imports the browser, itself or by way of others. */
function hasBrowser(module, seen = new Set()) {
  if (module === BROWSER) return true;
  if (seen.has(module) || !existsSync(module)) return false;
  seen.add(module);
  const imported = readFileSync(module, "utf8").matchAll(/\b(?:from|import)\s*\(?\s*"(\.[^"]+)"/g);
  return [...imported].some(([, path]) => hasBrowser(resolve(dirname(module), path), seen));
}

/** Runs these files as one process, and gives its exit code. What it says is shown as it says it, or at its end. */
async function run(name, files, { isShown }) {
  console.log(`${files.length} suites: ${name}`);
  const args = ["--test", "--test-isolation=none", "--test-timeout=300000", "--test-reporter=spec", ...files];
  const child = spawn(process.execPath, args, { cwd: here, env: { ...process.env, SUITES: name }, stdio: ["ignore", "pipe", "pipe"] });
  const held = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (piece) => (isShown ? process.stdout.write(piece) : held.push(piece)));
  const code = await new Promise((done) => child.once("close", (code) => done(code ?? 1)));
  return { code, held };
}

const suites = readdirSync(join(here, "suites")).filter((file) => file.endsWith(".test.ts"));
const browser = suites.filter((file) => hasBrowser(join(here, "suites", file)));
const others = suites.filter((file) => file !== LAST && !browser.includes(file));
const at = (files) => files.map((file) => join("suites", file));

const [beside, shown] = await Promise.all([run("others", at(others), { isShown: false }), run("browser", at(browser), { isShown: true })]);
for (const piece of beside.held) process.stdout.write(piece);
const last = await run("logs", at([LAST]), { isShown: true });
process.exitCode = [beside, shown, last].some(({ code }) => code !== 0) ? 1 : 0;
