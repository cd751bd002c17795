// Draws the pictures that hosts show for the server, its tools and its prompts: frontend/public/icons/*.png, for src/mcp_endpoint/
// icons.rs. They are kept in the repository; run this after changing one:
//
//   node scripts/icons.ts

import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { launch } from "../tests/harness/chromium.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const out = join(root, "frontend", "public", "icons");

/** Lines on a ground of 24 by 24, in a green that can be told from white and from black alike. */
const LINES: Record<string, string> = {
  list: "M10 6h10M10 12h10M10 18h10M4 6l1.2 1.2L7.4 5M4 12l1.2 1.2 2.2-2.2M4 18l1.2 1.2 2.2-2.2",
  add: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM12 8.2v7.6M8.2 12h7.6",
  complete: "M20.5 12a8.5 8.5 0 1 1-4.2-7.3M8.4 11.6l3.2 3.2L20 6",
  delete: "M4.5 6.5h15M9.5 6.5v-2h5v2M6.5 6.5l.8 13h9.4l.8-13M10.3 10.5v5M13.7 10.5v5",
  edit: "M4.5 19.5l.9-4L16 4.9a1.8 1.8 0 0 1 2.6 0l.5.5a1.8 1.8 0 0 1 0 2.6L8.5 18.6zM14 7l3 3",
  reopen: "M5 12a7 7 0 1 0 2.1-5M4.5 4.5v4h4",
  clear: "M4 7h9M4 12h7M4 17h5M14.5 14.5l5 5M19.5 14.5l-5 5",
  history: "M4.6 9.5a8 8 0 1 1-.4 4M4 5v4.5h4.5M12 8v4.3l3 1.8",
  undo: "M8.5 5L4.5 9l4 4M4.5 9h9.5a5.5 5.5 0 0 1 0 11H9",
  plan: "M12 7.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9zM12 2.8v1.6M12 19.6v1.6M2.8 12h1.6M19.6 12h1.6M5.5 5.5l1.1 1.1M17.4 17.4l1.1 1.1M5.5 18.5l1.1-1.1M17.4 6.6l1.1-1.1",
  triage: "M4 5h16l-6.2 7.4V19l-3.6 1.5v-8.1z",
  review: "M5 5.5h14v14H5zM5 9.5h14M9 3.5v3.5M15 3.5v3.5M8.8 14.3l2.2 2.2 4.2-4.2",
  todo: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17z",
};

const line = (path: string) =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="#1f8f6a" stroke-width="1.9" stroke-linecap="round" stroke-linejoin="round"><path d="${path}"/></svg>`;
const server = readFileSync(join(root, "frontend", "public", "favicon.svg"), "utf8");

mkdirSync(out, { recursive: true });
const browser = await launch();
try {
  for (const [name, path] of Object.entries(LINES)) await draw(name, line(path), 64);
  for (const size of [48, 192]) await draw(`server-${size}`, server, size);
} finally {
  await browser.close();
}

async function draw(name: string, svg: string, size: number): Promise<void> {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  await page.setContent(`<style>body{margin:0}svg{display:block;width:${size}px;height:${size}px}</style>${svg}`);
  await page.screenshot({ path: join(out, `${name}.png`), omitBackground: true });
  await page.close();
}
