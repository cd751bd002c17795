// Puts the script and the styles of a page into its HTML, so that it can stand alone.
import type { Plugin, Rollup } from "vite";

type Options = { from: string; to: string };

/** Tags of the page that load a file. */
const LOADING = /<(?:script|link)\b[^>]*\b(?:src|href)="[^"]*"[^>]*>(?:<\/script>)?/g;

/** Vite's mark for what is to be loaded before a part of a page, which it would fill in later. Here all is there. */
const PRELOADED = "__VITE_PRELOAD__";

export function inOnePiece({ from, to }: Options): Plugin {
  return {
    name: "in-one-piece",
    apply: "build",
    enforce: "post",
    generateBundle(_, bundle) {
      const page = bundle[from];
      if (page?.type !== "asset") return this.error(`there is no ${from} in the build`);
      const files = Object.values(bundle).filter((file) => file !== page);
      const scripts = files.filter((file): file is Rollup.OutputChunk => file.type === "chunk");
      const styles = files.filter((file): file is Rollup.OutputAsset => file.type === "asset");
      const [script] = scripts;
      if (!script || scripts.length > 1) return this.error(`one script was expected, and there are ${scripts.length}`);
      // HTML, "Restrictions for contents of script elements": nothing in it may look like the end of it.
      const whole = script.code.trim().replaceAll(PRELOADED, "void 0");
      const code = whole.replaceAll(/<(?=\/script|!--)/gi, "\\x3C");
      const head = [
        ...styles.map(({ source }) => `<style>${String(source).trim()}</style>`),
        `<script type="module">${code}</script>`,
      ];
      // A function, since `$` has a meaning in a replacement.
      const source = String(page.source).replaceAll(LOADING, "").replace("</head>", () => `${head.join("")}</head>`);
      for (const name of Object.keys(bundle)) delete bundle[name];
      this.emitFile({ type: "asset", fileName: to, source });
    },
  };
}
