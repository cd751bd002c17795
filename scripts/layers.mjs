// Whether the tree keeps to its layout: the layers are in layers/table.json, the rules in layers/rules.mjs.
//
//   node scripts/layers.mjs             what breaks a rule, by file and line
//   node scripts/layers.mjs --all       also what layers/not-yet.txt excuses
//   node scripts/layers.mjs --not-yet   that list, as it has to be today, file by file

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { heldAgainst, listFor } from "./layers/not-yet.mjs";
import { findings } from "./layers/rules.mjs";
import { root } from "./tools.mjs";

const NOT_YET = "scripts/layers/not-yet.txt";
const table = JSON.parse(readFileSync(join(root, "scripts", "layers", "table.json"), "utf8"));
const list = process.argv.includes("--all") ? "" : readFileSync(join(root, NOT_YET), "utf8");
const found = findings(root, table);
const { open, useless } = heldAgainst(found, list);

if (process.argv.includes("--not-yet")) {
  console.log(listFor(found));
} else {
  for (const { file, line, rule, says } of open) console.log(`${file}:${line}  ${rule}: ${says}`);
  for (const { line, entry } of useless) console.log(`${NOT_YET}:${line}  nothing is wrong there any more: ${entry}`);
  const count = open.length + useless.length;
  if (count > 0) console.log(`\n${count} places break a rule of the layout; scripts/layers/rules.mjs tells the rules.`);
  process.exitCode = count > 0 ? 1 : 0;
}
