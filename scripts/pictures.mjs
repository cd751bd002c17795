// Takes the pictures that the README shows from those that the suite `pages` has taken.
//
//   node scripts/pictures.mjs

import { copyFileSync } from "node:fs";
import { join } from "node:path";

import { root } from "./tools.mjs";

const PICTURES = ["todos-light-desktop", "todos-history-light-desktop", "todos-dark-phone", "todos-connect-dark-phone", "consent-light-phone", "settings-light-phone"];

for (const name of PICTURES) {
  copyFileSync(join(root, "tests", "out", "screenshots", "pages", `${name}.png`), join(root, "docs", "images", `${name}.png`));
}
