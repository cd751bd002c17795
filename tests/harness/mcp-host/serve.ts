// Serves the host's page and, on another origin, its sandbox.

import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

/** A page as it stands next to a conversation: a column, and in it the frame. */
const HOST_STYLE = `
  :root { color-scheme: light dark; }
  html { background: light-dark(#f4f3f0, #0f110f); }
  body { margin: 0; padding: 24px 16px; font: 15px/1.5 system-ui, sans-serif; color: light-dark(#333, #ccc); }
  main { max-width: 600px; margin: 0 auto; }
  iframe { display: block; width: 100%; border: 1px solid light-dark(#dddad3, #2b2f2c); border-radius: 14px; box-sizing: content-box; margin-left: -1px; }`;

const SANDBOX_STYLE = "html, body { height: 100%; margin: 0; overflow: hidden; } iframe { display: block; width: 100%; height: 100%; border: 0; }";

export type HostServer = { origin: string; sandbox: string; stop(): Promise<void> };

export async function serveHost(): Promise<HostServer> {
  const [host, sandbox] = await Promise.all([
    serve(page("Here is your list.", HOST_STYLE, await bundled("page.ts"))),
    serve(page("", SANDBOX_STYLE, await bundled("sandbox.ts"))),
  ]);
  return {
    origin: `http://127.0.0.1:${portOf(host)}`,
    sandbox: `http://localhost:${portOf(sandbox)}`,
    stop: async () => {
      for (const server of [host, sandbox]) {
        server.close();
        server.closeAllConnections();
      }
    },
  };
}

function page(words: string, style: string, script: string): string {
  const told = words && `<main><p>${words}</p></main>`;
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>A chat</title><link rel="icon" href="data:,"><style>${style}</style><body>${told}<script type="module">${script}</script>`;
}

async function bundled(file: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(file, import.meta.url))],
    bundle: true,
    write: false,
    format: "esm",
    platform: "browser",
    minify: true,
    logLevel: "error",
  });
  return outputFiles[0]!.text.replaceAll("</script", "<\\/script");
}

async function serve(html: string): Promise<Server> {
  const server = createServer((_, response) => {
    response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(html);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}
