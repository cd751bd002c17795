// Runs the suites: those with a browser in one process, all others in a second beside it, since each waits for much of its time; then
// those that have to be alone, and that which reads what all of them have logged. The files of a process share the instances of
// harness/shared.ts.

import { spawn } from "node:child_process";
import { createWriteStream, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

import { executable } from "./harness/chromium.ts";
import { out } from "./harness/paths.ts";

const here = import.meta.dirname;
const BROWSER = join(here, "harness", "chromium.ts");
const LAST = suite("what-the-logs-say");
/** Those that look at what comes first or how soon, and those that keep the processors busy. */
const ALONE = ["calls-side-by-side", "examples", "kv-stand-in", "list-in-pieces", "long-list", "schemathesis", "telling-agents", "told-after-the-answer"].map(suite);

function suite(name) {
  return join("suites", `${name}.test.ts`);
}

/** Whether a module imports the browser, itself or by way of others. */
function hasBrowser(module, seen = new Set()) {
  if (module === BROWSER) return true;
  if (seen.has(module) || !existsSync(module)) return false;
  seen.add(module);
  const imported = readFileSync(module, "utf8").matchAll(/\b(?:from|import)\s*\(?\s*["'](\.[^"']+)["']/g);
  return [...imported].some(([, path]) => hasBrowser(resolve(dirname(module), path), seen));
}

/** Runs these files as one process. What it says goes to a file, `tests/out/suites-….txt`, and is shown as it is said, or at the end. */
async function run(part, files, { isShown }) {
  if (files.length === 0) throw new Error(`no suite is among the ${part}`);
  const path = join(out, `suites-${part}.txt`);
  const file = createWriteStream(path);
  const args = ["--test", "--test-isolation=none", "--test-timeout=300000", "--test-reporter=spec", ...files];
  const child = spawn(process.execPath, args, { cwd: here, env: { ...process.env, SUITES: part }, stdio: ["ignore", "pipe", "pipe"] });
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (piece) => {
      file.write(piece);
      if (isShown) process.stdout.write(piece);
    });
  }
  const code = await new Promise((done) => child.once("close", (code) => done(code ?? 1)));
  await new Promise((done) => file.end(done));
  const said = readFileSync(path, "utf8");
  // Without a summary nothing of it is counted.
  return { said, isGood: code === 0 && /^\S? ?tests [1-9]\d*$/m.test(said) };
}

mkdirSync(out, { recursive: true });
for (const file of readdirSync(out).filter((name) => name.endsWith(".log"))) rmSync(join(out, file));
try {
  // Now, if it has to be installed: what the others install may need the same lock.
  executable();
} catch (error) {
  console.error(error);
}

const suites = readdirSync(join(here, "suites"), { recursive: true }).filter((file) => file.endsWith(".test.ts")).map((file) => join("suites", file));
const browser = suites.filter((file) => hasBrowser(join(here, file)));
const missing = [LAST, ...ALONE].filter((file) => !suites.includes(file) || browser.includes(file));
if (missing.length > 0) throw new Error(`${missing} are no suites, or have a browser`);
const others = suites.filter((file) => ![LAST, ...ALONE, ...browser].includes(file));
console.log(`${browser.length} suites with a browser, and beside them ${others.length} others, whose results come behind theirs`);
const [shown, beside] = await Promise.all([run("browser", browser, { isShown: true }), run("others", others, { isShown: false })]);
process.stdout.write(beside.said);
const alone = await run("alone", ALONE, { isShown: true });
const logs = await run("logs", [LAST], { isShown: true });
process.exitCode = [shown, beside, alone, logs].every(({ isGood }) => isGood) ? 0 : 1;
