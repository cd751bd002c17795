// The board (src/board): one HTML file with everything in it, since a host shows it where nothing can be loaded from. The Worker
// reads it from among the page's files, which are built first (package.json, "build").
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { layersFirst } from "./vite/layers-first.ts";
import { inOnePiece } from "./vite/in-one-piece.ts";

export default defineConfig({
  plugins: [react(), layersFirst(), inOnePiece({ from: "board.html", to: "mcp/board.html" })],
  publicDir: false,
  build: {
    target: "baseline-widely-available",
    // Those that know light-dark() themselves. What stands in for it elsewhere follows the system, and not the host.
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    emptyOutDir: false,
    cssCodeSplit: false,
    modulePreload: false,
    rolldownOptions: { input: "board.html", output: { codeSplitting: false } },
  },
});
