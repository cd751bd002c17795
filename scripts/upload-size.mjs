// Weighs what `wrangler deploy` would upload, gzipped: the size that Cloudflare counts, and the larger it is, the longer a start
// takes. More than MOST fails. MOST stands a little above what was reached, and is only ever lowered.
//
//   node scripts/upload-size.mjs                        (needs a build for release: node scripts/build.mjs)
//   node scripts/upload-size.mjs --without-provider     (needs node scripts/build.mjs --without-provider)
//
// `make test` weighs the first. The second would cost it another build for release, so that `make bench`, which has both, weighs it.

import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

import { bin, pathWithNode, root, run } from "./tools.mjs";
import { RELEASES } from "./worker.mjs";

/** In bytes. */
export const MOST = 538_000;
/** The same without the embedded identity provider. */
export const MOST_WITHOUT_PROVIDER = 397_500;

/** What an upload consists of; source maps are not among it. */
const UPLOADED = /\.(js|wasm)$/;

/** Each file with its gzipped size, the largest first, and what is to be said of them all. */
export function weigh(files, most) {
  const sizes = Object.entries(files).map(([name, content]) => ({ name, size: gzipSync(content, { level: 9 }).length }));
  const total = sizes.reduce((sum, { size }) => sum + size, 0);
  const parts = sizes.sort((a, b) => b.size - a.size).map(({ name, size }) => `${name} ${size}`);
  const fits = sizes.length > 0 && total <= most;
  return { fits, said: `${fits ? "" : "✗ "}The upload takes ${total} of at most ${most} bytes, gzipped: ${parts.join(", ") || "there is none"}` };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const isWithout = process.argv.includes("--without-provider");
  // wrangler.toml names the provider's objects, which a build without it does not export: it is weighed as it was built.
  const folder = isWithout ? join(root, RELEASES.withoutProvider.folder) : bundled();
  const names = readdirSync(folder, { recursive: true }).filter((name) => UPLOADED.test(name));
  const files = Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name))]));
  const { fits, said } = weigh(files, isWithout ? MOST_WITHOUT_PROVIDER : MOST);
  console.log(said);
  process.exitCode = fits ? 0 : 1;
}

/** The folder into which wrangler has put what it would upload. */
function bundled() {
  const folder = join(root, "target", "upload");
  rmSync(folder, { recursive: true, force: true });
  run(bin("wrangler"), ["deploy", "--dry-run", "--outdir", folder], {
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...process.env, PATH: pathWithNode(), PREBUILT: "1", WRANGLER_SEND_METRICS: "false" },
  });
  return folder;
}
