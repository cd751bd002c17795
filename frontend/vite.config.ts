// One build for both identity modes: nothing about Stytch is compiled in, the page asks GET /api/config at run time.
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { layersFirst } from "./vite/layers-first.ts";
import { stytchStrict } from "./vite/stytch-strict.ts";

/** `npm run dev` serves the page with hot reload; everything that is the Worker's own goes to the Worker. */
const worker = "http://localhost:3000";
const workerPaths = ["/api", "/sdk", "/v1", "/dev", "/mcp", "/sse", "/.well-known"];

export default defineConfig({
  plugins: [react(), layersFirst(), stytchStrict()],
  // What wouter brings for versions of React that lack it.
  resolve: { alias: { "use-sync-external-store/shim/index.js": "react" } },
  build: {
    target: "baseline-widely-available",
    // Browsers of that baseline preload modules themselves.
    modulePreload: { polyfill: false },
    // A data: URL would need its own exception in the Content-Security-Policy.
    assetsInlineLimit: 0,
    rolldownOptions: {
      output: {
        // What every page needs in one piece, and what the list and the settings share in another: many small ones compress worse.
        advancedChunks: {
          groups: [
            { name: "ground", test: /node_modules\/(react|react-dom|scheduler|wouter|regexparam|use-sync-external-store)\/|rolldown\/runtime|preload-helper/ },
            { name: "shared", test: /frontend\/src\/(components|session|kept\/storage|texts\/(times|logging-out|page)|api\/(problem|failure))/ },
          ],
        },
      },
    },
  },
  server: {
    port: 5173,
    strictPort: true,
    proxy: Object.fromEntries(workerPaths.map((path) => [path, { target: worker, ws: true }])),
  },
});
