// One build for both identity modes: nothing about Stytch is compiled in, the page asks GET /api/config at run time.
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { allAtOnce } from "./vite/all-at-once.ts";
import { budgets } from "./vite/budgets.ts";
import { layersFirst } from "./vite/layers-first.ts";
import { stytchStrict } from "./vite/stytch-strict.ts";

/** `npm run dev` serves the page with hot reload; everything that is the Worker's own goes to the Worker. */
const worker = "http://localhost:3000";
const workerPaths = ["/api", "/sdk", "/v1", "/dev", "/mcp", "/sse", "/.well-known"];

export default defineConfig({
  plugins: [react(), layersFirst(), stytchStrict(), allAtOnce(["/src/start.tsx", "/src/session/make-client.ts"]), budgets()],
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
        // Pieces by who needs them, few, since many compress worse: the first script, what is not ours, Stytch's SDK, and the list
        // with what it shares with other pages. Whoever logs in is on the way to the list.
        codeSplitting: {
          groups: [
            { name: "first", test: /vite\/preload-helper|frontend\/src\/(early|newer-version|kept\/(storage|tab)|session\/(account-digest|planted-cookies)|texts\/broken)/ },
            { name: "ground", test: /node_modules\/(react|react-dom|scheduler|wouter|use-sync-external-store)\// },
            { name: "list", test: /frontend\/src\/(product\.|components|session\/(?!authorize-|make-client)|list|todos\/(?!earlier-question|keys-table|provenance|two-versions)|pages\/(todos-page|redirect-target)|activity\/(?!agent-card)|connect\/connected-channel|api\/(problem|failure)|texts\/(list|row|changes|editing|off-screen|times|logging-out|page|sentence)\.)/ },
            { name: "sdk", test: /frontend\/src\/session\/make-client/ },
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
