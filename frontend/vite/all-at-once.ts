// Names in the HTML what the first script imports by and by, so that the browser asks for all of it at once.
import type { HtmlTagDescriptor, Plugin } from "vite";
import { chunksOf } from "./chunks.ts";

/** @param modules what every page imports after its first script */
export function allAtOnce(modules: readonly string[]): Plugin {
  return {
    name: "all-at-once",
    apply: "build",
    transformIndexHtml: {
      order: "post",
      handler(html, { bundle = {} }) {
        const chunks = chunksOf(bundle, modules).filter(({ fileName }) => !html.includes(fileName));
        const styles = [...new Set(chunks.flatMap(({ viteMetadata }) => [...(viteMetadata?.importedCss ?? [])]))].filter((name) => !html.includes(name));
        const link = (rel: string, name: string): HtmlTagDescriptor => ({ tag: "link", attrs: { rel, crossorigin: true, href: `/${name}` }, injectTo: "head" });
        return [...chunks.map(({ fileName }) => link("modulepreload", fileName)), ...styles.map((name) => link("stylesheet", name))];
      },
    },
  };
}
