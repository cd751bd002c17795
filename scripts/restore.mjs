// Has a list restored, as docs/OPERATING.md says: shows how it is, asks which way, and waits until it is done and KV is not behind.
//
//   OPERATOR_TOKEN=… node scripts/restore.mjs {origin of the deployment} {user id}
//
// The token is read from the environment alone: arguments can be seen by others on the machine, and stay in the shell's history.

import { createInterface } from "node:readline/promises";
import { setTimeout as pause } from "node:timers/promises";

const BETWEEN_LOOKS_MS = 2_000;

/** What may be answered, and what is asked for then. */
const WAYS = {
  from: { from: "kv" },
  "from, even if behind": { from: "kv", evenIfBehind: true },
  to: { to: "kv" },
};

const [origin, userId] = process.argv.slice(2);
const token = process.env.OPERATOR_TOKEN;
if (!origin || !userId || !token) fail("OPERATOR_TOKEN=… node scripts/restore.mjs {origin} {user id}");
const list = new URL(`/operator/lists/${encodeURIComponent(userId)}`, origin);
if (list.protocol !== "https:" && !["localhost", "127.0.0.1", "[::1]"].includes(list.hostname)) fail("The token is sent over https alone.");

show(await ask(list));
console.log(`
  from                  the list becomes what KV shows; its history is forgotten; it is answered 503 until then
  from, even if behind  the same; what KV does not have yet is lost
  to                    KV becomes what the list is, which goes on being served`);
const terminal = createInterface({ input: process.stdin, output: process.stdout });
const way = WAYS[(await terminal.question("\nWhich way? Anything else: none. ")).trim()];
terminal.close();
if (way === undefined) fail("Nothing was asked for.");

const restore = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(way) };
let state = await ask(`${list}/restore`, restore);
let shown = "";
for (;;) {
  if (JSON.stringify(state) !== shown) show(state);
  shown = JSON.stringify(state);
  if (state.reading === null && state.copy.behind === 0) break;
  await pause(BETWEEN_LOOKS_MS);
  state = await ask(list);
}
console.log("Done.");

/** Asks until there is an answer: "not now" passes. */
async function ask(url, { headers, ...init } = {}) {
  for (;;) {
    const answer = await fetch(url, { ...init, headers: { ...headers, authorization: `Bearer ${token}` }, redirect: "error" });
    const json = await answer.json().catch(() => fail(`It answered ${answer.status}, and no JSON.`));
    if (answer.ok) return json;
    const seconds = Number(answer.headers.get("retry-after"));
    if (!(seconds > 0)) fail(`${answer.status}: ${json.detail}`);
    console.log(`${answer.status}: ${json.detail} Again in ${seconds} s.`);
    await pause(seconds * 1_000);
  }
}

function show({ list, copy, reading }) {
  const parts = [
    list === null ? "There is no list yet" : `The list has ${list.todos} todos and is at version ${list.version}`,
    copy.behind === 0 ? "KV has all of it" : `KV is ${copy.behind} todos behind, since ${copy.since}`,
    ...(copy.doubted === 0 ? [] : [`${copy.doubted} are given to it once more within a minute, as an earlier write may yet take effect`]),
    ...(reading === null ? [] : [`KV is being read (${reading.purpose}); ${reading.failures} tries in a row have failed, the next is at ${reading.nextTry}`]),
  ];
  console.log(`${parts.join(". ")}.`);
}

function fail(what) {
  console.error(`✗ ${what}`);
  process.exit(1);
}
