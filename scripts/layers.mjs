// Whether the tree keeps to its layout: the layers are in layers/table.json, the rules in layers/rules.mjs.
//
//   node scripts/layers.mjs    what breaks a rule, by file and line

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { findings } from "./layers/rules.mjs";
import { root } from "./tools.mjs";

const table = JSON.parse(readFileSync(join(root, "scripts", "layers", "table.json"), "utf8"));
const found = findings(root, table);

for (const { file, line, rule, says } of found) console.log(`${file}:${line}  ${rule}: ${says}`);
if (found.length > 0) console.log(`\n${found.length} places break a rule of the layout; scripts/layers/rules.mjs tells the rules.`);
process.exitCode = found.length > 0 ? 1 : 0;
