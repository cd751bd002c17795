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
  build: {
    target: "baseline-widely-available",
    // A data: URL would need its own exception in the Content-Security-Policy.
    assetsInlineLimit: 0,
  },
  server: {
    port: 5173,
    strictPort: true,
    proxy: Object.fromEntries(workerPaths.map((path) => [path, { target: worker, ws: true }])),
  },
});
