// Stytch's components put their CSS into the page as one <style> element, which a strict Content-Security-Policy
// refuses (`style-src 'self'`). This build step swaps the small module that does so for one that hands the same CSS to
// a constructable stylesheet, which the policy allows. Written against @stytch/react 20.1.0, pinned in package.json: if
// the module is gone after an update, the build stops rather than ship an unstyled login.
import type { Plugin } from "vite";

const INJECTOR = "/style-injector/src/index.mjs";

const REPLACEMENT = `
const sheet = new CSSStyleSheet();
let css = "";
export function collectCss(text) {
  css += text + "\\n";
  sheet.replaceSync(css);
}
export function injectGlobalStyle() {
  if (!document.adoptedStyleSheets.includes(sheet)) document.adoptedStyleSheets.push(sheet);
}
export function injectCssIntoNode() {
  throw new Error("The shadow DOM option of Stytch's components is not in use here.");
}
`;

export function stytchStylesWithoutInlineStyle(): Plugin {
  let replaced = false;
  return {
    name: "stytch-styles-without-inline-style",
    apply: "build",
    enforce: "pre",
    load(id) {
      if (!id.split("?")[0]?.endsWith(INJECTOR)) return null;
      replaced = true;
      return { code: REPLACEMENT, moduleSideEffects: true };
    },
    buildEnd(error) {
      if (!error && !replaced) {
        this.error(`@stytch/react no longer has ${INJECTOR}; see vite/stytch-styles.ts`);
      }
    },
  };
}
