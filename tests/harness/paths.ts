// Where things are.

import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Logs, state and screenshots of a run; not kept in the repository. */
export const out = join(root, "tests", "out");

/** PATH with the pinned Node and the pinned tools first: wrangler and the Inspector want a newer Node than many machines have. */
export const pathWithTools = `${join(root, "node_modules", ".bin")}:${process.env["PATH"] ?? ""}`;
