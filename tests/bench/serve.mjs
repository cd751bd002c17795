// One Worker in a workerd of its own, on a loopback port, until it is told to stop or its parent goes.
//
//   node serve.mjs '{"name": "todo-service", "config": "…/wrangler.toml", "main": "…/index.js", "port": 8101, "state": "…", "variables": {}}'
//
// Miniflare starts the workerd that wrangler would start and brings the platform's KV, but the socket is the Worker's own:
// nothing of the tools for development stands between client and Worker, as it would behind `wrangler dev`. What is measured is
// workerd and the Worker. Prints one line of JSON when it answers: where, and the id of the workerd process.

import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

import { root } from "../../scripts/tools.mjs";

process.env.WRANGLER_SEND_METRICS = "false";
process.env.CLOUDFLARE_CF_FETCH_ENABLED = "false";
const require = createRequire(join(root, "package.json"));
const { unstable_getMiniflareWorkerOptions: optionsOf } = require("wrangler");
const { Miniflare, convertV4MiniflareOptions } = createRequire(require.resolve("wrangler"))("miniflare");

const { name, config, main, port, state, variables = {} } = JSON.parse(process.argv[2]);
const { workerOptions } = optionsOf(config);
// The page's files are not measured, and the router in front of them is not the Worker.
const { assets, bindings, ...others } = workerOptions;
const miniflare = new Miniflare(
  convertV4MiniflareOptions({
    host: "127.0.0.1",
    port: 0,
    cf: false,
    // Where wrangler keeps it, and under the Worker's name as there, so that the suites' harness finds an object's storage.
    resourcePersistencePath: join(state, "v3"),
    workers: [
      {
        ...others,
        name,
        modules: modulesOf(main),
        modulesRoot: dirname(main),
        bindings: { ...bindings, ...variables },
        unsafeDirectSockets: [{ host: "127.0.0.1", port }],
      },
    ],
  }),
);
await miniflare.ready;
const workerd = readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, "utf8").trim().split(" ").map(Number).filter(isWorkerd);
console.log(JSON.stringify({ port, workerd: workerd[0] }));

// The parent holds the other end of stdin: when it goes, however it goes, this ends and takes workerd along.
process.stdin.resume().once("end", async () => {
  await miniflare.dispose();
  process.exit();
});

/** The built Worker: one script, and the Wasm module beside it if there is one. */
function modulesOf(main) {
  const wasm = readdirSync(dirname(main)).filter((name) => name.endsWith(".wasm"));
  return [
    { type: "ESModule", path: main },
    ...wasm.map((name) => ({ type: "CompiledWasm", path: join(dirname(main), name) })),
  ];
}

function isWorkerd(pid) {
  return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("workerd");
}
